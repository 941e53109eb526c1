import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import {
  canPin,
  loadCore,
  median,
  percentile,
  pinSelf,
  printMachine,
  printTable,
  type Subject,
  serverCore,
  start,
} from './harness.ts';
import { drive } from './load.ts';
import { type Material, makeMaterial } from './servers/material.ts';

const rounds = 7;
const seconds = 1.5;
const ceilingMilliseconds = 300;
const connections = 64;

interface Variant {
  readonly name: string;
  readonly script: string;
  readonly settings?: object;
  readonly request: (material: Material, serial: number) => string;
}

const serialBase = randomUUID().slice(0, 24);

const exchangeRequest = ({ bearers }: Material, serial: number): string =>
  [
    'POST /v3/generatetoken HTTP/1.1',
    'Host: 127.0.0.1',
    `Authorization: Bearer ${bearers[serial % bearers.length]}`,
    'Accept: application/json',
    'Content-Type: application/x-www-form-urlencoded',
    'Content-Length: 20',
    `ms-requestid: ${serialBase}${serial.toString(16).padStart(12, '0')}`,
    '',
    'grant_type=jwt_token',
  ].join('\r\n');

const grant = 'grant_type=client_credentials&client_id=client&client_secret=secret';
const tokenRequest = (): string =>
  [
    'POST /token HTTP/1.1',
    'Host: 127.0.0.1',
    'Accept: application/json',
    'Content-Type: application/x-www-form-urlencoded',
    `Content-Length: ${grant.length}`,
    '',
    grant,
  ].join('\r\n');

const variants: readonly Variant[] = [
  { name: 'bare node:http, verify + sign, no record', script: './servers/bare.ts', request: exchangeRequest },
  {
    name: 'token service, SQLite record',
    script: './servers/service.ts',
    settings: { store: 'sqlite' },
    request: exchangeRequest,
  },
  {
    name: 'token service, record in memory',
    script: './servers/service.ts',
    settings: { store: 'memory' },
    request: exchangeRequest,
  },
  { name: 'bare hono route, no signature', script: './servers/hono.ts', request: exchangeRequest },
  { name: 'oidc-provider, client credentials', script: './servers/oidc-provider.ts', request: tokenRequest },
];

interface Round {
  readonly perSecond: number;
  readonly perCpuSecond: number;
  readonly p50: number;
  readonly p99: number;
  readonly ofCeiling: number;
  readonly cpuOfCeiling: number;
  readonly refused: number;
}

interface Ceiling {
  readonly perSecond: number;
  readonly perCpuSecond: number;
}

/** Prints the exchange beside the machine's ceiling and its peers: rounds interleaved, the ceiling around each. */
export async function run(): Promise<void> {
  printMachine();
  pinSelf(loadCore);
  const material = await makeMaterial(64);
  await compare(material, variants, {});
  if (!hasVectorSignatures()) return;
  // This processor signs RSA several times faster than most (AVX-512 IFMA), so that everything else weighs several times
  // as much. The same once more without that extension, to say what an ordinary processor would.
  console.log('\nThe same with AVX-512 IFMA switched off in OpenSSL, as on most processors:');
  await compare(material, variants.slice(0, 2), { OPENSSL_ia32cap: ':~0x200000' });
}

function hasVectorSignatures(): boolean {
  try {
    return readFileSync('/proc/cpuinfo', 'utf8').includes('avx512ifma');
  } catch {
    return false;
  }
}

