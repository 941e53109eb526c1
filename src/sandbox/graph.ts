import type { Clock } from '../base/clock.ts';
import type { Random } from '../base/random.ts';
import { type Handler, type HttpReply, type HttpRequest, soleHeader } from '../http/message.ts';
import { type Face, routedFace } from '../http/router.ts';
import { resourceApplicationIds } from '../protocol/resources.ts';
import { type BearerContext, type BearerRefusal, bearerFor } from './bearer.ts';
import { denied, type GraphRefusal, type GraphResource, graphResources } from './graph-resources.ts';

export interface GraphContext extends BearerContext {
  readonly random: Random;
  readonly clock: Clock;
}

/** Microsoft Graph, as much of it as tells a program who has signed in. */
export const createGraph = (context: GraphContext): Face =>
  routedFace(
    Object.entries(graphResources).map(([path, resource]) => [
      path,
      (request) => answered(context, request, () => resourceFor(context, request, resource)),
    ]),
    (request) => answered(context, request, async () => notFound(request.path)),
  );

const notFound = (path: string): GraphRefusal => ({
  status: 404,
  code: 'Request_ResourceNotFound',
  message: `The sandbox has nothing at ${path}: only ${Object.keys(graphResources).join(', ')}.`,
});

async function resourceFor(
  context: GraphContext,
  request: HttpRequest,
  { permissions, read }: GraphResource,
): Promise<{ readonly body: object } | GraphRefusal> {
  if (request.method !== 'GET') {
    return {
      status: 405,
      code: 'Request_BadRequest',
      message: `The method ${request.method} is not allowed: use GET.`,
    };
  }
  const bearer = await bearerFor(context, request, resourceApplicationIds.graph);
  if (typeof bearer === 'string') {
    return { status: 401, code: 'InvalidAuthenticationToken', message: refusals[bearer] };
  }
  const permitted = permissions.some((permission) => bearer.permissions.includes(permission));
  return permitted ? read(context.directory, bearer) : denied;
}

const refusals: Readonly<Record<BearerRefusal, string>> = {
  missing: 'Access token is empty.',
  untrusted: 'Access token validation failure.',
  otherAudience: 'Access token validation failure. Invalid audience.',
};

const challenge = [
  'WWW-Authenticate',
  `Bearer realm="", authorization_uri="https://login.microsoftonline.com/common/oauth2/authorize", client_id="${resourceApplicationIds.graph}"`,
] as const;

async function answered(
  { random, clock }: GraphContext,
  request: HttpRequest,
  find: () => Promise<{ readonly body: object } | GraphRefusal>,
): Promise<HttpReply> {
  const requestId = random.guid();
  const clientRequestId = soleHeader(request, 'client-request-id') ?? requestId;
  const found = await find();
  const { status, body } = 'body' in found ? { status: 200, body: found.body } : refusal(found);
  return {
    status,
    headers: [
      ['Content-Type', 'application/json; charset=utf-8'],
      ['Cache-Control', 'no-store'],
      ['request-id', requestId],
      ['client-request-id', clientRequestId],
      ...(status === 401 ? [challenge] : []),
    ],
    body: JSON.stringify(body),
  };

  function refusal({ code, message, ...rest }: GraphRefusal) {
    const date = clock.now().toISOString().slice(0, 19);
    const innerError = { date, 'request-id': requestId, 'client-request-id': clientRequestId };
    return { status: rest.status, body: { error: { code, message, innerError } } };
  }
}

/** Azure AD Graph: Microsoft has retired it, and tokens for it are all that is left. */
export const retiredGraph: Handler = async () => ({
  status: 404,
  headers: [
    ['Content-Type', 'application/json; charset=utf-8'],
    ['Cache-Control', 'no-store'],
  ],
  body: JSON.stringify({
    'odata.error': {
      code: 'Request_ResourceNotFound',
      message: { lang: 'en', value: 'Azure AD Graph is retired. Use Microsoft Graph.' },
    },
  }),
});
