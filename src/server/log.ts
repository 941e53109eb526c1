import { type Logger, pino } from 'pino';

export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'silent';

/** A value under these names, in a form; in JSON; in JSON that is a text of the line's own, every escape escaped again. */
const namedBy = (names: string, flags: 'g' | 'gi', unless = ''): readonly RegExp[] => [
  new RegExp(`((?:${names})=)${unless}[^&"\\s\\\\]+`, flags),
  new RegExp(`((?:${names})"\\s*:\\s*")${unless}(?:[^"\\\\]|\\\\.)+`, flags),
  new RegExp(`((?:${names})\\\\"\\s*:\\s*\\\\")${unless}(?:[^"\\\\]|\\\\\\\\(?:\\\\.|.))+`, flags),
];

const secretNames =
  'client_?secret|client_?assertion|password|refresh_?token|access_?token|id_?token|id_?token_?hint|assertion|code_?verifier|device_?code|user_?code';
/** `code` is an authorization code, and the name of a refusal: `900421`, `ECONNRESET`. */
const codeOfRefusal = '(?!(?:\\d{1,7}|[A-Z][A-Z0-9_]*)(?![A-Za-z0-9_~.+/=-]))';

/** Signed tokens and named secrets, wherever in a line they stand: the last fence, after messages that hold none. */
const secrets = [
  /eyJ[A-Za-z0-9_-]{6,}(?:\.[A-Za-z0-9_-]+){1,4}/g,
  ...namedBy(secretNames, 'gi'),
  ...namedBy('\\bcode', 'g', codeOfRefusal),
  /((?:bearer|basic)\s+)[A-Za-z0-9._~+/=-]{16,}/gi,
];

export const redact = (line: string): string =>
  secrets.reduce(
    (text, pattern) => text.replace(pattern, (_, kept) => `${typeof kept === 'string' ? kept : ''}[redacted]`),
    line,
  );

/** JSON lines on stderr: stdout is for results. Redacted at the sink, whatever was logged. */
export const createLog = (
  level: LogLevel,
  write: (line: string) => void = (line) => process.stderr.write(line),
): Logger =>
  pino(
    { level, base: null, timestamp: pino.stdTimeFunctions.isoTime },
    { write: (line: string) => write(redact(line)) },
  );
