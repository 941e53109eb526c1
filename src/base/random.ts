import { randomFillSync, randomUUID } from 'node:crypto';

/** Randomness enters through the context, so that a test can prove where every unguessable value comes from. */
export interface Random {
  bytes(size: number): Uint8Array;
  guid(): string;
}

export const systemRandom: Random = {
  bytes: (size) => randomFillSync(new Uint8Array(size)),
  guid: () => randomUUID(),
};
