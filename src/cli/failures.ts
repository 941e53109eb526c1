import { PartnerAuthError } from '../base/error.ts';
import type { Secret } from '../base/secret.ts';
import { AuthError } from '../client/errors.ts';
import { withoutSecrets } from '../client/refusals.ts';
import { type ExitCode, exitCodeOfError, exitCodes } from './exit-codes.ts';
import { terminalSafe } from './output/terminal-safe.ts';

/** What the server refuses to start with (a seed, a data folder) is its configuration. */
export const exitCodeOf = (error: unknown): ExitCode =>
  error instanceof AuthError
    ? exitCodeOfError[error.code]
    : error instanceof PartnerAuthError
      ? exitCodes.configuration
      : exitCodes.unexpected;

/** What failed, why, what to do next, and the ids support asks for. */
export function failureText(error: unknown, secrets: readonly Secret[], debug: boolean): string {
  const lines = error instanceof AuthError ? linesOf(error) : [`error: ${sentenceOf(error)}`];
  const more = debug ? causesOf(error) : [];
  return [...lines, ...more].flatMap((line) => screenLines(withoutSecrets(line, secrets))).join('');
}

/** A sentence of several lines (a seed's problems) stays so; what follows the first can pass for none of our own lines. */
const screenLines = (text: string): readonly string[] =>
  text.split('\n').map((line, index) => `${terminalSafe(index === 0 ? line : `    ${line.trim()}`)}\n`);

const sentenceOf = (error: unknown): string => {
  if (error instanceof PartnerAuthError) return error.message;
  return `unexpected: ${error instanceof Error ? error.message : String(error)} (--debug says more)`;
};

function linesOf(error: AuthError): readonly string[] {
  const codes = [...error.aadsts.map((number) => `AADSTS${number}`), ...(error.partnerCode ? [error.partnerCode] : [])];
  const named = codes.length > 0 ? `${codes.join(', ')}: ` : '';
  const ids = [
    ['correlation id', error.correlationId],
    ['trace id', error.traceId],
    ['request id', error.requestId],
  ].flatMap(([label, id]) => (id === undefined ? [] : [`${label} ${id}`]));
  return [
    `error: ${error.message}`,
    ...(error.reason === undefined ? [] : [`  ${named}${error.reason}`]),
    ...(error.hint === undefined ? [] : [`  next: ${error.hint}`]),
    ...(error.retryAfterSeconds === undefined ? [] : [`  retry after ${error.retryAfterSeconds} s`]),
    ...(ids.length === 0 ? [] : [`  ${ids.join(', ')}`]),
  ];
}

function causesOf(error: unknown): readonly string[] {
  const lines: string[] = [];
  for (
    let current: unknown = error, depth = 0;
    current instanceof Error && depth < 6;
    current = current.cause, depth++
  ) {
    const code = 'code' in current ? ` ${String(current.code)}` : '';
    lines.push(`  debug: ${current.name}${code}: ${current.message}`);
    for (const frame of (current.stack ?? '').split('\n').filter((line) => line.startsWith('    at ')))
      lines.push(frame);
  }
  return lines;
}
