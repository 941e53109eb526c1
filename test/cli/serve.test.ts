import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { partnerAuth } from './command.ts';

const folder = mkdtempSync(join(tmpdir(), 'partner-auth-serve-'));
after(() => rmSync(folder, { recursive: true }));

test('serve lists the options it has: its own --output, and no --query', async () => {
  const { exitCode, stdout } = await partnerAuth(['serve', '--help']);
  assert.equal(exitCode, 0);
  assert.deepEqual(
    [
      stdout.includes('--query'),
      stdout.includes('exec-credential'),
      stdout.includes('one line on stdout when ready, for scripts:'),
    ],
    [false, false, true],
  );
  assert.ok(stdout.includes('--verbose') && stdout.includes('--quiet'));
});

for (const argv of [
  ['serve', 'sandbox', '--query', 'url'],
  ['--query', 'url', 'serve', 'sandbox'],
]) {
  test(`${argv.join(' ')} is refused`, async () => {
    const { exitCode, stdout, stderr } = await partnerAuth(argv);
    assert.deepEqual([exitCode, stdout], [2, '']);
    assert.ok(stderr.includes("unknown option '--query'"), stderr);
  });
}

test('serve production at a host that is none is told with its remedy: exit 7', async () => {
  // Longer than a label may be: no resolver is asked.
  const host = 'x'.repeat(64);
  const config = join(folder, 'service.yaml');
  writeFileSync(
    config,
    JSON.stringify({
      issuer: 'https://tokens.example.com',
      listen: { host, port: 8080 },
      behindProxy: { trustedProxies: ['10.0.0.0/8'] },
      storage: { sqliteFile: join(folder, 'records.sqlite') },
      keys: { sealingKey: Buffer.alloc(32, 9).toString('base64') },
      trustedIssuers: [{ cloud: 'AzureCloud' }],
    }),
  );
  const { exitCode, stdout, stderr } = await partnerAuth(['serve', 'production', '--config', config]);
  assert.deepEqual([exitCode, stdout], [7, ''], stderr);
  assert.ok(stderr.includes(`Port 8080 on ${host} cannot be listened on.`), stderr);
  assert.ok(stderr.includes('Choose another by listen.host and listen.port.'), stderr);
});
