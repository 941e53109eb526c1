import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { median, percentile } from '../test/support/figures.ts';
import { turnsOf, warmUpRounds } from './comparison.ts';
import { exchangeRequest } from './exchange-request.ts';
import { printTable, type Subject, serverCore, showProgress, start } from './harness.ts';
import { drive } from './load.ts';
import { type ProcessorTimes, residentOfFamily, secondsSince, timesByName, timesOfFamily } from './processor-time.ts';
import type { Material } from './servers/material.ts';

const rounds = 7;
const seconds = 1.5;
/** At each node. */
const connections = 64;
const ceilingMilliseconds = 300;

interface Layout {
  readonly name: string;
  readonly script: string;
  readonly settings: object;
  readonly nodes: number;
  /** Default the server's core, which all nodes of a layout share. `all`: the load's too. */
  readonly core?: 'all';
  /** The layout that one more node is compared with. */
  readonly of?: string;
}

const layoutsOf = (sqliteFiles: readonly [string, string], databaseUrl: string | undefined): readonly Layout[] => {
  const script = './servers/production.ts';
  const all = `${cpus().length} workers, on every core`;
  const layouts: readonly Layout[] = [
    { name: 'bare node:http, verify + sign, no record', script: './servers/bare.ts', settings: {}, nodes: 1 },
    { name: 'bare, two processes: what sharing the core costs', script: './servers/bare.ts', settings: {}, nodes: 2 },
    { name: 'SQLite, one node', script, settings: { sqliteFile: sqliteFiles[0], workers: 1 }, nodes: 1 },
    { name: `SQLite, ${all}`, script, settings: { sqliteFile: sqliteFiles[1], workers: 0 }, nodes: 1, core: 'all' },
  ];
  if (databaseUrl === undefined) return layouts;
  return [
    ...layouts,
    { name: 'PostgreSQL, one node', script, settings: { databaseUrl, workers: 1 }, nodes: 1 },
    {
      name: 'PostgreSQL, two nodes',
      script,
      settings: { databaseUrl, workers: 1 },
      nodes: 2,
      of: 'PostgreSQL, one node',
    },
    { name: `PostgreSQL, ${all}`, script, settings: { databaseUrl, workers: 0 }, nodes: 1, core: 'all' },
  ];
};

interface Round {
  readonly perSecond: number;
  readonly perCpuSecond: number;
  readonly cpuOfCeiling: number;
  /** Microseconds of processor time a request. */
  readonly database: number;
  readonly load: number;
  readonly p50: number;
  readonly p99: number;
  readonly mebibytes: number;
  readonly refused: number;
}

type Node = Subject & { readonly ready: { readonly port: number } };

/**
 * Whole nodes as `serve production` runs them, one and two, with one worker and with all. They share a core where the load
 * does not, so that requests by processor time compare them; workers on every core share those with the load as well.
 */
