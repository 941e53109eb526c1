import * as oauth from 'oauth4webapi';
import { epochSeconds } from '../base/clock.ts';
import { isGuid } from '../base/guid.ts';
import { isJsonObject } from '../base/json.ts';
import { Secret } from '../base/secret.ts';
import { issuersAt } from '../protocol/environments.ts';
import { type Grant as GrantName, grantTypes } from '../protocol/grants.ts';
import { encodeTokenRequest, type TokenRequestToSend } from '../protocol/token-request.ts';
import { decodeTokenResponse, type TokenResponse, tokenResponseBody } from '../protocol/token-response.ts';
import type { Grant } from './acquire.ts';
import { type AnswerCarrier, carrierOf, giveBack } from './answer-carrier.ts';
import { readyAuthentication } from './client-authentication.ts';
import type { ClientContext } from './context.ts';
import { AuthError } from './errors.ts';
import { type Answer, isPlainHttp, secureUrl, send } from './http.ts';
import type { TokenPlan } from './plan.ts';
import { authorityRefusal } from './refusals.ts';
import { withRetries } from './retry.ts';
import { readTokenClaims, type TokenClaims } from './token-claims.ts';
import { requireUsableToken } from './usable-token.ts';

/** One request to a token endpoint of either version, through oauth4webapi, with Entra's ways evened out. */
export interface TokenRequestOrder {
  readonly grant: GrantName;
  /** The grant's own members; the client and what proves it are added by the way it authenticates. */
  readonly request: TokenRequestToSend;
  /** What oauth4webapi checks of the answer besides; default: what holds for every grant. */
  readonly process?: ProcessAnswer;
}

export type ProcessAnswer = (
  server: oauth.AuthorizationServer,
  client: oauth.Client,
  response: Response,
) => Promise<unknown>;

export interface IssuedToken {
  readonly response: TokenResponse;
  readonly idTokenClaims: TokenClaims | undefined;
  readonly correlationId: string;
  readonly receivedAt: Date;
}

export async function requestToken(grant: Grant, order: TokenRequestOrder): Promise<IssuedToken> {
  const correlationId = grant.context.random.guid();
  return withRetries(grant.context, (context) => attempt({ ...grant, context }, order, correlationId));
}

async function attempt(
  { context, fetchIt, plan, authentication }: Grant,
  order: TokenRequestOrder,
  correlationId: string,
): Promise<IssuedToken> {
  const { authority } = plan.environment;
  const path = plan.version === 'v1' ? 'oauth2/token' : 'oauth2/v2.0/token';
  const tokenEndpoint = secureUrl(`${authority}/${plan.tenant}/${path}`).href;
  const server = { issuer: authority, token_endpoint: tokenEndpoint };
  const client = clientOf(context, plan);
  const ready = await readyAuthentication(authentication, tokenEndpoint);
  // So that no message repeats them.
  const secrets = [...Object.values(order.request).filter((value) => value instanceof Secret), ...ready.secrets];
  let received: TokenResponse | undefined;
  let carrier: AnswerCarrier | undefined;
  const response = await oauth.genericTokenEndpointRequest(
    server,
    client,
    ready.authenticate,
    grantTypes[order.grant][0],
    new URLSearchParams(encodeTokenRequest(order.request)),
    {
      headers: { 'client-request-id': correlationId, 'return-client-request-id': 'true' },
      [oauth.allowInsecureRequests]: isPlainHttp(tokenEndpoint),
      [oauth.customFetch]: async (url, init) => {
        const answer = await send(context, fetchIt, {
          method: 'POST',
          url,
          headers: init.headers,
          body: String(init.body),
          correlationId,
        });
        if (answer.status !== 200) {
          throw authorityRefusal(
            { answer, now: context.clock.now(), correlationId, secrets },
            refusedWhat(order.grant),
          );
        }
        received = tokenResponseOf(answer, correlationId);
        carrier = carrierOf(bodyForProcessing(plan, received));
        return carrier.response;
      },
    },
  );
  if (!received) throw new AuthError('answer_unreadable', 'The authority’s answer was not read.', { correlationId });
  const idTokenClaims = received.idToken === undefined ? undefined : readTokenClaims(received.idToken);
  await checked(order.process ?? oauth.processGenericTokenEndpointResponse, {
    server: issuerRecord(plan, server, idTokenClaims),
    client,
    response,
    correlationId,
  });
  // Not where it was refused, for the error holds it, nor of a process of its own, which may.
  if (carrier && !order.process) giveBack(carrier);
  return { response: received, idTokenClaims, correlationId, receivedAt: context.clock.now() };
}

