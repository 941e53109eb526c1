import { type Clock, systemClock } from '../../base/clock.ts';
import {
  entriesIn,
  putApplication,
  putTenant,
  type RegisteredApplication,
  type RegisteredState,
  type RegisteredTenant,
  type RegistryContent,
  readRegistry,
  removeRegistered,
} from '../../domain/index.ts';
import type { RateLimit } from '../../domain/rate-limit.ts';
import { Refusal } from '../../domain/refusal.ts';
import type { ProductionConfig } from './config-schema.ts';
import { openStore } from './open-store.ts';

/** Whose: a tenant, or one application of it. */
export interface Registered {
  readonly tenantId: string;
  readonly applicationId?: string | undefined;
}

export interface RegisterOrder extends Registered {
  readonly state: RegisteredState;
  readonly displayName?: string | undefined;
  /** Of an application. `null` takes the limit away. */
  readonly limit?: RateLimit | null | undefined;
}

/** What is registered in the store of a configuration; each change is known on every node within five seconds. */
export interface Registry {
  list(): Promise<RegistryContent>;
  /** Registers, or changes what is registered. Rejects with `Refusal`. */
  put(order: RegisterOrder): Promise<RegisteredTenant | RegisteredApplication>;
  /** An application, or a tenant with all of its applications. Rejects with `Refusal`. */
  remove(registered: Registered): Promise<void>;
  close(): Promise<void>;
}

/** Rejects with `PartnerAuthError`: `configuration`, `store_unavailable`. */
export async function openRegistry(config: ProductionConfig, clock: Clock = systemClock): Promise<Registry> {
  const store = await openStore(config);
  const context = { entries: entriesIn(store.entries, clock), clock };
  return {
    list: () => readRegistry(context),
    put: async ({ applicationId, displayName, limit, ...order }) => {
      const named = displayName === undefined ? {} : { displayName };
      if (applicationId !== undefined) return putApplication(context, { ...order, ...named, applicationId, limit });
      if (limit === undefined) return putTenant(context, { ...order, ...named });
      throw new Refusal('invalid', 'limit', 'is of an application, not of a tenant. Give the id of the application.');
    },
    remove: (registered) => removeRegistered(context, registered),
    close: () => store.close(),
  };
}
