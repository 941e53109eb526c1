import { type Application, type RedirectPlatform, singlePageOrigins } from '../../domain/index.ts';
import { type HttpReply, soleHeader } from '../../http/message.ts';
import type { Call } from '../call.ts';
import type { AuthorityContext } from '../context.ts';
import { AuthorityError } from '../error-table.ts';

/**
 * Web pages at the token endpoint: only those of single-page applications, each at the origins it registered, without
 * cookies. An opaque origin (`null`) is nobody's.
 */
export const isPreflight = ({ http }: Call): boolean =>
  http.method === 'OPTIONS' && http.headers('access-control-request-method').length > 0;

/** A preflight names no client: any application's single-page origin is answered, and the request itself asks whose. */
export async function preflight({ directory }: AuthorityContext, call: Call): Promise<HttpReply> {
  const origin = soleHeader(call.http, 'origin');
  const asked = soleHeader(call.http, 'access-control-request-headers');
  if (origin !== undefined && (await directory.isSinglePageOrigin(origin))) call.allowedOrigin = origin;
  const allowed: HttpReply['headers'] =
    call.allowedOrigin === undefined
      ? []
      : [
          ['Access-Control-Allow-Methods', 'POST, OPTIONS'],
          ...(asked === undefined ? [] : [['Access-Control-Allow-Headers', asked] as const]),
          ['Access-Control-Max-Age', '86400'],
        ];
  return { status: 200, headers: allowed, body: '' };
}

/** Lets the page read the answer, a refusal too. */
export function allowOrigin(call: Call, application: Application): void {
  const origin = soleHeader(call.http, 'origin');
  if (origin !== undefined && singlePageOrigins(application).has(origin)) call.allowedOrigin = origin;
}

/** Throws 9002327 when no page redeems what a page was given, 9002326 when another page does or one that was given nothing. */
export function requireFittingOrigin(
  call: Call,
  application: Application,
  platform: RedirectPlatform | undefined,
): void {
  if (platform === undefined) return;
  const [origin, ...others] = call.http.headers('origin');
  if (platform === 'spa' && origin === undefined) throw new AuthorityError('crossOriginRequired');
  const isOwnPage = platform === 'spa' && others.length === 0 && singlePageOrigins(application).has(origin ?? '');
  if (origin !== undefined && !isOwnPage) throw new AuthorityError('crossOriginNotPermitted', { origin });
}
