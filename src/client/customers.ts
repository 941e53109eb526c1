import { Secret } from '../base/secret.ts';
import { continuationHeader, customersPath, decodeCustomersPage, type NextPage } from '../protocol/customers.ts';
import { mediaTypeOf } from '../protocol/media-type.ts';
import { decodePartnerError } from '../protocol/partner-error.ts';
import type { AuthResult } from './auth-result.ts';
import type { ClientContext } from './context.ts';
import { fetchFor, type ResolvedEnvironment } from './environment.ts';
import { AuthError } from './errors.ts';
import { type Answer, send } from './http.ts';
import { partnerRefusal } from './refusals.ts';
import { replacingRefused } from './replacing-refused.ts';
import { isFinal, withRetries } from './retry.ts';

const pageSize = 200;

/**
 * The tenants of a partner's customers, page by page, with a token for Partner Center in the partner's own tenant.
 * Document: Get a list of customers. Throws `AuthError`: what `obtain` throws, a refusal of Partner Center, and
 * `answer_unreadable` for a list that leads to another host or in a circle.
 */
export async function* customerTenants(
  context: ClientContext,
  resolved: ResolvedEnvironment,
  obtain: (forceRefresh: boolean) => Promise<AuthResult>,
): AsyncGenerator<string, void, undefined> {
  const { partnerCenter, apiOrigin } = resolved.environment;
  const origin = apiOrigin ?? partnerCenter;
  const source = { origin, fetchIt: fetchFor(context, resolved) };
  const seen = new Set<string>();
  let next: NextPage | undefined = { uri: `${customersPath}?size=${pageSize}`, continuationToken: undefined };
  while (next) {
    const place: NextPage = next;
    const key = JSON.stringify([place.uri, place.continuationToken]);
    if (seen.has(key)) throw unreadable('gives the same page as the next again');
    seen.add(key);
    const answer = await replacingRefused(obtain, ({ accessToken }) =>
      requested(context, { ...source, place }, new Secret(accessToken)),
    );
    const page = read(answer);
    yield* page.tenantIds;
    next = page.next;
  }
}

interface Source {
  readonly origin: string;
  readonly fetchIt: typeof fetch;
  readonly place: NextPage;
}

function requested(context: ClientContext, { origin, fetchIt, place }: Source, bearer: Secret): Promise<Answer> {
  const url = addressOf(origin, place.uri);
  const continuation = continuationOf(place);
  const correlationId = context.random.guid();
  let requestId = context.random.guid();
  return withRetries(context, async (within, failed) => {
    if (failed && isFinal(failed)) requestId = context.random.guid();
    const answer = await send(within, fetchIt, {
      method: 'GET',
      url,
      headers: {
        authorization: `Bearer ${bearer.reveal()}`,
        accept: 'application/json',
        'ms-requestid': requestId,
        'ms-correlationid': correlationId,
        ...continuation,
      },
      correlationId,
    });
    if (answer.status === 200) return answer;
    const body = decodePartnerError(answer.text, mediaTypeOf(answer.headers.get('content-type') ?? ''), notXml);
    throw partnerRefusal({ answer, now: context.clock.now(), body, requestId, correlationId, secrets: [bearer] });
  });
}

/** Only JSON was asked for. */
const notXml = (): never => {
  throw new TypeError('not JSON');
};

/** The bearer goes where the first page came from, and nowhere a page says. */
function addressOf(origin: string, uri: string): string {
  const path = uri.startsWith('/') && !/^\/v1\//i.test(uri) ? `/v1${uri}` : uri;
  const url = URL.canParse(path, origin) ? new URL(path, origin) : undefined;
  if (url?.origin === new URL(origin).origin) return url.href;
  throw unreadable('continues at another host');
}

function continuationOf({ continuationToken }: NextPage): Readonly<Record<string, string>> {
  if (continuationToken === undefined) return {};
  if (/^[\x21-\x7e]{1,8192}$/.test(continuationToken)) return { [continuationHeader.toLowerCase()]: continuationToken };
  throw unreadable('continues with a token that no header can hold');
}

function read(answer: Answer) {
  try {
    return decodeCustomersPage(answer.text);
  } catch (cause) {
    throw unreadable('cannot be read', cause);
  }
}

const unreadable = (what: string, cause?: unknown): AuthError =>
  new AuthError('answer_unreadable', `Partner Center’s list of customers ${what}.`, { cause });
