import type { Application, RedirectPlatform } from './application.ts';

/** An address that could be registered by mistake or malice and must never be gone to. */
const dangerous = /^(javascript|data|vbscript|file|blob|about):/i;
/** Printable ASCII: what two readers of an address read differently begins with the rest. */
const plain = /^[\x21-\x7e]+$/;
const loopback = /^(http:\/\/(?:localhost|127\.0\.0\.1|\[::1\]))(?::(\d{1,5}))?(\/.*)?$/;

/**
 * The platform a redirect address is registered under, or undefined. Byte for byte, but for the port of a loopback
 * address of a mobile or desktop application (RFC 8252 section 7.3), whose root may also be written without its slash.
 */
export function redirectPlatform({ redirectUris }: Application, redirect: string): RedirectPlatform | undefined {
  if (!isPlainAddress(redirect) || redirect.includes('#')) return undefined;
  const platforms: readonly RedirectPlatform[] = ['web', 'spa', 'publicClient'];
  const exact = platforms.find((platform) => redirectUris[platform].includes(redirect));
  if (exact) return exact;
  const asked = withoutPort(redirect);
  const fits = asked !== undefined && redirectUris.publicClient.some((registered) => withoutPort(registered) === asked);
  return fits ? 'publicClient' : undefined;
}

/** Whether an address is read alike by everybody and may be gone to. */
export const isPlainAddress = (address: string): boolean => plain.test(address) && !dangerous.test(address);

function withoutPort(address: string): string | undefined {
  const [, origin, port, rest = '/'] = loopback.exec(address) ?? [];
  return origin === undefined || Number(port ?? 80) > 65_535 ? undefined : `${origin}${rest}`;
}
