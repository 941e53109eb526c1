/**
 * Two extensions of a certificate, encoded by hand: node-forge has no words for name constraints, and the alternative
 * names can then be compared by bytes.
 */
import { isIPv4, isIPv6 } from 'node:net';

/** What a server answers for: host names in lower case, addresses without a zone. */
export interface ServerNames {
  readonly names: readonly string[];
  readonly addresses: readonly string[];
}

/** What an authority may vouch for: host names in lower case with their sub-names, blocks such as `127.0.0.0/8`. */
export interface PermittedNames {
  readonly permittedNames: readonly string[];
  readonly permittedAddresses: readonly string[];
}

const SEQUENCE = 0x30;
/** GeneralName's tags (RFC 5280 4.2.1.6): context-specific, primitive. */
const DNS_NAME = 0x82;
const IP_ADDRESS = 0x87;
/** NameConstraints.permittedSubtrees (RFC 5280 4.2.1.10): context-specific, constructed. */
const PERMITTED_SUBTREES = 0xa0;

export function nameConstraints(permitted: PermittedNames): Buffer {
  if (permitted.permittedNames.length === 0 || permitted.permittedAddresses.length === 0) {
    throw new TypeError('an authority needs at least one permitted name and one permitted address block');
  }
  return der(SEQUENCE, der(PERMITTED_SUBTREES, ...subtrees(permitted)));
}

/** GeneralSubtrees (RFC 5280 4.2.1.10); minimum is 0 by default and maximum must be absent. */
export function subtrees({ permittedNames, permittedAddresses }: PermittedNames): Buffer[] {
  return [
    ...permittedNames.map((name) => der(SEQUENCE, dnsName(name))),
    ...permittedAddresses.map((block) => der(SEQUENCE, der(IP_ADDRESS, blockBytes(block)))),
  ];
}

export function subjectAltName({ names, addresses }: ServerNames): Buffer {
  return der(SEQUENCE, ...names.map(dnsName), ...addresses.map((address) => der(IP_ADDRESS, addressBytes(address))));
}

/** Refuses what is no host name: an empty name would permit every host, one with a wildcard none. */
function dnsName(name: string): Buffer {
  if (name.length > 253 || !/^(?!-)[a-z0-9-]{1,63}(?:\.(?!-)[a-z0-9-]{1,63})*$/.test(name)) {
    throw new TypeError(`not a host name in lower case: ${JSON.stringify(name)}`);
  }
  return der(DNS_NAME, Buffer.from(name, 'latin1'));
}

/** An address followed by its mask (RFC 5280 4.2.1.10). */
function blockBytes(block: string): Buffer {
  const [address = '', length = ''] = block.split('/');
  const bytes = addressBytes(address);
  const bits = Number(length);
  if (!/^\d{1,3}$/.test(length) || bits > bytes.length * 8) throw new TypeError(`not an address block: ${block}`);
  const mask = bytes.map((_, index) => 0xff00 >> Math.min(8, Math.max(0, bits - index * 8)));
  return Buffer.concat([bytes, mask]);
}

function addressBytes(address: string): Buffer {
  if (isIPv4(address)) return Buffer.from(address.split('.').map(Number));
  if (!isIPv6(address) || address.includes('%')) throw new TypeError(`not an address: ${JSON.stringify(address)}`);
  // the URL parser leaves one way of writing it: hexadecimal groups, the longest run of zeros as ::
  const [head = '', tail] = new URL(`http://[${address}]`).hostname.slice(1, -1).split('::');
  const before = head === '' ? [] : head.split(':');
  const after = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = Array.from({ length: 8 - before.length - after.length }, () => '0');
  return Buffer.from([...before, ...zeros, ...after].map((group) => group.padStart(4, '0')).join(''), 'hex');
}

function der(tag: number, ...parts: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(parts);
  if (content.length < 0x80) return Buffer.concat([Buffer.of(tag, content.length), content]);
  const length = content.length < 0x100 ? [0x81, content.length] : [0x82, content.length >> 8, content.length & 0xff];
  return Buffer.concat([Buffer.of(tag, ...length), content]);
}
