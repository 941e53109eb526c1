import { isJsonObject, ownText, strictJson } from '../../base/json.ts';
import type { Customer } from '../../domain/index.ts';
import { type HttpRequest, soleHeader } from '../../http/message.ts';
import { refuse } from './error.ts';

/** As many customers as Partner Center gives at once. */
const largestPage = 500;

/** What of the list of customers is wanted. */
export interface CustomersPage {
  readonly skip: number;
  readonly size: number;
  /** As it was sent. */
  readonly filter: string | undefined;
  readonly fits: (customer: Customer) => boolean;
}

/** Throws 400 with the parameter that is not valid. */
export function pageAsked(request: HttpRequest): CustomersPage {
  const parameters = new URLSearchParams(request.query);
  const given = soleHeader(request, 'ms-continuationtoken');
  const continued = given === undefined ? undefined : continuationOf(given);
  const seek = parameters.get('seekOperation');
  if (seek !== null && !/^next$/i.test(seek)) invalid('seekOperation', 'must be Next.');
  if (seek !== null && !continued) {
    invalid('MS-ContinuationToken', 'must be the header that links.next of the page before names.');
  }
  const size = parameters.get('size');
  if (size !== null && !(/^\d{1,4}$/.test(size) && Number(size) >= 1 && Number(size) <= largestPage)) {
    invalid('size', `must be a whole number from 1 to ${largestPage}.`);
  }
  const filter = continued ? continued.filter : (parameters.get('filter') ?? undefined);
  return {
    skip: continued?.skip ?? 0,
    size: Number(size ?? continued?.size ?? largestPage),
    filter,
    fits: filter === undefined ? () => true : filterOf(filter),
  };
}

/** Where the list goes on, or undefined on its last page. */
export function nextPage({ skip, size, filter }: CustomersPage, total: number) {
  if (skip + size >= total) return undefined;
  const state = JSON.stringify({ skip: skip + size, size, filter });
  const continuationToken = Buffer.from(state).toString('base64url');
  return {
    continuationToken,
    link: {
      uri: `/customers?size=${size}&seekOperation=Next`,
      method: 'GET',
      headers: [{ key: 'MS-ContinuationToken', value: continuationToken }],
    },
  };
}

function continuationOf(token: string): { readonly skip: number; readonly size: number; readonly filter?: string } {
  const state = token.length > 4096 ? undefined : strictJson(Buffer.from(token, 'base64url').toString());
  if (isJsonObject(state) && isCount(state.skip) && isCount(state.size)) {
    const filter = ownText(state, 'filter');
    return { skip: state.skip, size: Math.min(state.size, largestPage), ...(filter === undefined ? {} : { filter }) };
  }
  return invalid('MS-ContinuationToken', 'must be as the page before gave it.');
}

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) >= 0;

/** `{"Field":"CompanyName","Value":"cont","Operator":"starts_with"}`; a domain is looked for the same way. */
function filterOf(text: string): (customer: Customer) => boolean {
  const filter = strictJson(text);
  const member = (name: string) => (isJsonObject(filter) ? (ownText(filter, name) ?? '') : '');
  const field = fields.get(member('Field').toLowerCase());
  const value = member('Value').toLowerCase();
  if (field === undefined || value === '' || member('Operator').toLowerCase() !== 'starts_with') {
    invalid('filter', 'must be {"Field":"CompanyName","Value":"…","Operator":"starts_with"}, or its Field Domain.');
  }
  return (customer) => customer[field].toLowerCase().startsWith(value);
}

const fields: ReadonlyMap<string, 'companyName' | 'domain'> = new Map([
  ['companyname', 'companyName'],
  ['domain', 'domain'],
]);

function invalid(name: string, sentence: string): never {
  refuse('propertyInvalid', { description: `${name}: ${sentence}`, data: [name] });
}