async function compare(
  material: Material,
  compared: readonly Variant[],
  environment: Readonly<Record<string, string>>,
): Promise<void> {
  const ceilingLoop = await start('./servers/ceiling.ts', material, serverCore, environment);
  const ceilingNow = () => ceilingLoop.ask<Ceiling>(String(ceilingMilliseconds));
  const subjects = await Promise.all(
    compared.map(({ script, settings }) =>
      start<{ port: number }>(script, { ...material, ...settings }, serverCore, environment),
    ),
  );
  const results: Round[][] = compared.map(() => []);
  const ceilings: Ceiling[] = [];
  for (let round = 0; round < rounds; round++) {
    let before = await ceilingNow();
    for (const index of orderOf(compared.length, round)) {
      const [variant, subject] = [compared[index], subjects[index]];
      if (!variant || !subject) continue;
      const figures = await measure(variant, subject, subject.ready.port, material);
      const after = await ceilingNow();
      const ceiling = {
        perSecond: mean(before.perSecond, after.perSecond),
        perCpuSecond: mean(before.perCpuSecond, after.perCpuSecond),
      };
      ceilings.push(ceiling);
      results[index]?.push({
        ...figures,
        ofCeiling: figures.perSecond / ceiling.perSecond,
        cpuOfCeiling: figures.perCpuSecond / ceiling.perCpuSecond,
      });
      before = after;
    }
    process.stderr.write(`\rround ${round + 1} of ${rounds}`);
  }
  process.stderr.write('\r                \r');
  for (const subject of [ceilingLoop, ...subjects]) subject.stop();
  print(compared, results, median(ceilings.map(({ perSecond }) => perSecond)));
}

const mean = (left: number, right: number): number => (left + right) / 2;

/** Another order each round, so that no variant always follows the same one. */
const orderOf = (count: number, round: number): readonly number[] => {
  const order = Array.from({ length: count }, (_, index) => (index + round) % count);
  return round % 2 === 0 ? order : order.toReversed();
};

async function measure(
  variant: Variant,
  subject: Subject,
  port: number,
  material: Material,
): Promise<Omit<Round, 'ofCeiling' | 'cpuOfCeiling'>> {
  const marks: number[] = [];
  const load = await drive({
    port,
    connections,
    seconds,
    request: (serial) => variant.request(material, serial),
    mark: async () => {
      marks.push((await subject.ask<{ cpuSeconds: number }>('figures')).cpuSeconds);
    },
  });
  const cpuSeconds = (marks[1] ?? 0) - (marks[0] ?? 0);
  return {
    perSecond: load.answered / load.seconds,
    perCpuSecond: load.answered / cpuSeconds,
    p50: percentile(load.latencies, 0.5),
    p99: percentile(load.latencies, 0.99),
    refused: load.refused,
  };
}

function print(compared: readonly Variant[], results: readonly (readonly Round[])[], ceiling: number): void {
  const bare = results[0] ?? [];
  const rows = compared.map(({ name }, index) => {
    const own = results[index] ?? [];
    const of = (figure: (round: Round, index: number) => number) => median(own.map(figure));
    return [
      name,
      of(({ perSecond }) => perSecond).toFixed(0),
      of(({ perCpuSecond }) => perCpuSecond).toFixed(0),
      of(({ ofCeiling }) => ofCeiling).toFixed(2),
      of(({ cpuOfCeiling }) => cpuOfCeiling).toFixed(2),
      of((round, turn) => round.ofCeiling / (bare[turn]?.ofCeiling ?? Number.NaN)).toFixed(2),
      of((round, turn) => round.perCpuSecond / (bare[turn]?.perCpuSecond ?? Number.NaN)).toFixed(2),
      of(({ p50 }) => p50).toFixed(1),
      of(({ p99 }) => p99).toFixed(1),
      of(({ p50, p99 }) => p99 / p50).toFixed(1),
      String(own.reduce((sum, { refused }) => sum + refused, 0)),
    ];
  });
  console.log(
    `Ceiling, one RS256 verify + one sign with node:crypto on that core: ${ceiling.toFixed(0)}/s. Median of ${rounds} rounds.`,
  );
  if (!canPin) console.log('The processes could not be pinned: read the ratios with care.');
  printTable(
    ['', 'req/s', 'req/CPU-s', 'of ceiling', 'by CPU', 'of bare', 'by CPU', 'p50 ms', 'p99 ms', 'p99/p50', 'not 200'],
    rows,
  );
}
