import { Refusal } from '../../domain/index.ts';
import { type HttpReply, type HttpRequest, soleHeader } from '../../http/message.ts';
import { type Face, type PathParameter, routedFace } from '../../http/router.ts';
import { encodeGatewayError } from '../../protocol/partner-error.ts';
import { isRequestId } from '../../protocol/request-id.ts';
import { createReferral, updateReferral } from './change.ts';
import type { PartnerApiContext } from './context.ts';
import { ReferralError } from './error.ts';
import { referralsPath } from './path.ts';
import { listReferrals, readReferral } from './read.ts';

type Operation = (
  context: PartnerApiContext,
  request: HttpRequest,
  parameter: PathParameter,
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

interface Asked {
  readonly request: HttpRequest;
  readonly parameter: PathParameter;
  readonly operations: Readonly<Record<string, Operation>>;
}

async function answered(context: PartnerApiContext, { request, parameter, operations }: Asked): Promise<HttpReply> {
  try {
    const operation = operationOf(operations, request);
    const { status, body, headers = [] } = await operation(context, request, parameter);
    return replyOf(context, request, { status, text: body === undefined ? '' : JSON.stringify(body), headers });
  } catch (thrown) {
    const { statusCode, message, headers } = errorOf(thrown);
    return replyOf(context, request, {
      status: statusCode,
      text: encodeGatewayError({ statusCode, message }),
      headers,
    });
  }
}

function operationOf(operations: Asked['operations'], { method }: HttpRequest): Operation {
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
  { status, text, headers }: { status: number; text: string; headers: HttpReply['headers'] },
): HttpReply {
  const requestId = random.guid();
  const asked = soleHeader(request, 'client-request-id');
  return {
    status,
    headers: [
      ...(text === '' ? [] : [['Content-Type', 'application/json; charset=utf-8'] as const]),
      ...headers,
      ['request-id', requestId],
      ['client-request-id', isRequestId(asked) ? asked : requestId],
      ['Cache-Control', 'no-store'],
      ['X-Content-Type-Options', 'nosniff'],
    ],
    body: text,
  };
}
