import { CheckTrail } from '../../base/check-trail.ts';
import { type HttpReply, type HttpRequest, soleHeader } from '../../http/message.ts';
import { type Face, type PathParameter, routedFace } from '../../http/router.ts';
import { encodePartnerError } from '../../protocol/partner-error.ts';
import { isRequestId } from '../../protocol/request-id.ts';
import { authenticate, authorize, type Caller, customerChecks, isMfaCompliant } from './caller.ts';
import { createConsent, deleteConsent } from './consents.ts';
import type { PartnerCenterContext } from './context.ts';
import { listCustomers, listRelationships, readCustomer } from './customers.ts';
import { PartnerCenterError, refuse } from './error.ts';

export interface Asked {
  readonly request: HttpRequest;
  readonly parameter: PathParameter;
  readonly caller: Caller;
}

type Operation = (
  context: PartnerCenterContext,
  asked: Asked,
) => Promise<{ readonly status: number; readonly body?: object }>;

type Methods = Readonly<Record<string, Operation>>;

const routes: Readonly<Record<string, Methods>> = {
  '/v1/customers': { GET: listCustomers },
  '/v1/customers/:id': { GET: readCustomer },
  '/v1/customers/:id/relationships': { GET: listRelationships },
  '/v1/customers/:id/applicationconsents': { POST: createConsent },
  '/v1/customers/:id/applicationconsents/:application': { DELETE: deleteConsent },
};

/** Partner Center's customers, with its errors; paths are matched without regard to case. */
export const createPartnerCenter = (context: PartnerCenterContext): Face => ({
  owns: (path) => /^\/v1\/customers(\/|$)/i.test(path),
  handler: routedFace(
    Object.entries(routes).map(([path, methods]) => [
      path,
      (request, parameter) => answered(context, methods, { request, parameter }),
    ]),
    (request) => answered(context, {}, { request, parameter: () => '' }),
    (path) => path.toLowerCase(),
  ).handler,
});

async function answered(
  context: PartnerCenterContext,
  methods: Methods,
  { request, parameter }: Omit<Asked, 'caller'>,
): Promise<HttpReply> {
  const trail = new CheckTrail(customerChecks);
  const ids = idsOf(context, request);
  let mfaCompliant: boolean | undefined;
  const reply = (status: number, text: string, headers: HttpReply['headers'] = []): HttpReply => ({
    status,
    headers: [...headersOf(ids), ...mfaHeader(mfaCompliant), ...headers],
    body: text,
    course: { correlationId: ids.correlationId, trail },
  });
  try {
    const operation = operationOf(methods, request);
    trail.passed('address');
    const bearer = await authenticate(context, request);
    trail.passed('bearer');
    const asksForMfa = soleHeader(request, 'validatemfa')?.toLowerCase() === 'true';
    mfaCompliant = asksForMfa && bearer.userId !== undefined ? isMfaCompliant(bearer) : undefined;
    const caller = await authorize(context, bearer, trail);
    const { status, body } = await operation(context, { request, parameter, caller });
    trail.passed('operation');
    return reply(status, body === undefined ? '' : JSON.stringify(body));
  } catch (thrown) {
    if (!(thrown instanceof PartnerCenterError)) throw thrown;
    const { entry, message: description, data, headers } = thrown;
    const error = { code: entry.code, description, data, source: 'partner-auth' };
    return reply(entry.status, encodePartnerError(error, 'application/json'), headers);
  }
}

function operationOf(methods: Methods, { method }: HttpRequest): Operation {
  const known = Object.keys(methods);
  if (known.length === 0) refuse('unknownPath');
  const operation = Object.hasOwn(methods, method) ? methods[method] : undefined;
  return operation ?? refuse('methodNotAllowed', { headers: [['Allow', known.join(', ')]] });
}

/** Both come back, or are made. */
function idsOf({ random }: PartnerCenterContext, request: HttpRequest) {
  const echoed = (name: string) => {
    const value = soleHeader(request, name);
    return isRequestId(value) ? value : random.guid();
  };
  return { requestId: echoed('ms-requestid'), correlationId: echoed('ms-correlationid') };
}

/** The documents' spelling. */
const headersOf = ({ requestId, correlationId }: ReturnType<typeof idsOf>): HttpReply['headers'] => [
  ['Content-Type', 'application/json; charset=utf-8'],
  ['Cache-Control', 'no-store'],
  ['MS-RequestId', requestId],
  ['MS-CorrelationId', correlationId],
  ['X-Content-Type-Options', 'nosniff'],
];

const mfaHeader = (compliant: boolean | undefined): HttpReply['headers'] =>
  compliant === undefined ? [] : [['isMfaCompliant', String(compliant)]];