/** How far the authority’s clock and ours may be apart. */
export const clockToleranceSeconds = 300;

/** The client as oauth4webapi needs it: our clock in place of the machine's. */
export function clientOf({ clock }: ClientContext, { applicationId }: TokenPlan): oauth.Client {
  return {
    client_id: applicationId,
    [oauth.clockSkew]: epochSeconds(clock.now()) - epochSeconds(new Date()),
    [oauth.clockTolerance]: clockToleranceSeconds,
  };
}

/** Whether a refused grant speaks of what was typed just now or of what was kept from an earlier sign-in. */
const refusedWhat = (grant: GrantName): 'credentials' | 'stored' =>
  grant === 'clientCredentials' || grant === 'password' ? 'credentials' : 'stored';

function tokenResponseOf(answer: Answer, correlationId: string): TokenResponse {
  try {
    const response = decodeTokenResponse(answer.text);
    requireUsableToken(response);
    return { ...response, tokenType: 'Bearer' };
  } catch (cause) {
    throw new AuthError('answer_unreadable', 'The authority’s answer holds no token that can be read.', {
      cause,
      correlationId,
    });
  }
}

/**
 * v1 may send an id_token that is not signed: it came over TLS from the authority itself, and its claims are only shown.
 * Every other one is checked.
 */
const isUnsigned = ({ version }: TokenPlan, { idToken }: TokenResponse): boolean =>
  version === 'v1' && idToken?.endsWith('.') === true;

/**
 * The answer as oauth4webapi can read it: numbers as numbers, whatever the version; without an id_token it would
 * refuse. What was read once is handed over as it is, and not written and parsed again.
 */
function bodyForProcessing(plan: TokenPlan, received: TokenResponse): object {
  const { idToken, ...rest } = received;
  return tokenResponseBody(isUnsigned(plan, received) ? rest : received, 'v2');
}

/** The server as the id_token must name it: the pinned issuer of the tenant asked for, whose id an alias leaves open. */
function issuerRecord(
  { environment, tenant, version }: TokenPlan,
  server: oauth.AuthorizationServer,
  claims: TokenClaims | undefined,
): oauth.AuthorizationServer {
  const tenantId = isGuid(tenant) ? tenant : (claims?.tenantId ?? tenant);
  return { ...server, issuer: issuersAt(environment.authority, tenantId)[version] };
}

interface ToCheck {
  readonly server: oauth.AuthorizationServer;
  readonly client: oauth.Client;
  readonly response: Response;
  readonly correlationId: string;
}

async function checked(process: ProcessAnswer, { server, client, response, correlationId }: ToCheck): Promise<void> {
  try {
    const processed = await process(server, client, response);
    if (!isJsonObject(processed)) throw new TypeError('not an object');
  } catch (cause) {
    if (cause instanceof AuthError) throw cause;
    throw new AuthError('answer_unreadable', 'The authority’s answer is not one a client may accept.', {
      cause,
      correlationId,
      // Names the claim or the member, never its value.
      reason: cause instanceof oauth.OperationProcessingError ? `${cause.message}.` : undefined,
      hint: 'Check this machine’s clock, the environment, and what stands between here and the authority.',
      detail: String(cause),
    });
  }
}