export async function compareNodes(material: Material, databaseUrl: string | undefined): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'partner-auth-bench-nodes-'));
  const layouts = layoutsOf([join(folder, 'one.sqlite'), join(folder, 'all.sqlite')], databaseUrl);
  const ceiling = await start('./servers/ceiling.ts', { ...material, signs: 1, verifies: 1 }, serverCore);
  const nodes: Node[][] = [];
  try {
    for (const layout of layouts) {
      const started: Node[] = [];
      nodes.push(started);
      for (let count = 0; count < layout.nodes; count++) {
        started.push(
          await start<{ port: number }>(layout.script, { ...material, ...layout.settings }, layout.core ?? serverCore),
        );
      }
    }
    for (const [index, { nodes: count, core }] of layouts.entries()) {
      // Processes that are loaded together share the load that warms them up.
      const processes = core === 'all' ? cpus().length : count;
      for (let round = 0; round < warmUpRounds * processes; round++) await measure(nodes[index] ?? [], material, 1);
      showProgress(`warming up, ${index + 1} of ${layouts.length}`);
    }
    const results: Round[][] = layouts.map(() => []);
    for (let round = 0; round < rounds; round++) {
      for (const index of turnsOf(layouts.length, round)) {
        const { perCpuSecond } = await ceiling.ask<{ perCpuSecond: number }>(String(ceilingMilliseconds));
        results[index]?.push(await measure(nodes[index] ?? [], material, perCpuSecond));
      }
      showProgress(`round ${round + 1} of ${rounds}`);
    }
    showProgress('');
    print(layouts, results);
  } finally {
    for (const subject of [ceiling, ...nodes.flat()]) subject.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

interface Mark {
  readonly nodes: readonly ProcessorTimes[];
  readonly database: ProcessorTimes;
  readonly load: number;
}

async function measure(nodes: readonly Node[], material: Material, ceiling: number): Promise<Round> {
  const marks: Mark[] = [];
  const pids = nodes.map((node) => node.process.pid ?? 0);
  const mark = async () => {
    const { user, system } = process.cpuUsage();
    marks.push({ nodes: pids.map(timesOfFamily), database: timesByName('postgres'), load: (user + system) / 1e6 });
  };
  const loads = await Promise.all(
    nodes.map(({ ready: { port } }, index) =>
      drive({
        port,
        connections,
        seconds,
        request: (serial) => exchangeRequest(material, serial),
        // All are measured in the same time.
        mark: index === 0 ? mark : async () => {},
      }),
    ),
  );
  const [before, after] = marks as [Mark, Mark];
  const sum = (of: (load: (typeof loads)[number]) => number) => loads.reduce((total, load) => total + of(load), 0);
  const answered = sum((load) => load.answered);
  const cpu = before.nodes.reduce((total, times, index) => total + secondsSince(times, after.nodes[index] ?? times), 0);
  const latencies = loads.flatMap((load) => load.latencies);
  return {
    perSecond: sum((load) => load.answered / load.seconds),
    perCpuSecond: answered / cpu,
    cpuOfCeiling: answered / cpu / ceiling,
    database: (secondsSince(before.database, after.database) / answered) * 1e6,
    load: ((after.load - before.load) / answered) * 1e6,
    p50: percentile(latencies, 0.5),
    p99: percentile(latencies, 0.99),
    mebibytes: pids.reduce((total, pid) => total + residentOfFamily(pid), 0),
    refused: sum((load) => load.refused),
  };
}

function print(layouts: readonly Layout[], results: readonly (readonly Round[])[]): void {
  const basis = results[0] ?? [];
  const rows = layouts.map(({ name }, index) => {
    const own = results[index] ?? [];
    const of = (figure: (round: Round, turn: number) => number) => median(own.map(figure));
    return [
      name,
      of(({ perSecond }) => perSecond).toFixed(0),
      of(({ perCpuSecond }) => perCpuSecond).toFixed(0),
      of(({ cpuOfCeiling }) => cpuOfCeiling).toFixed(2),
      of(({ perCpuSecond }, turn) => perCpuSecond / (basis[turn]?.perCpuSecond ?? Number.NaN)).toFixed(2),
      of(({ database }) => database).toFixed(0),
      of(({ load }) => load).toFixed(0),
      of(({ p50 }) => p50).toFixed(1),
      of(({ p99 }) => p99).toFixed(1),
      `${own[1]?.mebibytes.toFixed(0)} to ${own.at(-1)?.mebibytes.toFixed(0)}`,
      String(own.reduce((sum, { refused }) => sum + refused, 0)),
    ];
  });
  console.log(`\nWhole nodes, by the processor time of their processes. Median of ${rounds} rounds.`);
  printTable(
    [
      '',
      'req/s',
      'req/CPU-s',
      'of ceiling',
      'of bare',
      'PostgreSQL µs',
      'load µs',
      'p50 ms',
      'p99 ms',
      'MiB',
      'not 200',
    ],
    rows,
  );
  for (const [index, { name, of }] of layouts.entries()) {
    const other = results[layouts.findIndex((layout) => layout.name === of)];
    const ratios = results[index]?.map(({ perCpuSecond }, turn) => perCpuSecond / (other?.[turn]?.perCpuSecond ?? 0));
    if (other && ratios) console.log(`${name}: ${median(ratios).toFixed(2)} of ${of}, by processor time.`);
  }
}
