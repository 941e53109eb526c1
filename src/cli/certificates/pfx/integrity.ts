import { createHmac, timingSafeEqual } from 'node:crypto';
import { type Asn1, algorithmIdentifier, count, octets, sequence } from './asn1.ts';
import { type Budget, keyedDigests, type PfxPassword, pbkdf2Key, pkcs12Key } from './key-derivation.ts';
import { UnreadablePfx } from './unreadable-pfx.ts';

const digests: Readonly<Record<string, { readonly digest: string; readonly bytes: number }>> = {
  '1.3.14.3.2.26': { digest: 'sha1', bytes: 20 },
  '2.16.840.1.101.3.4.2.4': { digest: 'sha224', bytes: 28 },
  '2.16.840.1.101.3.4.2.1': { digest: 'sha256', bytes: 32 },
  '2.16.840.1.101.3.4.2.2': { digest: 'sha384', bytes: 48 },
  '2.16.840.1.101.3.4.2.3': { digest: 'sha512', bytes: 64 },
};

const pbmac1Identifier = '1.2.840.113549.1.5.14';

export interface SignedContent {
  readonly content: Buffer;
  /** MacData (RFC 7292 section 4). */
  readonly macData: Asn1;
}

/** Whether the content was signed with this password. */
export function isAuthentic({ content, macData }: SignedContent, password: PfxPassword, spend: Budget): boolean {
  const [digestInfo, salt, iterations] = sequence(macData);
  const [algorithmNode, expected] = sequence(digestInfo);
  const { algorithm, parameters } = algorithmIdentifier(algorithmNode);
  if (algorithm === pbmac1Identifier) return isMac(pbmac1(parameters, password, spend), content, octets(expected));
  const { digest, bytes } = digests[algorithm] ?? unknownDigest(algorithm);
  const input = { password, salt: octets(salt), iterations: iterations ? count(iterations) : 1 };
  const key = pkcs12Key(input, { digest, purpose: 'mac', bytes }, spend);
  return isMac({ digest, key }, content, octets(expected));
}

interface MacKey {
  readonly digest: string;
  readonly key: Buffer;
}

/** RFC 9579: salt and iterations are the parameters', those of MacData mean nothing. */
function pbmac1(parameters: Asn1 | undefined, password: PfxPassword, spend: Budget): MacKey {
  const [derivation, scheme] = sequence(parameters);
  const { algorithm } = algorithmIdentifier(scheme);
  const digest = keyedDigests[algorithm] ?? unknownDigest(algorithm);
  return { digest, key: pbkdf2Key(derivation, { password, bytes: undefined }, spend) };
}

function isMac({ digest, key }: MacKey, content: Buffer, expected: Buffer): boolean {
  const mac = createHmac(digest, key).update(content).digest();
  return mac.length === expected.length && timingSafeEqual(mac, expected);
}

function unknownDigest(name: string): never {
  throw new UnreadablePfx(`its integrity algorithm ${name} is not known`);
}
