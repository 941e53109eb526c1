import { isJsonObject, type JsonObject, ownText, strictJson } from '../base/json.ts';
import { WireError } from './wire-error.ts';

/** A page of `GET /v1/customers` (document: Get a list of customers; Partner Center REST utility resources: links). */
export interface CustomersPage {
  /** Tenants of the customers. */
  readonly tenantIds: readonly string[];
  /** Undefined on the last page. */
  readonly next: NextPage | undefined;
}

export interface NextPage {
  /** A path with its query, with or without the version before it. */
  readonly uri: string;
  /** To be sent as `MS-ContinuationToken`. */
  readonly continuationToken: string | undefined;
}

export const customersPath = '/v1/customers';
export const continuationHeader = 'MS-ContinuationToken';

/** Throws `WireError` naming the member. */
export function decodeCustomersPage(text: string): CustomersPage {
  const body = strictJson(text);
  if (!isJsonObject(body)) throw new WireError('unreadable', 'The list of customers is not a JSON object.');
  if (!Array.isArray(body.items)) {
    throw new WireError('missing', 'The list of customers holds no items.', { field: 'items' });
  }
  return { tenantIds: body.items.map(tenantIdOf), next: nextOf(body) };
}

function tenantIdOf(item: unknown): string {
  const profile = isJsonObject(item) && isJsonObject(item.companyProfile) ? item.companyProfile : {};
  const tenantId = ownText(profile, 'tenantId') ?? (isJsonObject(item) ? ownText(item, 'id') : undefined);
  if (tenantId !== undefined) return tenantId;
  throw new WireError('missing', 'A customer has no companyProfile.tenantId.', { field: 'companyProfile.tenantId' });
}

function nextOf({ links }: JsonObject): NextPage | undefined {
  const next = isJsonObject(links) && isJsonObject(links.next) ? links.next : undefined;
  const uri = next && ownText(next, 'uri');
  if (uri === undefined) return undefined;
  const headers: readonly unknown[] = Array.isArray(next?.headers) ? next.headers : [];
  const header = headers.filter(isJsonObject).find((each) => isContinuation(ownText(each, 'key')));
  return { uri, continuationToken: header && ownText(header, 'value') };
}

const isContinuation = (key: string | undefined): boolean => key?.toLowerCase() === continuationHeader.toLowerCase();
