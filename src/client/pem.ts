/** One block of a PEM text (RFC 7468 section 2). */
export interface PemBlock {
  /** `CERTIFICATE`, `PRIVATE KEY`, … */
  readonly label: string;
  /** The whole block, its lines without blanks around them. */
  readonly text: string;
}

const beginning = '-----BEGIN ';
const dashes = '-----';

/** The blocks in their order, whatever stands between them. A block without its end is the last that is looked at. */
export function pemBlocks(text: string): readonly PemBlock[] {
  const blocks: PemBlock[] = [];
  for (let start = text.indexOf(beginning); start >= 0; ) {
    const afterLabel = text.indexOf(dashes, start + beginning.length);
    const label = text.slice(start + beginning.length, Math.max(afterLabel, 0));
    const ending = `-----END ${label}-----`;
    const end = afterLabel < 0 ? -1 : text.indexOf(ending, afterLabel);
    if (end < 0) break;
    const lines = text.slice(start, end + ending.length).split('\n');
    blocks.push({ label, text: `${lines.map((line) => line.trim()).join('\n')}\n` });
    start = text.indexOf(beginning, end);
  }
  return blocks;
}

export const holdsPem = (text: string): boolean => text.includes(beginning);

export const isCertificate = ({ label }: PemBlock): boolean => /^(X509 |TRUSTED )?CERTIFICATE$/.test(label);

export const isPrivateKey = ({ label }: PemBlock): boolean => /(^| )PRIVATE KEY$/.test(label);

/** By PKCS#8, or by the header of the older form (RFC 1421 section 4.6.1.1). */
export const isEncrypted = ({ label, text }: PemBlock): boolean =>
  label === 'ENCRYPTED PRIVATE KEY' || /^Proc-Type: *4, *ENCRYPTED$/m.test(text);
