import type { RedirectPlatform } from './application.ts';
import { isPlainAddress } from './redirect.ts';
import { refuse } from './refusal.ts';

/** Entra's bounds: addresses of one application and platform, and characters of one. */
const mostAddresses = 100;
const longestAddress = 256;

/** An address on this machine may do without a certificate. */
const loopbackHosts: readonly string[] = ['localhost', '127.0.0.1', '[::1]'];

/**
 * Redirect addresses as they are registered: trimmed, each once. Web and single-page applications come back by https, or
 * by http on this machine; mobile and desktop ones by a scheme of their own as well. Throws `Refusal`.
 */
export function registeredRedirects(platform: RedirectPlatform, addresses: readonly string[]): readonly string[] {
  const field = `redirectUris.${platform}`;
  const distinct = [...new Set(addresses.map((address) => address.trim()))];
  if (distinct.length > mostAddresses) refuse('invalid', field, `must have at most ${mostAddresses} addresses.`);
  for (const address of distinct) {
    const flaw = flawOf(platform, address);
    if (flaw !== undefined) refuse('invalid', field, `${shown(address)} ${flaw}`);
  }
  return distinct;
}

const shown = (address: string): string => (address.length > 80 ? `${address.slice(0, 80)}…` : address) || 'An address';

function flawOf(platform: RedirectPlatform, address: string): string | undefined {
  const url = URL.parse(address);
  if (!url || !isPlainAddress(address)) return 'is no address such as https://app.example/signed-in.';
  if (address.length > longestAddress) return `is longer than ${longestAddress} characters.`;
  if (address.includes('#')) return 'must not hold a fragment (#).';
  if (url.hostname.includes('*')) return 'must name its host without a wildcard.';
  if (url.username !== '' || url.password !== '') return 'must not hold a user name or a password.';
  if (url.protocol === 'https:') return undefined;
  if (url.protocol === 'http:') {
    return loopbackHosts.includes(url.hostname) ? undefined : 'must begin with https://, or be on localhost.';
  }
  return platform === 'publicClient' ? undefined : 'must begin with https://, or with http://localhost.';
}
