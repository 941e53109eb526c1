import type { Clock } from '../../base/clock.ts';
import type { Random } from '../../base/random.ts';
import type { SealingKey } from '../../base/seal.ts';
import type { TurningKeyRing } from '../../jwt/index.ts';
import { openKeyRing } from '../../keys/index.ts';
import type { Store } from '../../store/store.ts';
import { type ProductionConfig, sealingKeyOf } from './config-schema.ts';
import { loadSigner } from './load-signer.ts';

/** How long a verifier may keep the key set. */
export const keysMaximumAgeSeconds = 3600;

/** A new key signs once every verifier that keeps the key set so long, with a clock that is off, has it. */
const leadSeconds = keysMaximumAgeSeconds + 300;

export interface RingParts {
  readonly config: ProductionConfig;
  readonly store: Store;
  readonly clock: Clock;
  readonly random: Random;
}

/** The keys the token service signs with: sealed at rest by the configuration's key, or an external signer's. */
export const openServiceRing = async ({ config, store, clock, random }: RingParts): Promise<TurningKeyRing> =>
  openKeyRing({
    ring: 'token-service',
    algorithm: config.keys.algorithm,
    leadSeconds,
    store: store.signingKeys,
    sealingKey: sealingKeyIn(config),
    clock,
    random,
    externalSigner: await loadSigner(config),
  });

/** The schema has seen that they are keys. */
export function sealingKeyIn({ keys: { sealingKey, secondSealingKey } }: ProductionConfig): SealingKey {
  const bytesOf = (key: string) => sealingKeyOf(key) ?? Buffer.alloc(0);
  return secondSealingKey === undefined ? bytesOf(sealingKey) : [bytesOf(sealingKey), bytesOf(secondSealingKey)];
}
