import { readFileSync } from 'node:fs';
import { median, percentile } from '../test/support/figures.ts';
import { canPin, printTable, type Subject, serverCore, showProgress, start } from './harness.ts';
import { drive } from './load.ts';

const rounds = 7;
const seconds = 1.5;
/**
 * Unmeasured, for each process: the compiler is at work for some 15 seconds of load, and takes 30 µs of a request in them.
 * A server goes on for days.
 */
export const warmUpRounds = 8;
const ceilingMilliseconds = 300;
const connections = 64;

/** A server under the same load as the others. The first of a comparison is the base the others are compared with. */
export interface Variant<Material> {
  readonly name: string;
  readonly script: string;
  readonly settings?: object;
  /** What the subject makes before each round, by its answer to this word: single-use codes, for example. */
  readonly prepare?: string;
  /** The bytes of a request; `prepared` is what the subject made for this round, `last` its connection's answer before. */
  readonly request: (material: Material, serial: number, prepared: readonly string[], last: string) => string;
}

export interface Comparison<Material> {
  readonly material: Material;
  readonly variants: readonly Variant<Material>[];
  /** Signatures made and verified for one request: the ceiling is a loop of these alone. */
  readonly ceiling: { readonly signs: number; readonly verifies: number; readonly algorithm?: string };
  readonly environment?: Readonly<Record<string, string>>;
  /** How the base is called in the table's head. */
  readonly base: string;
}

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

/** Rounds interleaved, the machine's ceiling measured before and after each subject, medians printed as ratios. */
export async function compare<Material extends object>(comparison: Comparison<Material>): Promise<void> {
  const { material, variants, environment = {} } = comparison;
  const ceilingLoop = await start(
    './servers/ceiling.ts',
    { ...material, ...comparison.ceiling },
    serverCore,
    environment,
  );
  const ceilingNow = () => ceilingLoop.ask<Ceiling>(String(ceilingMilliseconds));
  const subjects = await Promise.all(
    variants.map(({ script, settings }) =>
      start<{ port: number }>(script, { ...material, ...settings }, serverCore, environment),
    ),
  );
  for (const [index, variant] of variants.entries()) {
    const subject = subjects[index];
    for (let round = 0; round < warmUpRounds && subject; round++) await measure(variant, subject, material);
    showProgress(`warming up, ${index + 1} of ${variants.length}`);
  }
  const results: Round[][] = variants.map(() => []);
  const ceilings: Ceiling[] = [];
  for (let round = 0; round < rounds; round++) {
    let before = await ceilingNow();
    for (const index of turnsOf(variants.length, round)) {
      const [variant, subject] = [variants[index], subjects[index]];
      if (!variant || !subject) continue;
      const figures = await measure(variant, subject, material);
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
    showProgress(`round ${round + 1} of ${rounds}`);
  }
  showProgress('');
  for (const subject of [ceilingLoop, ...subjects]) subject.stop();
  print(comparison, results, median(ceilings.map(({ perSecond }) => perSecond)));
}

/**
 * Some processors sign RSA several times faster than most (AVX-512 IFMA), so that everything else weighs several times as
 * much. On one of these the same once more without that extension, to say what an ordinary processor would.
 */
export async function compareAsOnMostProcessors<Material extends object>(
  comparison: Comparison<Material>,
): Promise<void> {
  if (!hasVectorSignatures()) return;
  console.log('\nThe same with AVX-512 IFMA switched off in OpenSSL, as on most processors:');
  await compare({ ...comparison, environment: { OPENSSL_ia32cap: ':~0x200000' } });
}

function hasVectorSignatures(): boolean {
  try {
    return readFileSync('/proc/cpuinfo', 'utf8').includes('avx512ifma');
  } catch {
    return false;
  }
}

const mean = (left: number, right: number): number => (left + right) / 2;

/** Another order each round, so that no variant always follows the same one. */
export const turnsOf = (count: number, round: number): readonly number[] => {
  const order = Array.from({ length: count }, (_, index) => (index + round) % count);
  return round % 2 === 0 ? order : order.toReversed();
};

async function measure<Material>(
  variant: Variant<Material>,
  subject: Subject & { readonly ready: { readonly port: number } },
  material: Material,
): Promise<Omit<Round, 'ofCeiling' | 'cpuOfCeiling'>> {
  const prepared = variant.prepare === undefined ? [] : await subject.ask<readonly string[]>(variant.prepare);
  const marks: number[] = [];
  const load = await drive({
    port: subject.ready.port,
    connections,
    seconds,
    request: (serial, last) => variant.request(material, serial, prepared, last),
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

function print<Material>(
  { variants, ceiling, base }: Comparison<Material>,
  results: readonly (readonly Round[])[],
  ceilingPerSecond: number,
): void {
  const basis = results[0] ?? [];
  const rows = variants.map(({ name }, index) => {
    const own = results[index] ?? [];
    const of = (figure: (round: Round, index: number) => number) => median(own.map(figure));
    return [
      name,
      of(({ perSecond }) => perSecond).toFixed(0),
      of(({ perCpuSecond }) => perCpuSecond).toFixed(0),
      of(({ ofCeiling }) => ofCeiling).toFixed(2),
      of(({ cpuOfCeiling }) => cpuOfCeiling).toFixed(2),
      of((round, turn) => round.ofCeiling / (basis[turn]?.ofCeiling ?? Number.NaN)).toFixed(2),
      of((round, turn) => round.perCpuSecond / (basis[turn]?.perCpuSecond ?? Number.NaN)).toFixed(2),
      of(({ p50 }) => p50).toFixed(1),
      of(({ p99 }) => p99).toFixed(1),
      of(({ p50, p99 }) => p99 / p50).toFixed(1),
      String(own.reduce((sum, { refused }) => sum + refused, 0)),
    ];
  });
  const verifies = ceiling.verifies > 0 ? `${ceiling.verifies} RS256 verify + ` : '';
  console.log(
    `Ceiling, ${verifies}${ceiling.signs} ${ceiling.algorithm ?? 'RS256'} sign with node:crypto on that core: ${ceilingPerSecond.toFixed(0)}/s. Median of ${rounds} rounds.`,
  );
  if (!canPin) console.log('The processes could not be pinned: read the ratios with care.');
  printTable(
    [
      '',
      'req/s',
      'req/CPU-s',
      'of ceiling',
      'by CPU',
      `of ${base}`,
      'by CPU',
      'p50 ms',
      'p99 ms',
      'p99/p50',
      'not 200',
    ],
    rows,
  );
}
