import { median } from '../test/support/figures.ts';
import type { tokenHolders } from './clients/token-holders.ts';
import { turnsOf } from './comparison.ts';
import { printTable, serverCore, start } from './harness.ts';

const rounds = 9;
const milliseconds = 250;

interface Holder {
  readonly name: string;
  readonly holder: keyof typeof tokenHolders;
  readonly tenants: number;
}

const [one, usual, many] = [1, 1_000, 100_000];
const sizes = [one, usual, many] as const;

/** One instance of msal-node looks through all it keeps: at 10,000 tenants its filling alone takes minutes. */
const holders: readonly Holder[] = [
  ...sizes.map((tenants) => ({ name: 'plain Map, expiry checked', holder: 'map', tenants }) as const),
  ...sizes.map((tenants) => ({ name: 'PartnerClient', holder: 'partnerClient', tenants }) as const),
  { name: 'msal-node, one instance', holder: 'msalOneInstance', tenants: usual },
  { name: 'msal-node, an instance a tenant', holder: 'msalInstanceEach', tenants: usual },
  { name: '@azure/identity, one credential', holder: 'identityOneCredential', tenants: usual },
  { name: '@azure/identity, a credential a tenant', holder: 'identityCredentialEach', tenants: usual },
];

interface Rate {
  readonly perSecond: number;
  readonly perCpuSecond: number;
}

/** Kept tokens by random tenants: each holder in a process of its own on one core, all asked by turns. */
export async function warmTokens(): Promise<void> {
  console.log('\nA warm token, tenants in random order, each holder on the same core by turns:');
  const subjects = [];
  for (const { name: _, ...settings } of holders) subjects.push(await start('./clients/warm.ts', settings, serverCore));
  const rates: Rate[][] = holders.map(() => []);
  for (let round = -1; round < rounds; round++) {
    for (const index of turnsOf(holders.length, round + 1)) {
      const rate = await subjects[index]?.ask<Rate>(String(milliseconds));
      if (rate && round >= 0) rates[index]?.push(rate);
    }
  }
  for (const subject of subjects) subject.stop();
  print(rates);
}

/** `base` is compared with in each round; a goal belongs to the figure before it. */
const goals: readonly (readonly [base: Holder['holder'], tenants: number, goal: number | undefined])[] = [
  ...sizes.map((tenants) => ['map', tenants, 1 / 3] as const),
  ['msalOneInstance', usual, 300],
  ['msalInstanceEach', usual, 30],
  ['identityOneCredential', usual, undefined],
  ['identityCredentialEach', usual, undefined],
];

function print(rates: readonly (readonly Rate[])[]): void {
  const ratesOf = (holder: Holder['holder'], tenants: number) =>
    rates[holders.findIndex((one) => one.holder === holder && one.tenants === tenants)] ?? [];
  printTable(
    ['', 'tenants', 'tokens/s', 'of one tenant', 'by CPU'],
    holders.map(({ name, holder, tenants }) => [
      name,
      tenants.toLocaleString('en'),
      median(ratesOf(holder, tenants).map(({ perSecond }) => perSecond)).toFixed(0),
      ...(sizes.every((size) => ratesOf(holder, size).length > 0)
        ? ratios(ratesOf(holder, tenants), ratesOf(holder, one))
        : ['', '']),
    ]),
  );
  console.log();
  printTable(
    ['PartnerClient', 'tenants', 'times', 'by CPU', 'goal'],
    goals.map(([base, tenants, goal]) => [
      `of ${holders.find(({ holder }) => holder === base)?.name}`,
      tenants.toLocaleString('en'),
      ...ratios(ratesOf('partnerClient', tenants), ratesOf(base, tenants)),
      goal === undefined ? '' : `>= ${goal < 1 ? goal.toFixed(2) : goal}`,
    ]),
  );
}

/** Of the same rounds, by wall clock and by CPU time. */
const ratios = (own: readonly Rate[], base: readonly Rate[]): readonly string[] =>
  (['perSecond', 'perCpuSecond'] as const).map((figure) =>
    shown(median(own.map((rate, round) => rate[figure] / (base[round]?.[figure] ?? Number.NaN)))),
  );

const shown = (ratio: number): string => (ratio < 10 ? ratio.toFixed(2) : ratio.toFixed(0));
