import { base64url, base64urlBytes, utf8Text } from '../base/bytes.ts';
import { isJsonObject, type JsonObject, strictJson } from '../base/json.ts';
import { remembering } from '../base/remember.ts';

/** A JWS in compact form (RFC 7515 section 3.1), read but not verified; its payload may be anything. */
export interface OpaqueJws {
  readonly header: JsonObject;
  readonly payload: Buffer;
  /** The bytes that were signed: `header.payload` as it came. */
  readonly signingInput: Buffer;
  readonly signature: Buffer;
}

/** A JWS whose payload is a set of claims (RFC 7519). */
export interface CompactJws extends OpaqueJws {
  readonly claims: JsonObject;
}

/** Longest token read, in characters: a few times what Entra's largest access tokens measure. */
const maximumTokenLength = 16_384;

/**
 * Reads a compact JWS whose header is a JSON object. Undefined for every other text: not exactly three
 * segments (a JWE has five), an empty signature, base64url in another than its one spelling (trailing bits, padding,
 * blanks: a token must not have two spellings), text that is not UTF-8, duplicate member names, deep nesting.
 */
export function parseOpaqueJws(token: string): OpaqueJws | undefined {
  if (token.length > maximumTokenLength) return undefined;
  const firstDot = token.indexOf('.');
  const secondDot = token.indexOf('.', firstDot + 1);
  if (firstDot < 1 || secondDot < 0 || token.indexOf('.', secondDot + 1) >= 0) return undefined;
  const header = headerOf(token.slice(0, firstDot));
  const payload = base64urlBytes(token.slice(firstDot + 1, secondDot));
  const signature = base64urlBytes(token.slice(secondDot + 1));
  if (!header || !payload || !signature || signature.length === 0) return undefined;
  return { header, payload, signingInput: Buffer.from(token.slice(0, secondDot), 'latin1'), signature };
}

/** As `parseOpaqueJws`, and the payload must be a JSON object under the same rules. */
export function parseCompactJws(token: string): CompactJws | undefined {
  const jws = parseOpaqueJws(token);
  const claims = jws && jsonObjectOf(jws.payload);
  return claims && { ...jws, claims };
}

/** An issuer writes the same few headers on all its tokens. */
const headerOf = remembering(64, (segment) => jsonObjectOf(base64urlBytes(segment)));

function jsonObjectOf(bytes: Buffer | undefined): JsonObject | undefined {
  const text = bytes && utf8Text(bytes);
  const value = text === undefined ? undefined : strictJson(text);
  return isJsonObject(value) ? value : undefined;
}

/** A header or claims as a segment; JSON text is taken as it is. */
export const encodeSegment = (value: object | string): string =>
  base64url(typeof value === 'string' ? value : JSON.stringify(value));
