import { performance } from 'node:perf_hooks';
import { setTimeout } from 'node:timers/promises';
import { entraIssuers } from '../authority/index.ts';
import type { Entries } from '../domain/index.ts';
import type { Handler } from '../http/message.ts';
import type { Face } from '../http/router.ts';
import {
  controlOf,
  createControl,
  type FlowBook,
  faultBook,
  flowBook,
  type KeyRings,
  recorded,
  redaction,
  requestLog,
  type SandboxControl,
  withFaults,
} from '../sandbox/index.ts';
import type { SandboxParts } from './compose.ts';
import { version } from './version.ts';

/** The control of a sandbox and what it puts around everything else. */
export interface OpenControl {
  readonly face: Face;
  readonly functions: SandboxControl;
  readonly flows: FlowBook;
  /** Records what is received, and lets faults answer first. */
  readonly around: (handler: Handler) => Handler;
  /** Lets those go on who wait for a delay. */
  readonly stop: () => void;
}

export function openControl(parts: SandboxParts & { readonly entries: Entries }, rings: KeyRings): OpenControl {
  const { clock, random, world, store, entries, log } = parts;
  const faults = faultBook({ random });
  const requests = requestLog();
  const stopping = new AbortController();
  const wait = (milliseconds: number) =>
    setTimeout(milliseconds, undefined, { signal: stopping.signal }).catch(() => {});
  const context = {
    ...{ world, clock, random, entries, faults, requests, rings, version, log },
    issuers: entraIssuers,
    forgetIssuances: () => forgetAll(store),
  };
  const seen = { requests, redaction: redaction(random), clock, elapsed: () => performance.now() };
  return {
    face: createControl(context),
    functions: controlOf(context, parts.origins[0] ?? ''),
    flows: flowBook(requests),
    around: (handler) => recorded(seen, withFaults({ faults, clock, random, wait }, handler)),
    stop: () => stopping.abort(),
  };
}

const batch = 1000;

/** Whatever is issued has expired by then. */
async function forgetAll({ issuances }: SandboxParts['store']): Promise<void> {
  const endOfTime = new Date(8.64e15);
  while ((await issuances.purge(endOfTime, batch)) === batch);
}
