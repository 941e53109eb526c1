import { mayAdminister } from '../domain/index.ts';
import type { HttpReply, HttpRequest } from '../http/message.ts';
import { isFromOwnMachine } from '../http/own-machine.ts';
import { type Face, type PathParameter, routedFace } from '../http/router.ts';
import type { ConsoleContext } from './context.ts';
import { ConsoleError } from './error.ts';
import { takeForm } from './form.ts';
import { isConsolePath } from './paths.ts';
import { refusal } from './refusal.ts';
import type { Call, ConsoleRoute, SentForm, Visitor, Who } from './route.ts';
import { consoleRoutes } from './routes.ts';
import { visitorOf } from './session.ts';

export function createConsole(context: ConsoleContext): Face {
  const routes = Map.groupBy(consoleRoutes, ([, path]) => path);
  const { handler } = routedFace(
    [...routes].map(([path, methods]) => [
      path,
      (request, parameter) => answered(context, methods, { request, parameter }),
    ]),
    (request) => answered(context, [], { request, parameter: () => '' }),
  );
  return { owns: isConsolePath, handler };
}

const nothingSent: SentForm = { form: new Map(), files: new Map() };

/** find the route → whose is it → is it a form of theirs → answer. Whatever is thrown is an answer. */
async function answered(
  context: ConsoleContext,
  routes: readonly ConsoleRoute[],
  { request, parameter }: { readonly request: HttpRequest; readonly parameter: PathParameter },
): Promise<HttpReply> {
  const call: Call = { http: request, parameter, now: context.clock.now() };
  let visitor: Visitor | undefined;
  try {
    visitor = await visitorOf(context, call);
    const [, , who, answer] = routeOf(routes, request, visitor);
    if (who === 'anybody') return await answer(context, call);
    const known = requireVisitor(visitor);
    requireAllowed(known, who);
    requireOwnMachine(request, who);
    const sent = request.method === 'POST' ? await takeForm(context, call, known) : nothingSent;
    return await answer(context, { ...call, ...known, ...sent });
  } catch (thrown) {
    return refusal(context, { call, visitor, thrown });
  }
}

/** Which pages there are is told to those who are signed in. Throws `signInNeeded`, `notFound` and `wrongMethod`. */
function routeOf(routes: readonly ConsoleRoute[], { method }: HttpRequest, visitor: Visitor | undefined): ConsoleRoute {
  const wanted = method === 'HEAD' ? 'GET' : method;
  const found = routes.find(([known]) => known === wanted);
  if (found) return found;
  requireVisitor(visitor);
  throw routes.length === 0
    ? new ConsoleError('notFound', 'Nothing is served at this address.')
    : new ConsoleError('wrongMethod', 'This address is there, but not to be asked in this way.');
}

function requireVisitor(visitor: Visitor | undefined): Visitor {
  if (visitor) return visitor;
  throw new ConsoleError('signInNeeded', 'Sign in as an administrator of the partner tenant. Nothing was done.');
}

/** What the control API does to the whole sandbox, and tells of it, is for this machine alone: these pages are no way around that. */
function requireOwnMachine(request: HttpRequest, who: Who): void {
  if (who !== 'sandbox' || isFromOwnMachine(request)) return;
  throw new ConsoleError(
    'otherMachine',
    'It concerns the whole sandbox. Open it at localhost, on the machine it runs on.',
  );
}

function requireAllowed({ user, tenant }: Visitor, who: Exclude<Who, 'anybody'>): void {
  if (who === 'signedIn' || mayAdminister(user, tenant, who)) return;
  throw new ConsoleError(
    'notAllowed',
    tenant.hasPartnerAccount
      ? `This part of the console takes an administrator of ${tenant.displayName}.`
      : `${tenant.displayName} has no partner account: the console takes an administrator of a partner tenant.`,
  );
}
