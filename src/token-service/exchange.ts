import { isPromise } from '../base/awaitable.ts';
import { CheckTrail } from '../base/check-trail.ts';
import type { Handler, HttpReply, HttpRequest } from '../http/message.ts';
import type { GenerateTokenApi } from '../protocol/generate-token.ts';
import { auditRecord } from './audit.ts';
import { authenticate, bearerTokenOf } from './authenticate.ts';
import { checkAddress, checkAudience, checkLimit, checkMfa, checkStanding, isMfaCompliant } from './authorize.ts';
import { exchangeChecks, kinds } from './checks.ts';
import type { TokenServiceContext } from './context.ts';
import { checkBody } from './decode.ts';
import { refuse, ServiceError } from './error-table.ts';
import { type IssuedToken, type IssueToken, tokenIssuer } from './issue.ts';
import { mediaTypeForErrors, negotiate } from './negotiate.ts';
import { checkHeaders, requestIdsOf } from './request-ids.ts';
import { type Exchange, respond, respondError } from './respond.ts';
import { apiAt } from './route.ts';

/** The Generate access token API, both versions, and what is unknown beside it: a request in, an answer out, always. */
export function exchangeHandler(given: TokenServiceContext): Handler {
  const context: ExchangeContext = { ...given, issue: tokenIssuer(given) };
  return async (request) => {
    const started = performance.now();
    const exchange: Exchange = {
      ids: requestIdsOf(request, context.random),
      api: apiAt(request.path),
      bearer: undefined,
      mediaType: mediaTypeForErrors(request),
      mfaCompliant: undefined,
      trail: new CheckTrail(exchangeChecks),
    };
    const outcome = await outcomeOf(context, request, exchange);
    const isTold = !context.throttled || !isThrottled(exchange, outcome);
    const recorded = context.audit && isTold ? await audited(context, request, { exchange, outcome }) : outcome;
    return finish(context, { exchange, started, isTold, ...recorded });
  };
}

interface ExchangeContext extends TokenServiceContext {
  readonly issue: IssueToken;
}

interface Outcome {
  readonly reply: HttpReply;
  readonly token?: IssuedToken;
  readonly error?: ServiceError;
}

/** Refused by number, before it was looked at who asks. */
const isThrottled = ({ bearer }: Exchange, { error }: Outcome): boolean => error?.code === 'overLimit' && !bearer;

async function outcomeOf(context: ExchangeContext, request: HttpRequest, exchange: Exchange): Promise<Outcome> {
  try {
    const token = await decide(context, request, exchange);
    return { reply: respond(context, exchange, token), token };
  } catch (cause) {
    return refusal(context, exchange, cause);
  }
}

function refusal(context: TokenServiceContext, exchange: Exchange, cause: unknown): Outcome {
  const error = cause instanceof ServiceError ? cause : unexpected(cause);
  return { reply: respondError(context, exchange, error), error };
}

/** Nothing leaves before its record is durable; without one the answer is that the service failed. */
async function audited(
  context: TokenServiceContext,
  { remoteAddress: address }: HttpRequest,
  { exchange, outcome }: { exchange: Exchange; outcome: Outcome },
): Promise<Outcome> {
  const { reply, token, error } = outcome;
  try {
    const record = auditRecord(context.clock.now(), exchange, { status: reply.status, address, token, error });
    await context.audit?.record(record);
    return outcome;
  } catch (cause) {
    return refusal(context, exchange, cause);
  }
}

/** The checks in the contract's order; the first that fails answers. */
function decide(context: ExchangeContext, request: HttpRequest, exchange: Exchange): Promise<IssuedToken> {
  const { trail } = exchange;
  checkAddress(context, request.remoteAddress);
  trail.passed('caller');
  const api = exchange.api ?? refuse('unknownPath');
  if (request.method !== 'POST') refuse('methodNotAllowed', { headers: [['Allow', 'POST']] });
  trail.passed('address', api);
  exchange.mediaType = negotiate(request, context.settings.acceptRequired);
  trail.passed('accept', exchange.mediaType);
  const exchanged = () => exchangeFor(context, request, { exchange, api });
  return context.admission ? context.admission.admit(exchanged, refuseForRoom) : exchanged();
}

/** One for all: what refuses the most must cost the least. */
const noRoom = new ServiceError('overLimit', { headers: [['Retry-After', '1']], detail: 'no room' });
const refuseForRoom = (): never => {
  throw noRoom;
};

/** An issuer that hangs must not hold the places of those whose keys are at hand. */
const aside = <Result>({ admission }: TokenServiceContext, others: Promise<Result>): Promise<Result> =>
  admission ? admission.aside(others, refuseForRoom) : others;

/** What costs more than the look at a request: begun when there is room for it. */
async function exchangeFor(
  context: ExchangeContext,
  request: HttpRequest,
  { exchange, api }: { exchange: Exchange; api: GenerateTokenApi },
): Promise<IssuedToken> {
  const { trail } = exchange;
  trail.passed('room');
  const verified = authenticate(context, bearerTokenOf(request));
  const bearer = isPromise(verified) ? await aside(context, verified) : verified;
  exchange.bearer = bearer;
  trail.passed('bearer', kinds[bearer.kind]);
  exchange.mfaCompliant = askedForMfa(request) && bearer.kind === 'user' ? isMfaCompliant(bearer) : undefined;
  checkAudience(context, api, bearer);
  trail.passed('audience');
  checkMfa(context, bearer);
  trail.passed('mfa');
  const asked = checkStanding(context, bearer);
  const standing = isPromise(asked) ? await asked : asked;
  trail.passed('standing');
  checkLimit(context, bearer, standing);
  trail.passed('limit');
  checkHeaders(request);
  trail.passed('headers');
  checkBody(request);
  trail.passed('body');
  const token = await context.issue(bearer, { api, requestId: exchange.ids.requestId });
  trail.passed('issuance', token.replayed ? 'given again' : undefined);
  return token;
}

const askedForMfa = (request: HttpRequest): boolean => request.headers('validatemfa')[0]?.toLowerCase() === 'true';

const unexpected = (cause: unknown): ServiceError =>
  new ServiceError('dependencyFailed', { headers: [['Retry-After', '1']], detail: String(cause), cause });

interface Finish {
  readonly exchange: Exchange;
  readonly started: number;
  /** Whether it has a line of its own in the log. */
  readonly isTold: boolean;
}

function finish(
  { metrics, log, throttled }: TokenServiceContext,
  { exchange: { api, ids }, started, isTold, reply, token, error }: Outcome & Finish,
): HttpReply {
  const code = error?.entry.code ?? '';
  const seconds = (performance.now() - started) / 1000;
  metrics.answered({
    api: api ?? 'none',
    status: reply.status,
    code,
    replayed: token?.replayed ?? false,
    seconds,
  });
  if (!isTold) throttled?.count();
  else if (error) {
    const fields = { ...ids, api, status: reply.status, code, reason: error.detail ?? error.code };
    if (reply.status === 500) log.error({ ...fields, err: error.cause }, 'exchange failed');
    else log.info(fields, 'exchange refused');
  }
  return reply;
}
