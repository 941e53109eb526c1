import type { Random } from '../base/random.ts';
import { type Referral, readableReferrals } from '../domain/index.ts';
import type { HttpReply, HttpRequest } from '../http/message.ts';
import { type Face, routedFace } from '../http/router.ts';
import { encodeGatewayError } from '../protocol/partner-error.ts';
import { resourceApplicationIds } from '../protocol/resources.ts';
import { type BearerContext, type BearerRefusal, bearerFor } from './bearer.ts';

export interface ReferralSource {
  ofTenant(tenantId: string): Promise<readonly Referral[]>;
}

export interface PartnerApiContext extends BearerContext {
  readonly referrals: ReferralSource;
  readonly random: Random;
}

/** `GET /v1.0/engagements/referrals`, with the errors of that host's gateway. */
export const createPartnerApi = (context: PartnerApiContext): Face =>
  routedFace([['/v1.0/engagements/referrals', (request) => answered(context, request)]], async () =>
    refused(404, 'Resource not found.'),
  );

async function answered(context: PartnerApiContext, request: HttpRequest): Promise<HttpReply> {
  const reply =
    request.method === 'GET'
      ? await listReferrals(context, request)
      : refused(405, 'The method is not supported for this resource.');
  const requestId = request.headers('client-request-id')[0] ?? context.random.guid();
  return { ...reply, headers: [...reply.headers, ['client-request-id', requestId], ['Cache-Control', 'no-store']] };
}

/** authenticate → find the user → what the role may read. */
async function listReferrals(context: PartnerApiContext, request: HttpRequest): Promise<HttpReply> {
  const bearer = await bearerFor(context, request, resourceApplicationIds.partner);
  if (typeof bearer === 'string') return unauthorized(refusals[bearer]);
  const user = bearer.userId && (await context.directory.userById(bearer.tenantId, bearer.userId));
  if (!user) return refused(403, 'The Referrals API needs a user with a referrals role: app-only tokens have none.');
  const referrals = readableReferrals(user, await context.referrals.ofTenant(bearer.tenantId));
  if (!referrals) return refused(403, 'The user has neither the role Referrals Admin nor Referrals User.');
  return { status: 200, headers: json, body: JSON.stringify({ value: referrals }) };
}

const refusals: Readonly<Record<BearerRefusal, string>> = {
  missing: 'Access denied due to missing bearer token.',
  untrusted: 'Unauthorized. Access token is invalid or expired.',
  // Tokens for Partner Center, another resource on another host, do not open it.
  otherAudience: 'Unauthorized. Access token has an invalid audience.',
};

const json: HttpReply['headers'] = [['Content-Type', 'application/json; charset=utf-8']];

const refused = (statusCode: number, message: string): HttpReply => ({
  status: statusCode,
  headers: json,
  body: encodeGatewayError({ statusCode, message }),
});

function unauthorized(message: string): HttpReply {
  const reply = refused(401, message);
  return { ...reply, headers: [...reply.headers, ['WWW-Authenticate', 'Bearer']] };
}
