import jmespath from 'jmespath';
import { AuthError } from '../../client/errors.ts';
import { terminalSafe } from './terminal-safe.ts';

/** What the package has and its types forget. */
interface Compiler {
  compile(expression: string): unknown;
}

/** `--query` as in az: JMESPath over the result. Checked before anything is sent, applied to what came back. */
export function jmespathQuery(expression: string): (value: unknown) => unknown {
  const refuse = (cause: unknown): never => {
    const why = cause instanceof Error ? terminalSafe(cause.message) : 'unknown';
    throw new AuthError('invalid_parameters', `--query is no JMESPath expression: ${why}.`, { cause });
  };
  try {
    (jmespath as typeof jmespath & Compiler).compile(expression);
  } catch (cause) {
    refuse(cause);
  }
  return (value) => {
    try {
      return jmespath.search(value, expression);
    } catch (cause) {
      return refuse(cause);
    }
  };
}
