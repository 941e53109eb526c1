import { isJsonObject, type JsonObject, strictJson } from '../base/json.ts';
import { WireError } from './wire-error.ts';

/** What a client says of itself in `claims` (OpenID Connect Core section 5.5, with Entra's `xms_cc`). */
export const encodeClientCapabilities = (capabilities: readonly string[]): string =>
  JSON.stringify({ access_token: { xms_cc: { values: capabilities } } });

/** Empty when it says nothing. Throws `WireError` when the text is no JSON object. */
export function decodeClientCapabilities(claims: string | undefined): readonly string[] {
  if (!claims) return [];
  const body = strictJson(claims);
  if (!isJsonObject(body)) throw new WireError('unreadable', 'claims is not a JSON object.', { field: 'claims' });
  const values = memberOf(memberOf(body, 'access_token'), 'xms_cc').values;
  return Array.isArray(values) ? values.filter((value) => typeof value === 'string') : [];
}

function memberOf(object: JsonObject, name: string): JsonObject {
  const value = Object.hasOwn(object, name) ? object[name] : undefined;
  return isJsonObject(value) ? value : {};
}
