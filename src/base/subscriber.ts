import { unmapped } from './mapped-address.ts';

/**
 * What one subscriber has of the internet: an IPv4 address, or the first 64 bits of an IPv6 address, since whoever has one
 * of these has all 2⁶⁴ (RFC 6177).
 */
export function subscriberOf(remoteAddress: string): string {
  const address = unmapped(remoteAddress);
  if (!address.includes(':')) return address;
  const [before = '', after] = address.split('::');
  const groups = (text: string): readonly string[] => (text === '' ? [] : text.split(':'));
  const [first, last] = [groups(before), groups(after ?? '')];
  const zeros = after === undefined ? 0 : 8 - first.length - last.length;
  const all = [...first, ...Array<string>(zeros).fill('0'), ...last];
  return `${all
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':')}::/64`;
}
