import type { Random } from '../../base/random.ts';
import { endpointAt, fitsPattern } from './endpoints.ts';
import type { Fault, FaultOrder } from './fault.ts';

/** The faults of a sandbox, in memory: the first that fits a request is used. */
export interface FaultBook {
  /** Undefined when there is no room for more. */
  add(order: FaultOrder): Fault | undefined;
  list(): readonly Fault[];
  /** How many went. Without an id: all. */
  remove(id?: string): number;
  /**
   * Uses one of the fault's count up. Nothing is waited for in between, so that of many requests at once no more meet a
   * fault than it says.
   */
  take(path: string): Fault | undefined;
}

const most = 1000;

export function faultBook({ random }: { random: Random }): FaultBook {
  const faults = new Map<string, Fault>();
  return {
    add(order) {
      if (faults.size >= most) return undefined;
      const fault = { ...order, id: random.guid(), remaining: order.count ?? 1 };
      faults.set(fault.id, fault);
      return fault;
    },
    list: () => [...faults.values()],
    remove(id) {
      if (id !== undefined) return faults.delete(id) ? 1 : 0;
      const { size } = faults;
      faults.clear();
      return size;
    },
    take(path) {
      const fault = faults.size === 0 ? undefined : [...faults.values()].find((one) => fits(one, path));
      if (!fault) return undefined;
      if (fault.remaining > 1) faults.set(fault.id, { ...fault, remaining: fault.remaining - 1 });
      else faults.delete(fault.id);
      return fault;
    },
  };
}

const fits = ({ endpoint, path: pattern = '' }: Fault, path: string): boolean =>
  endpoint === undefined ? fitsPattern(pattern, path) : endpointAt(path) === endpoint;
