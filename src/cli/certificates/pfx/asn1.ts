import type { asn1 } from 'node-forge';
import { UnreadablePfx } from './unreadable-pfx.ts';

/** Members of decoded ASN.1, each read as the one type it must be of. */

export type Asn1 = asn1.Asn1;

/** X.680 section 8.4, as node-forge writes them. */
const types = { integer: 2, octetString: 4, objectIdentifier: 6, sequence: 16 } as const;
const classes = { universal: 0, contextSpecific: 0x80 } as const;

function requireType(node: Asn1 | undefined, type: keyof typeof types): Asn1 {
  if (node?.tagClass === classes.universal && node.type === types[type]) return node;
  throw new UnreadablePfx('its ASN.1 is not that of a PFX');
}

/** node-forge's strings hold one byte a character. */
export const bytesOf = (binary: string): Buffer => Buffer.from(binary, 'latin1');

const children = (node: Asn1): readonly Asn1[] => (Array.isArray(node.value) ? node.value : []);

export const sequence = (node: Asn1 | undefined): readonly Asn1[] => children(requireType(node, 'sequence'));

/** In one piece, or as BER allows in several. */
export const octets = (node: Asn1 | undefined): Buffer => octetsOf(requireType(node, 'octetString'));

const octetsOf = ({ value }: Asn1): Buffer =>
  typeof value === 'string' ? bytesOf(value) : Buffer.concat(value.map(octets));

/** Octets under an implicit tag [0]. */
export const taggedOctets = (node: Asn1 | undefined): Buffer => octetsOf(requireTag(node));

/** What an explicit tag [0] holds. */
export const tagged = (node: Asn1 | undefined): Asn1 | undefined => children(requireTag(node))[0];

function requireTag(node: Asn1 | undefined): Asn1 {
  if (node?.tagClass === classes.contextSpecific && node.type === 0) return node;
  throw new UnreadablePfx('its ASN.1 is not that of a PFX');
}

export const isInteger = (node: Asn1 | undefined): boolean =>
  node?.tagClass === classes.universal && node.type === types.integer;

/** A count of up to six bytes. */
export function count(node: Asn1 | undefined): number {
  const { value } = requireType(node, 'integer');
  const bytes = typeof value === 'string' ? bytesOf(value) : Buffer.alloc(0);
  if (bytes.length === 0 || bytes.length > 6) throw new UnreadablePfx('a number in it is out of range');
  return bytes.readUIntBE(0, bytes.length);
}

/** Dotted, as tables name them. */
export function objectIdentifier(node: Asn1 | undefined): string {
  const { value } = requireType(node, 'objectIdentifier');
  const arcs: number[] = [0];
  for (const byte of typeof value === 'string' ? bytesOf(value) : []) {
    arcs.push((arcs.pop() ?? 0) * 128 + (byte & 0x7f));
    if (byte < 0x80) arcs.push(0);
  }
  const [first = 0, ...others] = arcs.slice(0, -1);
  const root = Math.min(Math.floor(first / 40), 2);
  return [root, first - root * 40, ...others].join('.');
}

export interface AlgorithmIdentifier {
  readonly algorithm: string;
  readonly parameters: Asn1 | undefined;
}

export function algorithmIdentifier(node: Asn1 | undefined): AlgorithmIdentifier {
  const [algorithm, parameters] = sequence(node);
  return { algorithm: objectIdentifier(algorithm), parameters };
}
