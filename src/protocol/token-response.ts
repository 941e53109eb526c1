import { isJsonObject, type JsonObject, ownText, strictJson, wholeNumber } from '../base/json.ts';
import type { TokenEndpointVersion } from './token-request.ts';
import { WireError } from './wire-error.ts';

/** A token endpoint's success, either version. Seconds stay seconds here: the wire's unit. */
export interface TokenResponse {
  readonly tokenType: string;
  readonly scope?: string;
  readonly expiresInSeconds: number;
  readonly extExpiresInSeconds?: number;
  /** v1 only, seconds since 1970. */
  readonly expiresOn?: number;
  readonly notBefore?: number;
  readonly resource?: string;
  readonly accessToken: string;
  readonly refreshToken?: string;
  readonly idToken?: string;
  readonly clientInfo?: string;
}

type NumberMember = 'expiresInSeconds' | 'extExpiresInSeconds' | 'expiresOn' | 'notBefore';

/** Members in the order the documents print them, with their names. */
const parameters = {
  tokenType: 'token_type',
  scope: 'scope',
  expiresInSeconds: 'expires_in',
  extExpiresInSeconds: 'ext_expires_in',
  expiresOn: 'expires_on',
  notBefore: 'not_before',
  resource: 'resource',
  accessToken: 'access_token',
  refreshToken: 'refresh_token',
  idToken: 'id_token',
  clientInfo: 'client_info',
} as const satisfies Record<keyof TokenResponse, string>;

const members = Object.entries(parameters) as [keyof TokenResponse, string][];
const numbers: ReadonlySet<string> = new Set<NumberMember>([
  'expiresInSeconds',
  'extExpiresInSeconds',
  'expiresOn',
  'notBefore',
]);

/** v1 writes every number as text, v2 as a number: clients of each count on it. */
export const encodeTokenResponse = (response: TokenResponse, version: TokenEndpointVersion): string =>
  JSON.stringify(tokenResponseBody(response, version));

/** The same before it becomes text. */
export function tokenResponseBody(response: TokenResponse, version: TokenEndpointVersion): JsonObject {
  const body: Record<string, unknown> = {};
  for (const [member, parameter] of members) {
    const value = response[member];
    if (value !== undefined) body[parameter] = version === 'v1' ? String(value) : value;
  }
  return body;
}

/** Reads either version, numbers as numbers or as text. Throws `WireError` naming the field. */
export function decodeTokenResponse(text: string): TokenResponse {
  const body = strictJson(text);
  if (!isJsonObject(body)) throw new WireError('unreadable', 'The token response is not a JSON object.');
  const fields = members.flatMap(([member, parameter]) => {
    const value = numbers.has(member) ? wholeNumber(body[parameter]) : ownText(body, parameter);
    return value === undefined ? [] : [[member, value] as const];
  });
  const response = Object.fromEntries(fields) as Partial<TokenResponse>;
  for (const required of ['accessToken', 'tokenType', 'expiresInSeconds'] as const) {
    if (response[required] === undefined) {
      const field = parameters[required];
      throw new WireError('missing', `The token response holds no ${field}.`, { field });
    }
  }
  return response as TokenResponse;
}
