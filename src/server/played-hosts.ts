import type { Handler } from '../http/message.ts';
import { playedHosts } from '../sandbox/index.ts';
import { onlyAt } from './origins.ts';

const parts = Object.entries(playedHosts) as readonly [keyof typeof playedHosts, readonly string[]][];

/** The origins the authority answers at, and issues under, through the proxy. */
export const playedAuthorities: readonly string[] = playedHosts.authority.map((host) => `https://${host}`);

/** Sends a request to whoever plays its host: by name alone, whatever the path. */
export function atPlayedHosts(players: Readonly<Record<keyof typeof playedHosts, Handler>>): Handler {
  const byOrigin: ReadonlyMap<string, Handler> = new Map(
    parts.flatMap(([part, hosts]) => hosts.map((host) => [`https://${host}`, players[part]] as const)),
  );
  return onlyAt([...byOrigin.keys()], (request) => (byOrigin.get(request.origin) ?? players.authority)(request));
}
