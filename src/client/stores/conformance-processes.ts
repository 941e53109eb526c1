import type { ChildProcess } from 'node:child_process';
import type { ConformanceCase, StoreElsewhere, StoreUnderTest } from './conformance.ts';
import { equal, present } from './conformance-check.ts';
import type { TokenStore, Unlock } from './store.ts';

/** The cases that need processes of their own: a store that several share. Each runs a script with `store` opened in it. */

const processCount = 8;
const roundsEach = 10;
/** The longest that a lock may outlive its killed holder. */
const freedWithinMilliseconds = 1000;

function started({ module, argument }: StoreElsewhere, script: string): ChildProcess {
  const program = `
    const { openStore } = await import(${JSON.stringify(module)});
    const store = await openStore(${JSON.stringify(argument)});
    ${script}`;
  const { spawn } = process.getBuiltinModule('node:child_process');
  return spawn(process.execPath, ['--input-type=module', '-e', program], { stdio: ['pipe', 'pipe', 'inherit'] });
}

const ended = (child: ChildProcess): Promise<number | null> =>
  new Promise((resolve) => child.once('close', (code) => resolve(code)));

/** Until the first line, which says that the script has come so far. */
const spoken = (child: ChildProcess): Promise<void> =>
  new Promise((resolve, reject) => {
    child.stdout?.once('data', () => resolve());
    child.once('close', (code) => reject(new Error(`the process ended with ${code}`)));
  });

const elsewhereOf = ({ elsewhere }: StoreUnderTest): StoreElsewhere =>
  present(elsewhere, 'open must say how other processes open the store');

async function eventuallyLocked(store: TokenStore, key: string): Promise<{ unlock: Unlock; milliseconds: number }> {
  const { setTimeout: delay } = process.getBuiltinModule('node:timers/promises');
  const begunAt = performance.now();
  for (;;) {
    const unlock = await store.tryLock(key);
    const milliseconds = performance.now() - begunAt;
    if (unlock) return { unlock, milliseconds };
    if (milliseconds > 10 * freedWithinMilliseconds) throw new Error(`${key} stayed locked for ${milliseconds} ms`);
    await delay(10);
  }
}

const lockOf = `
  async function lock(key) {
    for (;;) {
      const unlock = await store.tryLock(key);
      if (unlock) return unlock;
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }`;

const afterExit = 'process.exit(0);';

export const processConformance: readonly ConformanceCase[] = [
  {
    name: `${processCount} processes that put distinct keys lose none`,
    run: async (under) => {
      const children = Array.from({ length: processCount }, (_, index) =>
        started(
          elsewhereOf(under),
          `for (let n = 0; n < ${roundsEach}; n++) await store.put('${index}-' + n, { n }, null); ${afterExit}`,
        ),
      );
      equal(new Set(await Promise.all(children.map(ended))), new Set([0]));
      equal((await under.store.keys('')).length, processCount * roundsEach);
    },
  },
  {
    name: `${processCount} processes that count up by version lose no count`,
    run: async (under) => {
      await under.store.put('count', { n: 0 });
      const script = `
        for (let done = 0; done < ${roundsEach}; ) {
          const { value, version } = await store.get('count');
          if (await store.put('count', { n: value.n + 1 }, version)) done++;
        }
        ${afterExit}`;
      const children = Array.from({ length: processCount }, () => started(elsewhereOf(under), script));
      equal(new Set(await Promise.all(children.map(ended))), new Set([0]));
      equal((await under.store.get('count'))?.value, { n: processCount * roundsEach });
    },
  },
  {
    name: `what ${processCount} processes do under a lock never interleaves`,
    run: async (under) => {
      await under.store.put('marks', { open: 0, total: 0, most: 0 });
      const script = `${lockOf}
        const marks = async () => (await store.get('marks')).value;
        for (let round = 0; round < ${roundsEach}; round++) {
          const unlock = await lock('marks');
          const opening = await marks();
          await store.put('marks', { ...opening, open: opening.open + 1, most: Math.max(opening.most, opening.open + 1) });
          const closing = await marks();
          await store.put('marks', { ...closing, open: closing.open - 1, total: closing.total + 1 });
          await unlock();
        }
        ${afterExit}`;
      const children = Array.from({ length: processCount }, () => started(elsewhereOf(under), script));
      equal(new Set(await Promise.all(children.map(ended))), new Set([0]));
      equal((await under.store.get('marks'))?.value, {
        open: 0,
        total: processCount * roundsEach,
        most: 1,
      });
    },
  },
  {
    name: `the lock of a killed process is free within ${freedWithinMilliseconds} ms, and of a stopped one is not`,
    run: async (under) => {
      const holder = started(
        elsewhereOf(under),
        `${lockOf} await lock('key'); console.log('held'); setInterval(() => {}, 1000);`,
      );
      const end = ended(holder);
      try {
        await spoken(holder);
        equal(await under.store.tryLock('key'), undefined);
        if (process.platform !== 'win32') {
          holder.kill('SIGSTOP');
          equal(await under.store.tryLock('key'), undefined);
        }
      } finally {
        holder.kill('SIGKILL');
      }
      await end;
      const { unlock, milliseconds } = await eventuallyLocked(under.store, 'key');
      await unlock();
      equal(milliseconds <= freedWithinMilliseconds, true, `it took ${milliseconds} ms`);
    },
  },
];
