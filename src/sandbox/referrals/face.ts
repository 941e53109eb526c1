import { CheckTrail } from '../../base/check-trail.ts';
import { Refusal } from '../../domain/index.ts';
import { type HttpReply, type HttpRequest, soleHeader } from '../../http/message.ts';
import { type Face, routedFace } from '../../http/router.ts';
import { encodeGatewayError } from '../../protocol/partner-error.ts';
import { isRequestId } from '../../protocol/request-id.ts';
import { type Asked, callerOf, referralChecks } from './caller.ts';
import { createReferral, updateReferral } from './change.ts';
import type { PartnerApiContext } from './context.ts';
import { ReferralError } from './error.ts';
import { referralsPath } from './path.ts';
import { listReferrals, readReferral } from './read.ts';

type Operation = (
  context: PartnerApiContext,
  asked: Asked,
) => Promise<Pick<HttpReply, 'status'> & { readonly body?: object; readonly headers?: HttpReply['headers'] }>;

const collection: Readonly<Record<string, Operation>> = { GET: listReferrals, POST: createReferral };
const single: Readonly<Record<string, Operation>> = { GET: readReferral, PATCH: updateReferral };

/** Partner Center's Referrals API, with the errors of that host's gateway. */
export const createPartnerApi = (context: PartnerApiContext): Face =>
  routedFace(
    [
      [referralsPath, (request, parameter) => answered(context, { request, parameter, operations: collection })],
      [`${referralsPath}/:id`, (request, parameter) => answered(context, { request, parameter, operations: single })],
    ],
    (request) => answered(context, { request, parameter: () => '', operations: {} }),
  );

async function answered(
  context: PartnerApiContext,
  {
    request,
    parameter,
    operations,
  }: Omit<Asked, 'caller'> & { readonly operations: Readonly<Record<string, Operation>> },
): Promise<HttpReply> {
  const trail = new CheckTrail(referralChecks);
  try {
    const operation = operationOf(operations, request);
    trail.passed('address');
    const caller = await callerOf(context, request, trail);
    const { status, body, headers = [] } = await operation(context, { request, parameter, caller });
    trail.passed('operation');
    const text = body === undefined ? '' : JSON.stringify(body);
    return replyOf(context, request, { status, text, headers, trail });
  } catch (thrown) {
    const { statusCode: status, message, headers } = errorOf(thrown);
    const text = encodeGatewayError({ statusCode: status, message });
    return replyOf(context, request, { status, text, headers, trail });
  }
}

function operationOf(operations: Readonly<Record<string, Operation>>, { method }: HttpRequest): Operation {
  const known = Object.keys(operations);
  if (known.length === 0) throw new ReferralError(404, 'Resource not found.');
  const operation = Object.hasOwn(operations, method) ? operations[method] : undefined;
  if (operation) return operation;
  const message = `The method ${method} is not supported for this resource: use ${known.join(' or ')}.`;
  throw new ReferralError(405, message, [['Allow', known.join(', ')]]);
}

function errorOf(thrown: unknown): ReferralError {
  if (thrown instanceof ReferralError) return thrown;
  if (thrown instanceof Refusal) return new ReferralError(400, `${thrown.field}: ${thrown.message}`);
  throw thrown;
}

function replyOf(
  { random }: PartnerApiContext,
  request: HttpRequest,
  {
    status,
    text,
    headers,
    trail,
  }: { status: number; text: string; headers: HttpReply['headers']; trail: CheckTrail<string> },
): HttpReply {
  const requestId = random.guid();
  const asked = soleHeader(request, 'client-request-id');
  const correlationId = isRequestId(asked) ? asked : requestId;
  return {
    status,
    headers: [
      ...(text === '' ? [] : [['Content-Type', 'application/json; charset=utf-8'] as const]),
      ...headers,
      ['request-id', requestId],
      ['client-request-id', correlationId],
      ['Cache-Control', 'no-store'],
      ['X-Content-Type-Options', 'nosniff'],
    ],
    body: text,
    course: { correlationId, trail },
  };
}
