import { randomFillSync, randomUUID } from 'node:crypto';

/** Randomness enters through the context, so that a test can prove where every unguessable value comes from. */
export interface Random {
  bytes(size: number): Uint8Array;
  guid(): string;
}

const reserveBytes = 4096;

/**
 * The system's generator, asked for a few thousand bytes at a time: a call costs as much as a page of them. What was handed
 * out is wiped from the reserve.
 */
function reservedRandom(): Random {
  const reserve = new Uint8Array(reserveBytes);
  let used = reserveBytes;
  return {
    bytes: (size) => {
      if (size > reserveBytes / 8) return randomFillSync(new Uint8Array(size));
      if (used + size > reserveBytes) {
        randomFillSync(reserve);
        used = 0;
      }
      const bytes = reserve.slice(used, used + size);
      reserve.fill(0, used, used + size);
      used += size;
      return bytes;
    },
    guid: () => randomUUID(),
  };
}

export const systemRandom: Random = reservedRandom();
