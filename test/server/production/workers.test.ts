import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';

const folder = mkdtempSync(join(tmpdir(), 'partner-auth-workers-'));
after(() => rmSync(folder, { recursive: true }));

test('row 66: a worker that dies just when it is spoken to takes nobody along', () => {
  const program = join(folder, 'program.mjs');
  writeFileSync(
    program,
    `import cluster from 'node:cluster';
    import { createServer } from 'node:net';
    import { setTimeout } from 'node:timers/promises';
    import { isWorker, startWorkers } from ${JSON.stringify(import.meta.resolve('../../../src/server/production/workers.ts'))};
    if (isWorker()) createServer().listen(0, '127.0.0.1');
    else {
      const workers = await startWorkers({ count: 1, patienceSeconds: 5, log: { warn() {} } });
      const [worker] = Object.values(cluster.workers);
      process.kill(worker.process.pid, 'SIGKILL');
      // Its end is not heard of yet.
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 300);
      worker.send({});
      await setTimeout(100);
      await workers.close();
      console.log('closed');
    }`,
  );
  const { status, stdout, stderr } = spawnSync(process.execPath, [program], { encoding: 'utf8', timeout: 60_000 });
  assert.deepEqual([status, stdout], [0, 'closed\n'], stderr);
});
