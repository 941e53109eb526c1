import { TrieRouter } from 'hono/router/trie-router';
import { remembering } from '../base/remember.ts';
import type { Handler, HttpReply, HttpRequest } from './message.ts';

/** A segment of the path by the name its pattern gives it, decoded; empty when it cannot be decoded. */
export type PathParameter = (name: string) => string;

export type RouteHandler = (request: HttpRequest, parameter: PathParameter) => Promise<HttpReply>;

/** A pattern of hono's router (`/:tenant/oauth2/token`) and who answers there, whatever the method. */
export type Route = readonly [pattern: string, handler: RouteHandler];

/** A part of the server: which paths are its own, and what it answers there. */
export interface Face {
  owns(path: string): boolean;
  readonly handler: Handler;
}

const rememberedPaths = 256;

/**
 * Matches paths by hono's router; the first route that fits answers. A face owns a path when one of its routes fits.
 * `spelled` is applied to a path before it is matched, and so to what its parameters hold.
 */
export function routedFace(
  routes: readonly Route[],
  otherwise: Handler,
  spelled: (path: string) => string = (path) => path,
): Face {
  const trie = new TrieRouter<RouteHandler>();
  for (const [pattern, handler] of routes) trie.add('ALL', pattern, handler);
  const match = remembering(rememberedPaths, (path) => trie.match('ALL', spelled(path))[0][0]);
  return {
    owns: (path) => match(path) !== undefined,
    async handler(request) {
      const found = match(request.path);
      if (!found) return otherwise(request);
      const [handler, parameters] = found;
      return handler(request, (name) => decoded(String(parameters[name] ?? '')));
    },
  };
}

/** The faces of a server, first come first served; what none owns goes to the last. */
export const dispatch =
  (faces: readonly Face[], otherwise: Handler): Handler =>
  (request) =>
    (faces.find((face) => face.owns(request.path))?.handler ?? otherwise)(request);

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return '';
  }
}
