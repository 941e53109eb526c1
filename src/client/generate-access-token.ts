import { addSeconds, epochSeconds } from '../base/clock.ts';
import { Secret } from '../base/secret.ts';
import {
  decodeGenerateTokenResponse,
  encodeGenerateTokenRequest,
  type GenerateTokenApi,
  type GenerateTokenResponse,
  generateTokenPaths,
  jwtTokenGrantType,
} from '../protocol/generate-token.ts';
import {
  mediaTypeOf,
  type RequestMediaType,
  type ResponseMediaType,
  requestMediaTypes,
} from '../protocol/media-type.ts';
import { decodePartnerError } from '../protocol/partner-error.ts';
import { isRequestId } from '../protocol/request-id.ts';
import type { XmlReader } from '../protocol/xml-text.ts';
import { authResult } from './auth-result.ts';
import { checkBearer } from './bearer-checks.ts';
import { type CallOptions, type ClientContext, clientContext } from './context.ts';
import { type EnvironmentChoice, environmentGiven, fetchFor, type ResolvedEnvironment } from './environment.ts';
import { AuthError } from './errors.ts';
import { type Answer, send } from './http.ts';
import { partnerRefusal } from './refusals.ts';
import { isFinal, withRetries } from './retry.ts';
import { isTokenText } from './token-claims.ts';
import { requireUsableToken } from './usable-token.ts';

/** What is sent. */
export interface ExchangeParameters {
  /** An Entra access token for Partner Center. */
  readonly bearer: string;
  /** Default v3; `legacy` is being retired. */
  readonly api?: GenerateTokenApi | undefined;
  /**
   * Identifies the call: the same id gets the same token, and is kept over every try. Default: a new GUID, kept over tries
   * that nothing final answered.
   */
  readonly requestId?: string | undefined;
  /** For tracing. Default: a new GUID. */
  readonly correlationId?: string | undefined;
  /** How the request is written; default `application/json`. The answer comes back in it, a form's as JSON. */
  readonly mediaType?: RequestMediaType | undefined;
}

export interface GenerateAccessTokenParameters extends ExchangeParameters, CallOptions {
  /** Default: AzureCloud. */
  readonly environment?: EnvironmentChoice | undefined;
  readonly environmentName?: EnvironmentChoice | undefined;
}

/** What an opaque token lets one say. */
export interface GeneratedToken {
  readonly accessToken: string;
  readonly tokenType: string;
  readonly expiresOn: Date;
  /** Seconds since 1970. */
  readonly expires_on: number;
  readonly resource: string;
  readonly requestId: string;
  readonly correlationId: string;
  readonly api: GenerateTokenApi;
  /** The service had answered this request id before. */
  readonly replayed: boolean;
}

/** The life of a generated token where the answer does not say it. */
const usualLifetimeSeconds = 3600;

/**
 * Exchanges an Entra token for a Partner Center token. Documents: Generate access token (v3), Generate access token
 * legacy.
 *
 * Time-outs, resets, 5xx and throttling are tried again up to four times, never earlier than `Retry-After`: with the same
 * `ms-requestid` where no final answer came, with a new one after 429. The token is opaque: its claims are not read.
 *
 * A bearer for another resource is not sent; one without MFA earns a warning before it is.
 *
 * Throws `AuthError`: `audience_refused` (900420), `mfa_needed` (900421), `bearer_refused`, `access_refused`,
 * `not_found`, `request_refused`, `throttled`, `service_unavailable`, `timed_out`, `network`, `answer_unreadable`.
 *
 * ```ts
 * const { accessToken, expiresOn } = await generateAccessToken({ bearer: entra.accessToken });
 * ```
 */
export async function generateAccessToken(parameters: GenerateAccessTokenParameters): Promise<GeneratedToken> {
  return exchangeBearer(clientContext(parameters), environmentGiven(parameters), parameters);
}

/** The same where the environment has been resolved: the bearer goes where it came from. */
export async function exchangeBearer(
  context: ClientContext,
  resolved: ResolvedEnvironment,
  parameters: ExchangeParameters,
): Promise<GeneratedToken> {
  const call = callOf(context, parameters);
  checkBearer(context, resolved.environment, { bearer: parameters.bearer, api: call.api });
  const fetchIt = fetchFor(context, resolved);
  const { partnerCenter, apiOrigin } = resolved.environment;
  const url = (apiOrigin ?? partnerCenter) + generateTokenPaths[call.api];
  const to = { fetchIt, url, resource: partnerCenter };
  let { requestId } = call;
  return withRetries(context, (within, failed) => {
    if (failed && isFinal(failed) && parameters.requestId === undefined) requestId = context.random.guid();
    return attempt(within, to, { ...call, requestId });
  });
}

