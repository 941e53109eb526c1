import {
  constants,
  createHash,
  createPrivateKey,
  type JsonWebKey,
  type KeyObject,
  privateEncrypt,
  publicDecrypt,
} from 'node:crypto';
import { readFileSync } from 'node:fs';
import { signBytes } from './issuer.ts';

/** The vectors of Project Wycheproof, and their defects on tokens that have no other. */
export interface VectorGroup {
  readonly comment: string;
  readonly public?: unknown;
  readonly private?: unknown;
  readonly tests: readonly Vector[];
}

export interface Vector {
  readonly tcId: number;
  readonly comment: string;
  readonly jws: string;
  readonly result: 'valid' | 'invalid';
}

export function vectorGroups(name: 'json_web_signature_test.json' | 'json_web_key_test.json'): readonly VectorGroup[] {
  const file = new URL(`../vectors/${name}`, import.meta.url);
  return (JSON.parse(readFileSync(file, 'utf8')) as { testGroups: readonly VectorGroup[] }).testGroups;
}

export interface BentSignature {
  readonly name: string;
  /** Signs what it is given, with the defect. */
  readonly sign: (input: string) => Uint8Array;
}

const digest = (input: string): Buffer => createHash('sha256').update(input, 'latin1').digest();
const partsOf = ({ jws }: Vector) => {
  const [header = '', payload = '', signature = ''] = jws.split('.');
  return { input: `${header}.${payload}`, signature: Buffer.from(signature, 'base64url') };
};
const raw = (key: KeyObject) => ({ key, padding: constants.RSA_NO_PADDING });

/** What RSASSA-PKCS1-v1_5 raises to the private exponent (RFC 8017 section 9.2), as long as the key's modulus. */
export const pkcs1Block = (key: KeyObject, input: string): Buffer =>
  publicDecrypt(raw(key), signBytes('RS256', key, input));

/** The padded block of each vector that was signed wrongly, with the digest of other bytes in place of its own. */
export function bentPkcs1(key: KeyObject, vectors: readonly Vector[]): readonly BentSignature[] {
  return vectors.flatMap((vector): readonly BentSignature[] => {
    const { input, signature } = partsOf(vector);
    if (signature.length !== 256) return [];
    const [bent, straight] = [publicDecrypt(raw(key), signature), pkcs1Block(key, input)];
    if (vector.result === 'invalid' && bent.equals(straight)) return [];
    const at = bent.indexOf(digest(input));
    const sign = (other: string) => {
      if (at >= 0)
        return privateEncrypt(raw(key), Buffer.concat([bent.subarray(0, at), digest(other), bent.subarray(at + 32)]));
      const wanted = pkcs1Block(key, other);
      return privateEncrypt(
        raw(key),
        bent.map((byte, index) => byte ^ (straight[index] ?? 0) ^ (wanted[index] ?? 0)),
      );
    };
    return [{ name: `${vector.tcId} ${vector.comment}`, sign }];
  });
}

const order = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
const number = (bytes: Uint8Array): bigint => BigInt(`0x${Buffer.from(bytes).toString('hex') || '0'}`);
const bytesOf = (value: bigint, length: number): Buffer =>
  Buffer.from((value & ((1n << BigInt(length * 8)) - 1n)).toString(16).padStart(length * 2, '0'), 'hex');
const bends: readonly ((value: bigint) => bigint)[] = [
  (value) => value,
  (value) => value + order,
  (value) => value + (1n << 256n),
  (value) => value * 256n,
];

/** What each vector does to one of the two numbers of a good signature; else the number as it stands there. */
export function bentEcdsa(key: KeyObject, [good, ...vectors]: readonly Vector[]): readonly BentSignature[] {
  if (!good) return [];
  const { signature: straight } = partsOf(good);
  const [r, s] = [number(straight.subarray(0, 32)), number(straight.subarray(32))];
  return vectors.map((vector) => {
    const { signature } = partsOf(vector);
    const half = signature.length / 2;
    const sign = (input: string) => {
      const own = signBytes('ES256', key, input);
      const halves = [
        { there: signature.subarray(0, half), known: [r], mine: number(own.subarray(0, 32)) },
        // The vectors bend the other of the two signatures that are equally good: (r, s) and (r, n − s).
        { there: signature.subarray(half), known: [s, order - s], mine: number(own.subarray(32)) },
      ];
      return Buffer.concat(
        halves.map(({ there, known, mine }) => {
          const bend = bends.find((one) => known.some((value) => one(value) === number(there)));
          return bend ? bytesOf(bend(mine), half) : there;
        }),
      );
    };
    return { name: `${vector.tcId} ${vector.comment}`, sign };
  });
}

