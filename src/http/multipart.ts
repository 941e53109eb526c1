/** A form with files (RFC 7578): its text fields, and the files by the name of their field. */
export interface MultipartForm {
  readonly fields: ReadonlyMap<string, string>;
  readonly files: ReadonlyMap<string, Uint8Array>;
}

const mostParts = 100;
const contentType = /^multipart\/form-data; *boundary=("?)([A-Za-z0-9'()+_,./:=?-]{1,70})\1$/i;
const disposition = /^content-disposition: form-data; name="([^"\r\n]{1,200})"(; filename="[^"\r\n]*")?$/i;
const headEnd = '\r\n\r\n';

/**
 * Reads the form as browsers write it; undefined for what is another media type or is written otherwise: a name given
 * twice, a part without a name, anything before the first boundary or after the last.
 */
export function multipartForm(type: string, body: Uint8Array): MultipartForm | undefined {
  const [, , boundary] = contentType.exec(type) ?? [];
  if (boundary === undefined) return undefined;
  const parts = partsOf(Buffer.from(body), boundary);
  if (!parts) return undefined;
  const fields = new Map<string, string>();
  const files = new Map<string, Uint8Array>();
  for (const part of parts) {
    const end = part.indexOf(headEnd);
    const head = part.subarray(0, Math.max(end, 0)).toString('utf8');
    const named = head.split('\r\n').flatMap((line) => disposition.exec(line) ?? []);
    const [, name, fileName] = named;
    if (name === undefined || named.length !== 3 || fields.has(name) || files.has(name)) return undefined;
    const content = part.subarray(end + headEnd.length);
    if (fileName === undefined) fields.set(name, content.toString('utf8'));
    else files.set(name, new Uint8Array(content));
  }
  return { fields, files };
}

/** What stands between the boundaries, each with its head; undefined when the last one is not where the body ends. */
function partsOf(body: Buffer, boundary: string): readonly Buffer[] | undefined {
  const delimiter = `\r\n--${boundary}`;
  const whole = Buffer.concat([Buffer.from('\r\n'), body]);
  const parts: Buffer[] = [];
  let from = delimiter.length;
  if (whole.indexOf(delimiter) !== 0) return undefined;
  while (parts.length <= mostParts) {
    if (isLast(whole, from)) return parts;
    const next = whole.indexOf(delimiter, from);
    if (next < 0 || whole.toString('latin1', from, from + 2) !== '\r\n') return undefined;
    parts.push(whole.subarray(from + 2, next));
    from = next + delimiter.length;
  }
  return undefined;
}

const isLast = (whole: Buffer, from: number): boolean =>
  ['--', '--\r\n'].includes(whole.toString('latin1', from, from + 5)) && whole.length <= from + 4;
