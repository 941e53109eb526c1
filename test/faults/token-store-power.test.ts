import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { sha256 } from '../../src/base/bytes.ts';
import { fileStore } from '../../src/client/stores/file/index.ts';
import { apply, diskWith, filesAfterwards } from '../support/disk-replay.ts';
import { storeProgram } from '../support/store-program.ts';
import { straceMissing, traced } from '../support/strace.ts';

const skip = straceMissing();
const root = mkdtempSync(join(tmpdir(), 'partner-auth-power-'));
after(() => rmSync(root, { recursive: true, force: true }));

const path = join(root, 'key');
writeFileSync(path, Buffer.alloc(32, 7).toString('base64'), { mode: 0o600 });
let serial = 0;
const newStore = () => ({ folder: join(root, `store-${++serial}`), key: { kind: 'file', path } as const });

const changing = ['openat', 'pwrite64', 'write', 'ftruncate', 'fsync', 'fdatasync', 'unlink', 'rename', 'mkdir'];

/** Says when each generation is safely kept. */
const generations = `
  for (let n = 1; n <= 6; n++) {
    await store.put('key', { n, filler: 'x'.repeat(n * 900) });
    if (n === 4) { await store.put('other', {}); await store.delete('other'); }
    process.stdout.write('kept ' + n + '\\n');
  }
  store.close();`;

test('row 1: from its first instant no file or folder can be used by others, under umask 000', { skip }, () => {
  const { calls, exitCode, stderr } = traced(
    [
      process.execPath,
      ...storeProgram(
        newStore(),
        `await store.put('a', {}); await (await store.tryLock('a'))?.(); await store.delete('a'); store.close();`,
      ),
    ],
    { calls: changing, umask: '000' },
  );
  assert.equal(exitCode, 0, stderr);
  const made = calls.filter(
    ({ name, given, result }) => result >= 0 && (name === 'mkdir' || given.includes('O_CREAT')),
  );
  const here = made.filter(({ texts }) => texts.some((text) => text.startsWith(root)));
  assert.ok(here.length >= 8, `${here.length}`);
  const modes = here.map(({ name, given, texts }) => [name, /, 0(\d+)$/.exec(given)?.[1], texts.at(-1)]);
  assert.deepEqual(
    modes.filter(([name, mode]) => mode !== (name === 'mkdir' ? '700' : '600')),
    [],
  );
});

const imageOf = (files: ReadonlyMap<string, Buffer>): string =>
  [...files].map(([name, bytes]) => `${name} ${sha256(bytes).toString('hex')}`).join();

/** What the store of a folder with these files says, opened by itself. */
async function kept(files: ReadonlyMap<string, Buffer>) {
  const { folder, key } = newStore();
  mkdirSync(folder, { mode: 0o700 });
  for (const [name, bytes] of files) {
    writeFileSync(join(folder, name), bytes, { mode: 0o600 });
  }
  const warnings: string[] = [];
  const store = fileStore({ folder, key, onWarning: (warning) => void warnings.push(warning) });
  const value = (await store.get('key'))?.value as { n: number; filler: string } | undefined;
  const again = await store.put('key', { n: 0 });
  store.close();
  rmSync(folder, { recursive: true });
  return { value, again, warnings };
}

describe('row 5: the power fails after any call', { skip }, () => {
  for (const [name, isThere] of [
    ['a store that is there', true],
    ['a store that is just being made', false],
  ] as const) {
    test(name, async (t) => {
      const options = newStore();
      if (isThere) fileStore(options).close();
      const disk = diskWith(isThere ? options.folder : undefined);
      const program = [process.execPath, ...storeProgram(options, generations)];
      const { calls, exitCode, stderr } = traced(program, { calls: changing });
      assert.equal(exitCode, 0, stderr);
      let safe = 0;
      const seen = new Set<string>();
      for (const call of calls) {
        apply(disk, call);
        const said = call.name === 'write' ? /^kept (\d)/.exec(call.texts.at(-1) ?? '')?.[1] : undefined;
        if (said !== undefined) safe = Number(said);
        if (said === undefined && !call.texts[0]?.startsWith(options.folder)) continue;
        for (const luck of [false, true]) {
          const files = filesAfterwards(disk, options.folder, luck);
          const image = imageOf(files) + safe;
          if (seen.has(image)) continue;
          seen.add(image);
          const { value, again, warnings } = await kept(files);
          const n = value?.n ?? 0;
          const where = `${luck ? 'all written' : 'flushed alone'}, ${call.name} after generation ${safe}: ${n}`;
          assert.ok(n === safe || n === safe + 1, where);
          assert.equal(value?.filler ?? '', 'x'.repeat(n * 900), where);
          assert.deepEqual([again, warnings], [true, []], where);
        }
      }
      assert.equal(safe, 6);
      t.diagnostic(`${seen.size} states of the disk`);
    });
  }
});