/** RFC 8017 section 9.1.1, with every one of its choices open. */
interface Pss {
  readonly hash?: string;
  readonly maskHash?: string;
  readonly salt?: Buffer;
  readonly prefix?: Buffer;
  readonly gap?: Buffer;
  readonly trailer?: number;
  readonly separator?: number;
  readonly bend?: (block: Buffer) => void;
}

function pssBlock(input: string, pss: Pss): Buffer {
  const { hash = 'sha256', maskHash = hash, salt = Buffer.alloc(32, 7), prefix = Buffer.alloc(8) } = pss;
  const message = createHash(hash).update(input, 'latin1').digest();
  const seed = createHash(hash)
    .update(Buffer.concat([prefix, message, salt]))
    .digest();
  const data = Buffer.alloc(256 - seed.length - 1);
  salt.copy(data, data.length - salt.length);
  data[data.length - salt.length - 1] = pss.separator ?? 1;
  pss.gap?.copy(data);
  const mask = Buffer.concat(
    Array.from({ length: 9 }, (_, index) =>
      createHash(maskHash)
        .update(Buffer.concat([seed, bytesOf(BigInt(index), 4)]))
        .digest(),
    ),
  );
  for (const index of data.keys()) data[index] = (data[index] ?? 0) ^ (mask[index] ?? 0);
  data[0] = (data[0] ?? 0) & 0x7f;
  const block = Buffer.concat([data, seed, Buffer.of(pss.trailer ?? 0xbc)]);
  pss.bend?.(block);
  return block;
}

const flip = (block: Buffer, at: number) => {
  block[at] = (block[at] ?? 0) ^ 1;
};
const pssDefects: Readonly<Record<string, Pss>> = {
  ...Object.fromEntries(
    [0, 1, 20, 31, 33, 48, 64, 222].map((length) => [`a salt of ${length}`, { salt: Buffer.alloc(length, 7) }]),
  ),
  ...Object.fromEntries(['sha1', 'sha224', 'sha384', 'sha512'].map((hash) => [`hashed by ${hash}`, { hash }])),
  ...Object.fromEntries(['sha1', 'sha384', 'sha512'].map((maskHash) => [`masked by ${maskHash}`, { maskHash }])),
  'a prefix that is not zero': { prefix: Buffer.alloc(8, 1) },
  'no prefix': { prefix: Buffer.alloc(0) },
  'a gap that is not zero': { gap: Buffer.of(0, 1) },
  'another separator': { separator: 2 },
  'no separator': { separator: 0 },
  'another trailer': { trailer: 0xcc },
  'the first bit of the salt': { bend: (block) => flip(block, 222) },
  'the digest': { bend: (block) => flip(block, 254) },
  'the mask': { bend: (block) => flip(block, 100) },
};

/** The choices RFC 8017 leaves to the signer, each made otherwise; with none of them changed the signature is good. */
export function bentPss(key: KeyObject): { readonly straight: BentSignature; readonly bent: readonly BentSignature[] } {
  const signed = (name: string, pss: Pss): BentSignature => ({
    name,
    sign: (input) => privateEncrypt(raw(key), pssBlock(input, pss)),
  });
  const modulus = number(Buffer.from(String(key.export({ format: 'jwk' }).n), 'base64url'));
  const good = (input: string) => number(privateEncrypt(raw(key), pssBlock(input, {})));
  const numbers: readonly (readonly [name: string, of: (input: string) => Buffer])[] = [
    ['the number 0', () => bytesOf(0n, 256)],
    ['the number 1', () => bytesOf(1n, 256)],
    ['n − 1', () => bytesOf(modulus - 1n, 256)],
    ['n', () => bytesOf(modulus, 256)],
    ['not reduced', (input) => bytesOf(good(input) + modulus, 257)],
    ['zeros before', (input) => bytesOf(good(input), 258)],
    ['zeros behind', (input) => bytesOf(good(input) << 16n, 258)],
    ['truncated', (input) => bytesOf(good(input) >> 8n, 255)],
  ];
  return {
    straight: signed('straight', {}),
    bent: [
      ...Object.entries(pssDefects).map(([name, pss]) => signed(name, pss)),
      ...numbers.map(([name, sign]) => ({ name, sign })),
    ],
  };
}

export const privateKeyOf = (group: VectorGroup | undefined): KeyObject =>
  createPrivateKey({ key: group?.private as JsonWebKey, format: 'jwk' });