/** Where a call goes. */
interface Destination {
  readonly fetchIt: typeof fetch;
  readonly url: string;
  /** What the token will be for. */
  readonly resource: string;
}

interface Call {
  readonly bearer: Secret;
  readonly api: GenerateTokenApi;
  readonly requestId: string;
  readonly correlationId: string;
  readonly mediaType: RequestMediaType;
  readonly accept: ResponseMediaType;
}

function callOf(context: ClientContext, parameters: ExchangeParameters): Call {
  const { bearer, api = 'v3', mediaType = 'application/json' } = parameters;
  if (!isTokenText(bearer)) {
    throw new AuthError('invalid_parameters', 'The bearer is missing or empty, or holds what no token holds.', {
      hint: 'Give the token alone: no "Bearer", no quotes, no line breaks, no whole JSON object.',
    });
  }
  if (!Object.hasOwn(generateTokenPaths, api)) {
    throw new AuthError('invalid_parameters', `There is no API '${api}'.`, { hint: 'Give v3 or legacy.' });
  }
  if (!requestMediaTypes.includes(mediaType)) {
    throw new AuthError('invalid_parameters', `The media type '${mediaType}' is none of the documents'.`, {
      hint: `Give one of ${requestMediaTypes.join(', ')}.`,
    });
  }
  return {
    bearer: new Secret(bearer),
    api,
    mediaType,
    accept: mediaType === 'application/x-www-form-urlencoded' ? 'application/json' : mediaType,
    requestId: idGiven('requestId', parameters.requestId) ?? context.random.guid(),
    correlationId: idGiven('correlationId', parameters.correlationId) ?? context.random.guid(),
  };
}

function idGiven(name: string, value: unknown): string | undefined {
  if (value === undefined || isRequestId(value)) return value;
  throw new AuthError('invalid_parameters', `${name} must be 1 to 128 printable ASCII characters, such as a GUID.`, {
    hint: 'No blank may stand at either end.',
  });
}

async function attempt(
  context: ClientContext,
  { fetchIt, url, resource }: Destination,
  call: Call,
): Promise<GeneratedToken> {
  const answer = await send(context, fetchIt, {
    method: 'POST',
    url,
    headers: {
      authorization: `Bearer ${call.bearer.reveal()}`,
      accept: call.accept,
      'content-type': call.mediaType,
      'ms-requestid': call.requestId,
      'ms-correlationid': call.correlationId,
    },
    body: encodeGenerateTokenRequest({ grantType: jwtTokenGrantType }, call.mediaType),
    correlationId: call.correlationId,
  });
  const now = context.clock.now();
  const mediaType = mediaTypeOf(answer.headers.get('content-type') ?? '');
  const readXml = await xmlReader(mediaType);
  if (answer.status !== 200) {
    const body = decodePartnerError(answer.text, mediaType, readXml);
    const { requestId, correlationId } = call;
    throw partnerRefusal({ answer, now, body, requestId, correlationId, secrets: [call.bearer] });
  }
  return generated(readAnswer(answer, mediaType, readXml, call), answer, now, resource, call);
}

/** The XML parser is loaded for an answer in XML and for nothing else. */
async function xmlReader(mediaType: string | undefined): Promise<XmlReader> {
  if (mediaType?.endsWith('xml')) return (await import('../protocol/xml.ts')).decodeXml;
  return () => {
    throw new TypeError('not XML');
  };
}

function readAnswer(
  answer: Answer,
  mediaType: string | undefined,
  readXml: XmlReader,
  { requestId, correlationId }: Call,
): GenerateTokenResponse {
  try {
    const syntax: ResponseMediaType = mediaType?.endsWith('xml') ? 'application/xml' : 'application/json';
    const response = decodeGenerateTokenResponse(answer.text, syntax, readXml);
    requireUsableToken(response);
    return response;
  } catch (cause) {
    throw new AuthError('answer_unreadable', 'Partner Center’s answer holds no token that can be read.', {
      cause,
      requestId,
      correlationId,
    });
  }
}

function generated(
  response: GenerateTokenResponse,
  answer: Answer,
  now: Date,
  resource: string,
  call: Call,
): GeneratedToken {
  const expiresOn = addSeconds(now, response.expiresInSeconds ?? usualLifetimeSeconds);
  return authResult({
    accessToken: response.accessToken,
    tokenType: 'Bearer',
    expiresOn,
    expires_on: epochSeconds(expiresOn),
    resource,
    requestId: answer.headers.get('ms-requestid') ?? call.requestId,
    correlationId: answer.headers.get('ms-correlationid') ?? call.correlationId,
    api: call.api,
    replayed: answer.headers.get('idempotent-replayed')?.toLowerCase() === 'true',
  });
}
