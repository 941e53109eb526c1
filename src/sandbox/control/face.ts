import { utf8Text } from '../../base/bytes.ts';
import { strictJson } from '../../base/json.ts';
import { type BodyLimit, type HttpReply, type HttpRequest, soleHeader, usualBodyLimit } from '../../http/message.ts';
import { isFromOwnMachine } from '../../http/own-machine.ts';
import { type Face, type PathParameter, routedFace } from '../../http/router.ts';
import { mediaTypeOf } from '../../protocol/media-type.ts';
import type { ControlContext } from './context.ts';
import { ControlError } from './error.ts';
import { type ControlMethod, type ControlRoute, carriesBody, type Operation } from './operation.ts';
import { isControlPath } from './paths.ts';
import { controlRoutes } from './routes.ts';

/** The control API over HTTP: JSON under `/sandbox`, on loopback names alone, never for a web page of another origin. */
export function createControl(context: ControlContext): Face {
  const routes = Map.groupBy(controlRoutes, ([, path]) => path);
  const { handler } = routedFace(
    [...routes].map(([path, methods]) => [
      path,
      (request, parameter) => answered(context, methods, { request, parameter }),
    ]),
    (request) => answered(context, [], { request, parameter: () => '' }),
  );
  return { owns: isControlPath, handler };
}

const seedPaths = new Set(controlRoutes.flatMap(([, path, { takesSeedFile }]) => (takesSeedFile ? [path] : [])));
const seedBytes = 8_388_608;

/** A seed file may be as large here as on the disk. */
export const controlBodyLimit: BodyLimit = (path) => (seedPaths.has(path) ? seedBytes : usualBodyLimit(path));

/** guard → find the operation → read → perform. Whatever is thrown is an answer. */
async function answered(
  context: ControlContext,
  routes: readonly ControlRoute[],
  { request, parameter }: { readonly request: HttpRequest; readonly parameter: PathParameter },
): Promise<HttpReply> {
  try {
    requireLoopback(request);
    requireOwnOrigin(request);
    const operation = operationOf(routes, request);
    requireMediaType(operation, request);
    const asked = { body: bodyOf(operation, request), query: queryOf(request), parameter, origin: request.origin };
    return reply(200, await operation.perform(context, asked));
  } catch (thrown) {
    return refusal(context, routes, thrown);
  }
}

/** The sandbox may be told to listen for others; this part of it answers this machine alone. */
function requireLoopback(request: HttpRequest): void {
  if (isFromOwnMachine(request)) return;
  throw new ControlError(
    'notLoopback',
    'The control API answers on localhost only. Ask there, on the machine the sandbox runs on.',
    { target: 'Host' },
  );
}

/** A web page of another origin can send requests here; it must not be able to reset the sandbox by one (CSRF). */
function requireOwnOrigin(request: HttpRequest): void {
  const foreign = request.headers('origin').some((origin) => origin !== request.origin);
  if (!foreign && soleHeader(request, 'sec-fetch-site') !== 'cross-site') return;
  const message = 'The control API answers no web page of another origin. Ask by a program, without an Origin header.';
  throw new ControlError('foreignOrigin', message, { target: 'Origin' });
}

/** Throws `unknownPath` and `wrongMethod`. */
function operationOf(routes: readonly ControlRoute[], { method }: HttpRequest): Operation {
  if (routes.length === 0) {
    throw new ControlError('unknownPath', 'There is nothing at this address. GET /sandbox lists what there is.');
  }
  const wanted: string = method === 'HEAD' ? 'GET' : method;
  const found = routes.find(([known]) => known === wanted);
  if (found) return found[2];
  throw new ControlError('wrongMethod', `This address takes ${allowed(routes)}. GET /sandbox lists what there is.`);
}

const allowed = (routes: readonly ControlRoute[]): string =>
  routes.flatMap(([method]): (ControlMethod | 'HEAD')[] => (method === 'GET' ? ['GET', 'HEAD'] : [method])).join(', ');

const yaml: readonly (string | undefined)[] = ['application/yaml', 'application/x-yaml', 'text/yaml', 'text/x-yaml'];

/** What a form of a web page cannot send. Only what has a body to send, GET and DELETE, may leave it out. */
function requireMediaType({ takesSeedFile }: Operation, request: HttpRequest): void {
  const values = request.headers('content-type');
  if (!carriesBody(request.method) && values.length === 0) return;
  const mediaType = values.length === 1 ? mediaTypeOf(values[0] ?? '') : undefined;
  if (mediaType === 'application/json' || (takesSeedFile && yaml.includes(mediaType))) return;
  const accepted = takesSeedFile ? 'application/json or application/yaml' : 'application/json';
  throw new ControlError('wrongContentType', `Send Content-Type: ${accepted}.`, { target: 'Content-Type' });
}

function bodyOf({ takesSeedFile }: Operation, { method, body }: HttpRequest): unknown {
  if (!body) {
    const limit = takesSeedFile ? seedBytes : usualBodyLimit('');
    throw new ControlError('bodyTooLarge', `The body is larger than ${limit} bytes. Send less at once.`);
  }
  if (!carriesBody(method)) return {};
  const text = utf8Text(body);
  if (text === undefined) throw new ControlError('unreadableBody', 'The body is not UTF-8.');
  if (takesSeedFile || text.trim() === '') return takesSeedFile ? text : {};
  const value = strictJson(text);
  if (value !== undefined) return value;
  throw new ControlError('unreadableBody', 'The body is not JSON in which every member is named once. Check its text.');
}

function queryOf({ query }: HttpRequest): Readonly<Record<string, string>> {
  const parameters = new URLSearchParams(query);
  const names = [...parameters.keys()];
  const repeated = names.find((name, index) => names.indexOf(name) !== index);
  if (repeated === undefined) return Object.fromEntries(parameters);
  throw new ControlError('invalidInput', 'A parameter is given more than once. Give it once.', { target: repeated });
}

function refusal({ log }: ControlContext, routes: readonly ControlRoute[], thrown: unknown): HttpReply {
  const known = thrown instanceof ControlError ? thrown : undefined;
  if (!known) log.error({ reason: String(thrown) }, 'the control API failed');
  const { code, message, target, status } =
    known ?? new ControlError('failed', 'The sandbox failed. Its log says why; try again.');
  const refused = reply(status, { error: { code, message, ...(target === undefined ? {} : { target }) } });
  return code === 'wrongMethod' ? { ...refused, headers: [...refused.headers, ['Allow', allowed(routes)]] } : refused;
}

const reply = (status: number, body: object): HttpReply => ({
  status,
  headers: [
    ['Content-Type', 'application/json; charset=utf-8'],
    ['Cache-Control', 'no-store'],
    ['X-Content-Type-Options', 'nosniff'],
  ],
  body: JSON.stringify(body),
});
