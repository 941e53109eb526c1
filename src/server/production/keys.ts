import { type Clock, systemClock } from '../../base/clock.ts';
import { systemRandom } from '../../base/random.ts';
import type { RingKey } from '../../jwt/index.ts';
import type { ProductionConfig } from './config-schema.ts';
import { openServiceRing } from './key-ring.ts';
import { openStore } from './open-store.ts';

/** The signing keys in the store of a configuration; each change is known on every node within ten seconds. */
export interface ServiceKeys {
  /** From the oldest to the youngest. Never a private key. */
  list(): readonly RingKey[];
  /** Makes the next key. It is published at once and signs when every verifier has had the time to fetch it. */
  rotate(): Promise<RingKey>;
  /** Removes a key at once: what it signed verifies no more. False: there is none of the name. */
  remove(kid: string): Promise<boolean>;
  close(): Promise<void>;
}

/** Rejects with `PartnerAuthError`: `configuration`, `store_unavailable`. */
export async function openKeys(config: ProductionConfig, clock: Clock = systemClock): Promise<ServiceKeys> {
  const store = await openStore(config);
  try {
    const ring = await openServiceRing({ config, store, clock, random: systemRandom });
    return {
      list: () => ring.list(),
      rotate: async () => {
        const { kid } = await ring.rotate();
        return ring.list().find((key) => key.kid === kid) as RingKey;
      },
      remove: (kid) => ring.remove(kid),
      close: () => store.close(),
    };
  } catch (cause) {
    await store.close();
    throw cause;
  }
}
