import type { ReceivedRequest, RequestFilter } from '../../domain/index.ts';
import { fitsPattern } from '../faults/endpoints.ts';

/** The last requests received, oldest first, in memory. */
export interface RequestLog {
  /** Takes a request that has just come; what is returned adds what became of it. */
  add(request: Omit<ReceivedRequest, 'id'>): (outcome: Partial<ReceivedRequest>) => void;
  list(filter?: RequestFilter): readonly ReceivedRequest[];
  find(id: string): ReceivedRequest | undefined;
  /** How many went. */
  clear(): number;
}

export function requestLog(capacity = 1000): RequestLog {
  const requests = new Map<number, ReceivedRequest>();
  let serial = 0;
  return {
    add(request) {
      const number = ++serial;
      requests.set(number, { ...request, id: String(number) });
      requests.delete(number - capacity);
      return (outcome) => {
        const kept = requests.get(number);
        if (kept) requests.set(number, { ...kept, ...outcome });
      };
    },
    list: (filter = {}) => [...requests.values()].filter((request) => fits(filter, request)),
    find: (id) => requests.get(Number(id)),
    clear() {
      const { size } = requests;
      requests.clear();
      return size;
    },
  };
}

function fits({ path, correlationId, since }: RequestFilter, request: ReceivedRequest): boolean {
  if (path !== undefined && !fitsPattern(path, request.path)) return false;
  if (correlationId !== undefined && request.correlationId?.toLowerCase() !== correlationId.toLowerCase()) return false;
  return since === undefined || new Date(request.time) >= new Date(since);
}
