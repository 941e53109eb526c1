import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileStore } from '../../src/client/stores/file/index.ts';
import { storeProcesses } from '../support/store-program.ts';

const root = mkdtempSync(join(tmpdir(), 'partner-auth-processes-'));
after(() => rmSync(root, { recursive: true, force: true }));

const path = join(root, 'key');
writeFileSync(path, Buffer.alloc(32, 7).toString('base64'), { mode: 0o600 });
let serial = 0;
const newStore = () => ({ folder: join(root, String(++serial)), key: { kind: 'file', path } as const });

test('row 14: 80 processes, 50 updates of their own each, begin one store: 4,000 entries are there', async () => {
  const options = newStore();
  const processes = storeProcesses(
    80,
    options,
    `for (let n = 0; n < 50; n++) {
      if (!(await store.put(index + '-' + n, { n }, null))) console.error('lost');
    }
    store.close();`,
  );
  await processes.ended();
  assert.equal(processes.stderr(), '');
  const store = fileStore(options);
  const keys = await store.keys('');
  assert.equal(keys.length, 4000);
  for (const key of keys) assert.deepEqual((await store.get(key))?.value, { n: Number(key.split('-')[1]) }, key);
  store.close();
});

test('row 13: a holder that is stopped keeps nobody from reading, writing and deleting, and its late write is refused', async () => {
  const options = newStore();
  const store = fileStore(options);
  await store.put('sign-in', { generation: 1 });
  const holder = storeProcesses(
    1,
    options,
    `await store.tryLock('sign-in');
    const { version } = await store.get('sign-in');
    console.log('holds');
    process.stdin.once('data', async () => {
      console.log(await store.put('sign-in', { generation: 1, late: true }, version));
      process.exit();
    });`,
  );
  await holder.said(1);
  holder.signal('SIGSTOP');
  assert.equal(await store.tryLock('sign-in'), undefined);
  assert.equal(await store.put('sign-in', { generation: 2 }, (await store.get('sign-in'))?.version), true);
  await store.put('passing', {});
  await store.delete('passing');
  holder.signal('SIGCONT');
  holder.say('go on\n');
  await holder.ended();
  assert.equal(holder.stdout(), 'holds\nfalse\n');
  assert.deepEqual((await store.get('sign-in'))?.value, { generation: 2 });
  store.close();
});
