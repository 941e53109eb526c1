import { errorCode } from '../../base/error-code.ts';

const unusable: ReadonlySet<string> = new Set(['EACCES', 'EADDRNOTAVAIL', 'ENOTFOUND', 'EAI_AGAIN']);

/** What is wrong with a port and an address that a server was to listen on; undefined for a failure of another kind. */
export function whyNotListening(cause: unknown): 'is taken' | 'cannot be listened on' | undefined {
  const code = errorCode(cause) ?? '';
  if (code === 'EADDRINUSE') return 'is taken';
  return unusable.has(code) ? 'cannot be listened on' : undefined;
}
