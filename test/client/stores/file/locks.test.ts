import assert from 'node:assert/strict';
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { fileStore } from '../../../../src/client/stores/file/index.ts';
import { storeFixture, token } from './fixture.ts';

const at = storeFixture();
const locks = () => join(at().folder, 'locks');

describe('row 12: a lock is the system’s', () => {
  test('it writes nothing: its file is empty, and no other is beside it', async () => {
    await at().using(async (store) => {
      const before = new Set(readdirSync(locks()));
      const unlock = await store.tryLock('key');
      const made = readdirSync(locks()).filter((name) => !before.has(name));
      assert.equal(made.length, 1);
      assert.equal(statSync(join(locks(), made[0] ?? '')).size, 0);
      await unlock?.();
      assert.deepEqual(
        readdirSync(locks()).filter((name) => !before.has(name)),
        made,
      );
    });
  });

  test('it holds while the same process opens and closes the store, and other locks', async () => {
    const holder = fileStore(at().options);
    const unlock = await holder.tryLock('key');
    await at().using(async (store) => {
      await store.put('key', token());
      assert.equal(await store.tryLock('key'), undefined);
      await (await store.tryLock('another'))?.();
    });
    assert.equal(await at().using((store) => store.tryLock('key')), undefined);
    await unlock?.();
    const next = await holder.tryLock('key');
    assert.ok(next);
    await next();
    holder.close();
  });

  for (const [name, content] of [
    ['text', 'pid 4711\n'],
    ['a long text', 'x'.repeat(9000)],
    ['a process id', '4711'],
  ] as const) {
    test(`a lock file left by something else is no obstacle: ${name}`, async () => {
      await at().using(async (store) => {
        await (await store.tryLock('key'))?.();
        for (const file of readdirSync(locks())) writeFileSync(join(locks(), file), content);
        const unlock = await store.tryLock('key');
        assert.ok(unlock);
        assert.equal(await store.tryLock('key'), undefined);
        await unlock();
        assert.ok(readdirSync(locks()).some((file) => readFileSync(join(locks(), file)).length === 0));
      });
    });
  }

  test('there are 256 at most', async () => {
    await at().using(async (store) => {
      for (let index = 0; index < 1000; index++) await (await store.tryLock(`key ${index}`))?.();
    });
    assert.ok(readdirSync(locks()).length <= 256);
  });
});
