import { hash, pbkdf2Sync } from 'node:crypto';
import { type Asn1, algorithmIdentifier, count, isInteger, octets, sequence } from './asn1.ts';
import { UnreadablePfx } from './unreadable-pfx.ts';

/** A password as PKCS#12 has it; `undefined`, none at all, is another than the empty one. */
export type PfxPassword = string | undefined;

/** Spends iterations from what one file may make us compute; throws when they are used up. */
export type Budget = (iterations: number) => void;

/** Seconds of work: current tools write two thousand to a few hundred thousand, for each of about three keys. */
const iterationsForAFile = 4_000_000;

export function newBudget(): Budget {
  let left = iterationsForAFile;
  return (iterations) => {
    if (iterations < 1) throw new UnreadablePfx('a count of iterations in it is zero');
    left -= iterations;
    if (left < 0) throw new UnreadablePfx(`it asks for more than ${iterationsForAFile} iterations`);
  };
}

export interface DerivationInput {
  readonly password: PfxPassword;
  readonly salt: Buffer;
  readonly iterations: number;
}

/** What a key is derived for (RFC 7292 appendix B.3). */
export const purposes = { key: 1, initialisationVector: 2, mac: 3 } as const;

export interface Wanted {
  readonly digest: string;
  readonly purpose: keyof typeof purposes;
  readonly bytes: number;
}

/** RFC 7292 appendix B.2. The password is UTF-16 with a closing zero. */
export function pkcs12Key({ password, salt, iterations }: DerivationInput, wanted: Wanted, spend: Budget): Buffer {
  const blockBytes = /sha(384|512)/.test(wanted.digest) ? 128 : 64;
  const encoded = password === undefined ? Buffer.alloc(0) : Buffer.from(`${password}\0`, 'utf16le').swap16();
  const diversifier = Buffer.alloc(blockBytes, purposes[wanted.purpose]);
  let input = Buffer.concat([filled(salt, blockBytes), filled(encoded, blockBytes)]);
  const pieces: Buffer[] = [];
  for (let made = 0; made < wanted.bytes; ) {
    spend(iterations);
    let piece = Buffer.concat([diversifier, input]);
    // By way of hex: node:crypto takes twice as long to hand over the bytes themselves.
    for (let round = 0; round < iterations; round++) piece = Buffer.from(hash(wanted.digest, piece, 'hex'), 'hex');
    pieces.push(piece);
    made += piece.length;
    input = nextInput(input, filled(piece.subarray(0, blockBytes), blockBytes));
  }
  return Buffer.concat(pieces).subarray(0, wanted.bytes);
}

/** Repeated to whole blocks; nothing stays nothing. */
function filled(bytes: Buffer, blockBytes: number): Buffer {
  if (bytes.length === 0) return bytes;
  return Buffer.alloc(Math.ceil(bytes.length / blockBytes) * blockBytes, bytes);
}

/** Each block of the input plus the repeated piece plus one, as numbers of that many bytes. */
function nextInput(input: Buffer, addend: Buffer): Buffer<ArrayBuffer> {
  const next = Buffer.from(input);
  for (let block = 0; block < next.length; block += addend.length) {
    let carry = 1;
    for (let index = addend.length - 1; index >= 0; index--) {
      const sum = next.readUInt8(block + index) + addend.readUInt8(index) + carry;
      next.writeUInt8(sum & 0xff, block + index);
      carry = sum >> 8;
    }
  }
  return next;
}

const pbkdf2Identifier = '1.2.840.113549.1.5.12';

/** Keyed hashes that derive keys and sign files (RFC 8018 appendix B.1). */
export const keyedDigests: Readonly<Record<string, string>> = {
  '1.2.840.113549.2.7': 'sha1',
  '1.2.840.113549.2.8': 'sha224',
  '1.2.840.113549.2.9': 'sha256',
  '1.2.840.113549.2.10': 'sha384',
  '1.2.840.113549.2.11': 'sha512',
};

export interface Pbkdf2Wanted {
  readonly password: PfxPassword;
  /** `undefined`: as many as the parameters say. */
  readonly bytes: number | undefined;
}

/** PBKDF2 with the parameters given (RFC 8018 appendix A.2); the password is UTF-8. */
export function pbkdf2Key(derivation: Asn1 | undefined, { password, bytes }: Pbkdf2Wanted, spend: Budget): Buffer {
  const { algorithm, parameters } = algorithmIdentifier(derivation);
  if (algorithm !== pbkdf2Identifier) throw new UnreadablePfx(`its key derivation ${algorithm} is not known`);
  const [salt, iterations, ...optional] = sequence(parameters);
  const prf = optional.find((node) => !isInteger(node));
  const keyedDigest = prf ? algorithmIdentifier(prf).algorithm : '1.2.840.113549.2.7';
  const digest = keyedDigests[keyedDigest];
  if (digest === undefined) throw new UnreadablePfx(`its keyed digest ${keyedDigest} is not known`);
  const rounds = count(iterations);
  spend(rounds);
  return pbkdf2Sync(password ?? '', octets(salt), rounds, bytes ?? keyLength(optional.find(isInteger)), digest);
}

/** Bounded by what digests give: a key of a gigabyte costs as much as a million iterations. */
function keyLength(node: Asn1 | undefined): number {
  const bytes = count(node);
  if (bytes < 20 || bytes > 64) throw new UnreadablePfx('a number in it is out of range');
  return bytes;
}
