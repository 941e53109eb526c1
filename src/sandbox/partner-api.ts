import type { Random } from '../base/random.ts';
import { type Directory, type Referral, readableReferrals } from '../domain/index.ts';
import type { HttpReply, HttpRequest } from '../http/message.ts';
import { type Face, routedFace } from '../http/router.ts';
import { encodeGatewayError } from '../protocol/partner-error.ts';

/** What the API needs to know of a token whose signature, issuer and times were found right. */
export interface PartnerBearer {
  readonly tenantId: string;
  /** As the token says it: an identifier URI or an application id. */
  readonly audience: string;
  /** Object id of the user; undefined when an application acts for itself. */
  readonly userId: string | undefined;
}

/** The port to `verify/`: undefined for a token that is not to be believed. Rejects only when that cannot be known. */
export type VerifyPartnerBearer = (token: string, request: HttpRequest) => Promise<PartnerBearer | undefined>;

export interface ReferralSource {
  ofTenant(tenantId: string): Promise<readonly Referral[]>;
}

export interface PartnerApiContext {
  readonly verifyBearer: VerifyPartnerBearer;
  readonly directory: Directory;
  readonly referrals: ReferralSource;
  readonly random: Random;
}

/** The API's own identifier: tokens for Partner Center (another resource on another host) do not open it. */
const audience = 'https://api.partner.microsoft.com';

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
  const bearer = await authenticated(context, request);
  if ('status' in bearer) return bearer;
  const user = bearer.userId && (await context.directory.userById(bearer.tenantId, bearer.userId));
  if (!user) return refused(403, 'The Referrals API needs a user with a referrals role: app-only tokens have none.');
  const referrals = readableReferrals(user, await context.referrals.ofTenant(bearer.tenantId));
  if (!referrals) return refused(403, 'The user has neither the role Referrals Admin nor Referrals User.');
  return { status: 200, headers: json, body: JSON.stringify({ value: referrals }) };
}

async function authenticated(context: PartnerApiContext, request: HttpRequest): Promise<PartnerBearer | HttpReply> {
  const [credential, ...others] = request.headers('authorization');
  const token = /^bearer +(\S+)$/i.exec(credential ?? '')?.[1];
  if (!token || others.length > 0) return unauthorized('Access denied due to missing bearer token.');
  const bearer = await context.verifyBearer(token, request);
  if (!bearer) return unauthorized('Unauthorized. Access token is invalid or expired.');
  const asked = await context.directory.resource(bearer.tenantId, bearer.audience);
  const own = await context.directory.resource(bearer.tenantId, audience);
  const isOwn = asked !== undefined && asked.application.appId === own?.application.appId;
  return isOwn ? bearer : unauthorized('Unauthorized. Access token has an invalid audience.');
}

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
