import { Document, visit } from 'yaml';
import { isTerminalSafe, terminalSafeJson } from './terminal-safe.ts';

/** YAML whose unsafe characters stand in double quotes as escapes, so that it reads back as the same value. */
export function yamlText(value: unknown): string {
  const document = new Document(value);
  visit(document, {
    Scalar: (_, node) => {
      if (typeof node.value === 'string' && !isTerminalSafe(node.value)) node.type = 'QUOTE_DOUBLE';
    },
  });
  return terminalSafeJson(document.toString({ lineWidth: 0 }));
}
