import { isJsonObject, type JsonObject, ownText, repeatsMember, strictJson, wholeNumber } from '../base/json.ts';
import { decodeForm, encodeForm } from './form.ts';
import { type RequestMediaType, type ResponseMediaType, syntaxOf } from './media-type.ts';
import { WireError } from './wire-error.ts';
import { encodeXml, type XmlElement, type XmlReader, xmlDeclaration } from './xml-text.ts';

/** The Generate access token API (documents: "Generate access token" and "Generate access token legacy"). */
export type GenerateTokenApi = 'v3' | 'legacy';

export const generateTokenPaths: Readonly<Record<GenerateTokenApi, string>> = {
  v3: '/v3/generatetoken',
  legacy: '/generatetoken',
};

/** The only grant type both documents know. */
export const jwtTokenGrantType = 'jwt_token';

/** The request's one field that counts; whether its value is the right one is the service's question. */
export interface GenerateTokenRequest {
  readonly grantType: string;
}

export interface GenerateTokenResponse {
  readonly accessToken: string;
  readonly tokenType: string;
  /** Undefined when an answer did not say. */
  readonly expiresInSeconds: number | undefined;
}

const field = 'grant_type';

export function encodeGenerateTokenRequest(request: GenerateTokenRequest, mediaType: RequestMediaType): string {
  switch (syntaxOf(mediaType)) {
    case 'json':
      return JSON.stringify({ [field]: request.grantType });
    case 'xml':
      return xmlDeclaration + encodeXml('GenerateTokenRequest', [encodeXml(field, request.grantType)]);
    case 'form':
      return encodeForm([[field, request.grantType]]);
  }
}

/**
 * Reads a request body. Throws `WireError`: `unreadable` for the body, `missing`, `repeated` or `invalid` for
 * `grant_type`. Unknown fields, attributes and namespaces are ignored; the root element may have any name.
 */
export function decodeGenerateTokenRequest(
  text: string,
  mediaType: RequestMediaType,
  readXml: XmlReader,
): GenerateTokenRequest {
  if (text.startsWith('\ufeff'))
    throw new WireError('unreadable', 'The body begins with a byte order mark. Send plain UTF-8.');
  switch (syntaxOf(mediaType)) {
    case 'json':
      return { grantType: fromJson(text) };
    case 'xml':
      return { grantType: soleText(readXml(text)) };
    case 'form':
      return { grantType: decodeForm(text).get(field) ?? missing() };
  }
}

function fromJson(text: string): string {
  const body = strictJson(text);
  if (body === undefined && repeatsMember(text, field)) repeated('member');
  if (!isJsonObject(body)) throw new WireError('unreadable', 'The body is not a JSON object with unique member names.');
  if (!Object.hasOwn(body, field)) missing();
  return ownText(body, field) ?? invalid();
}

function soleText(root: XmlElement): string {
  const elements = root.children.filter((child) => child.name === field);
  if (elements.length > 1) repeated('element');
  const element = elements[0] ?? missing();
  return element.children.length > 0 ? invalid() : element.text;
}

function repeated(kind: 'member' | 'element'): never {
  throw new WireError('repeated', `The ${kind} ${field} is given more than once.`, { field });
}

function missing(): never {
  throw new WireError('missing', `The field ${field} is missing. Send ${field}=${jwtTokenGrantType}.`, { field });
}

function invalid(): never {
  throw new WireError('invalid', `The field ${field} must be one text. Send ${field}=${jwtTokenGrantType}.`, { field });
}

/** v3 writes `expires_in` as a number, legacy as text, as their callers read it. */
export function encodeGenerateTokenResponse(
  response: GenerateTokenResponse & { readonly expiresInSeconds: number },
  api: GenerateTokenApi,
  mediaType: ResponseMediaType,
): string {
  if (syntaxOf(mediaType) === 'xml') {
    return (
      xmlDeclaration +
      encodeXml('TokenResponse', [
        encodeXml('access_token', response.accessToken),
        encodeXml('token_type', response.tokenType),
        encodeXml('expires_in', String(response.expiresInSeconds)),
      ])
    );
  }
  return JSON.stringify({
    access_token: response.accessToken,
    token_type: response.tokenType,
    expires_in: api === 'legacy' ? String(response.expiresInSeconds) : response.expiresInSeconds,
  });
}

/** Reads an answer of either API, `expires_in` as number or as text. Throws `WireError`. */
export function decodeGenerateTokenResponse(
  text: string,
  mediaType: ResponseMediaType,
  readXml: XmlReader,
): GenerateTokenResponse {
  const fields = syntaxOf(mediaType) === 'xml' ? fieldsOfXml(readXml(text)) : strictJson(text);
  if (!isJsonObject(fields)) throw new WireError('unreadable', 'The answer is not a JSON object.');
  const accessToken = ownText(fields, 'access_token');
  if (!accessToken) throw new WireError('missing', 'The answer holds no access_token.', { field: 'access_token' });
  return {
    accessToken,
    tokenType: ownText(fields, 'token_type') ?? 'Bearer',
    expiresInSeconds: wholeNumber(fields.expires_in),
  };
}

export const fieldsOfXml = (root: XmlElement): JsonObject =>
  Object.fromEntries(root.children.map((child) => [child.name, child.text]));
