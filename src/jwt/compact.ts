import { base64url, base64urlBytes, utf8Text } from '../base/bytes.ts';
import { isJsonObject, type JsonObject, strictJson } from '../base/json.ts';

/** A JWS in compact form (RFC 7515 section 3.1), read but not verified. */
export interface CompactJws {
  readonly header: JsonObject;
  readonly claims: JsonObject;
  /** The bytes that were signed: `header.payload` as it came. */
  readonly signingInput: Buffer;
  readonly signature: Buffer;
}

/** Longest token read, in characters: a few times what Entra's largest access tokens measure. */
export const maximumTokenLength = 16_384;

/**
 * Reads a compact JWS whose header and payload are JSON objects. Undefined for every other text: not exactly three
 * segments (a JWE has five), an empty signature, base64url in another than its one spelling (trailing bits, padding,
 * blanks: a token must not have two spellings), text that is not UTF-8, duplicate member names, deep nesting.
 */
export function parseCompactJws(token: string): CompactJws | undefined {
  if (token.length > maximumTokenLength) return undefined;
  const firstDot = token.indexOf('.');
  const secondDot = token.indexOf('.', firstDot + 1);
  if (firstDot < 1 || secondDot < 0 || token.indexOf('.', secondDot + 1) >= 0) return undefined;
  const header = jsonSegment(token.slice(0, firstDot));
  const claims = jsonSegment(token.slice(firstDot + 1, secondDot));
  const signature = base64urlBytes(token.slice(secondDot + 1));
  if (!header || !claims || !signature || signature.length === 0) return undefined;
  return { header, claims, signingInput: Buffer.from(token.slice(0, secondDot), 'latin1'), signature };
}

function jsonSegment(segment: string): JsonObject | undefined {
  const bytes = base64urlBytes(segment);
  const text = bytes && utf8Text(bytes);
  const value = text === undefined ? undefined : strictJson(text);
  return isJsonObject(value) ? value : undefined;
}

export const encodeSegment = (value: object): string => base64url(JSON.stringify(value));
