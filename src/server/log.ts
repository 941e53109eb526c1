import { type Logger, pino } from 'pino';

export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'silent';

/** Signed tokens and named secrets, wherever in a line they stand: the last fence, after messages that hold none. */
const secrets = [
  /eyJ[A-Za-z0-9_-]{6,}(?:\.[A-Za-z0-9_-]+){1,4}/g,
  /((?:client_secret|client_assertion|password|refresh_token|access_token|id_token|assertion|code_verifier|code)(?:=|\\?"\s*:\s*\\?"))[^&"\s\\]+/gi,
  /(bearer\s+)[A-Za-z0-9._~+/=-]{16,}/gi,
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
