import { deadline } from '../../base/deadline.ts';
import type { ClientContext } from '../../client/context.ts';
import { fetchFor } from '../../client/environment.ts';
import { AuthError } from '../../client/errors.ts';
import { needed, networkLeftAlone, Skipped } from './check.ts';
import type { Examination } from './examination.ts';
import type { Host } from './hosts.ts';

/**
 * Calls over the network: only where they may be made and whoever answers is known, and no longer than one request may
 * take. Throws `Skipped` where one may not be made.
 */

export const openAuthority = (examination: Examination) =>
  open(examination, { name: 'the authority', host: (hosts) => hosts[0] });

export const openPartnerCenter = (examination: Examination) =>
  open(examination, { name: 'Partner Center', host: (hosts) => hosts.at(-1) });

interface Party {
  readonly name: string;
  readonly host: (hosts: readonly Host[]) => Host | undefined;
}

async function open({ context, mode, client, environment, hosts }: Examination, { name, host }: Party) {
  if (mode.offline) throw new Skipped(networkLeftAlone);
  const { resolved, ca } = await needed(environment(), 'an environment');
  const way = host(await needed(hosts(), `a connection to ${name}`))?.way;
  if (way && way.end !== 'reached') throw new Skipped(`needs a connection to ${name}`);
  // Nothing secret goes to whoever answers. The sandbox's own authority is looked at whatever the variable says.
  if (ca === undefined && isVerificationOff(context.io.variables))
    throw new Skipped('needs certificates to be verified');
  return { resolved, fetchIt: fetchFor(client, resolved) };
}

export const isVerificationOff = (variables: Examination['context']['io']['variables']): boolean =>
  variables.NODE_TLS_REJECT_UNAUTHORIZED === '0';

/** A call whose repeats, too, end with the time for one request. */
export async function withinTimeout<Value>(
  client: ClientContext,
  call: (client: ClientContext) => Promise<Value>,
): Promise<Value> {
  const { timeoutSeconds, signal } = client;
  const late = deadline(timeoutSeconds);
  try {
    return await call({ ...client, signal: signal ? AbortSignal.any([signal, late]) : late });
  } catch (cause) {
    if (!late.aborted || signal?.aborted) throw cause;
    throw new AuthError('timed_out', `There was no good answer within ${timeoutSeconds} seconds.`, {
      cause,
      hint: 'Try again later, or give more time by --timeout.',
    });
  }
}
