import { randomBytes, randomUUID } from 'node:crypto';
import pg from 'pg';
import type { Issuance } from '../src/domain/ports.ts';
import { postgresStore } from '../src/store/postgres/index.ts';
import { median, percentile } from '../test/support/figures.ts';
import { pinSelf, printMachine, printTable, serverCore } from './harness.ts';
import { postgresSchema } from './postgres-schema.ts';
import { secondsSince, timesByName } from './processor-time.ts';

const rounds = 5;
const roundMilliseconds = 1500;

type Claim = (candidate: Issuance, now: Date) => Promise<unknown>;
interface Round {
  readonly perSecond: number;
  /** Microseconds of processor time a claim, of this process and of PostgreSQL's. */
  readonly own: number;
  readonly server: number;
  readonly p50: number;
  readonly p99: number;
}

/** Claims a second in PostgreSQL on this machine, beside one statement a claim over the same driver. */
export async function run(): Promise<void> {
  printMachine();
  pinSelf(serverCore);
  const schema = await postgresSchema();
  if (!schema) return;
  const { url, drop } = schema;
  const pool = new pg.Pool({ connectionString: url, max: 10 });
  try {
    const store = await postgresStore(url);
    const kept = candidate(0);
    await store.issuances.claim(kept, new Date());
    const ways: readonly (readonly [name: string, claim: Claim])[] = [
      ['one statement a claim', (one) => pool.query(plainly(one))],
      ['the store', store.issuances.claim],
      ['the store, every other a repeat', halfRepeats(store.issuances.claim, kept)],
    ];
    const counts = [1, 8, 32, 128];
    const measured = new Map<string, Round[]>();
    for (let round = -1; round < rounds; round++) {
      for (const inFlight of counts) {
        for (const [name, claim] of ways) {
          const figures = await measure(claim, inFlight);
          const place = `${name}, ${inFlight} in flight`;
          if (round >= 0) measured.set(place, [...(measured.get(place) ?? []), figures]);
        }
      }
    }
    print(measured);
    await store.close();
  } finally {
    await pool.end();
    await drop();
  }
}

const claims = JSON.stringify(
  Object.fromEntries(
    ['iss', 'aud', 'sub', 'oid', 'tid', 'appid', 'jti', 'scp', 'upn', 'ver'].map((name) => [name, randomUUID()]),
  ),
);

const candidate = (serial: number): Issuance => ({
  key: randomBytes(32),
  api: 'v3',
  keyId: `signing-key-${serial % 2}`,
  claims,
  sealedToken: undefined,
  tokenDigest: randomBytes(32),
  expiresAt: new Date(Date.now() + 3_600_000),
});

const plainly = ({ key, api, keyId, claims, tokenDigest, expiresAt }: Issuance) => ({
  name: 'plain',
  text: `INSERT INTO partner_auth_issuances (key, api, key_id, claims, token_digest, expires_at)
    VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (key) DO NOTHING RETURNING 1`,
  values: [key, api, keyId, claims, tokenDigest, expiresAt.getTime()],
});

function halfRepeats(claim: Claim, kept: Issuance): Claim {
  let serial = 0;
  return (one, now) => claim(serial++ % 2 ? { ...one, key: kept.key } : one, now);
}

async function measure(claim: Claim, inFlight: number): Promise<Round> {
  const latencies: number[] = [];
  const [cpu, server, begun] = [process.cpuUsage(), timesByName('postgres'), performance.now()];
  await Promise.all(
    Array.from({ length: inFlight }, async () => {
      while (performance.now() - begun < roundMilliseconds) {
        const asked = performance.now();
        await claim(candidate(latencies.length), new Date());
        latencies.push(performance.now() - asked);
      }
    }),
  );
  const seconds = (performance.now() - begun) / 1000;
  const { user, system } = process.cpuUsage(cpu);
  return {
    perSecond: latencies.length / seconds,
    own: (user + system) / latencies.length,
    server: (secondsSince(server, timesByName('postgres')) * 1e6) / latencies.length,
    p50: percentile(latencies, 0.5),
    p99: percentile(latencies, 0.99),
  };
}

function print(measured: ReadonlyMap<string, readonly Round[]>): void {
  const of = (figures: readonly Round[], name: keyof Round) => median(figures.map((round) => round[name]));
  printTable(
    ['', 'claims/s', 'own µs', 'server µs', 'p50 ms', 'p99 ms'],
    [...measured].map(([place, figures]) => [
      place,
      of(figures, 'perSecond').toFixed(0),
      of(figures, 'own').toFixed(1),
      of(figures, 'server').toFixed(1),
      of(figures, 'p50').toFixed(2),
      of(figures, 'p99').toFixed(2),
    ]),
  );
}
