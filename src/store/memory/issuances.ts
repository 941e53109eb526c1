import type { Issuance, IssuanceStore } from '../../domain/ports.ts';

export function memoryIssuances(): IssuanceStore {
  const records = new Map<string, Issuance>();
  return {
    async claim(candidate, now) {
      const key = Buffer.from(candidate.key).toString('base64');
      const kept = records.get(key);
      if (kept && kept.expiresAt > now) return { first: false, issuance: kept };
      records.set(key, candidate);
      return { first: true, issuance: candidate };
    },
    async purge(now, limit) {
      let purged = 0;
      for (const [key, { expiresAt }] of records) {
        if (purged >= limit) break;
        if (expiresAt <= now) {
          records.delete(key);
          purged += 1;
        }
      }
      return purged;
    },
  };
}
