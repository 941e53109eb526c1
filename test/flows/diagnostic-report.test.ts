import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { commandFile, ensureBuilt } from '../support/built-command.ts';
import { cleanEnvironment } from '../support/child.ts';
import { scratchFolder } from '../support/served-sandbox.ts';
import { until } from '../support/until.ts';

/** An authority that takes a request and never answers: whatever happens to the command happens in the middle of it. */
const asked: (() => void)[] = [];
const silent = createServer(() => void asked.shift()?.());
silent.listen(0, '127.0.0.1');
await once(silent, 'listening');
after(() => {
  silent.closeAllConnections();
  silent.close();
});
const authority = `http://127.0.0.1:${(silent.address() as AddressInfo).port}`;
const canaries = ['CANARY-client-secret', 'CANARY-refresh-token', 'CANARY-passphrase'];

async function reportOf(trigger: string, end: (child: ReturnType<typeof spawn>) => void): Promise<string> {
  ensureBuilt();
  const folder = scratchFolder();
  const options = ['--refresh-token-file', join(folder, 'refresh'), '--application-id', 'a', '--scopes', 'x/.default'];
  writeFileSync(join(folder, 'refresh'), 'CANARY-refresh-token', { mode: 0o600 });
  const requested = new Promise<void>((resolve) => void asked.push(resolve));
  const child = spawn(process.execPath, [commandFile, 'token', ...options], {
    cwd: folder,
    stdio: 'ignore',
    timeout: 60_000,
    env: cleanEnvironment({
      NODE_OPTIONS: `${trigger} --report-directory=${folder} --report-filename=report.json`,
      PARTNER_AUTH_AUTHORITY_HOST: authority,
      PARTNER_AUTH_CLIENT_SECRET: 'CANARY-client-secret',
      PARTNER_AUTH_PASSPHRASE: 'CANARY-passphrase',
      XDG_STATE_HOME: folder,
      XDG_CONFIG_HOME: folder,
    }),
  });
  await requested;
  end(child);
  const path = join(folder, 'report.json');
  await until('the report', () => existsSync(path) && readFileSync(path, 'utf8').trimEnd().endsWith('}'));
  child.kill('SIGKILL');
  await once(child, 'close');
  assert.ok(existsSync(path), readdirSync(folder).join(' '));
  return readFileSync(path, 'utf8');
}

describe('row 18: a diagnostic report written in the middle of a refresh holds no secret', () => {
  const triggers: readonly [string, string, (child: ReturnType<typeof spawn>) => void][] = [
    ['on a signal', '--report-on-signal', (child) => child.kill('SIGUSR2')],
    [
      'on a signal of the operator’s choice',
      '--report-on-signal --report-signal=SIGQUIT',
      (child) => child.kill('SIGQUIT'),
    ],
  ];
  for (const [name, trigger, end] of triggers) {
    test(name, async () => {
      const report = await reportOf(trigger, end);
      assert.ok(report.includes('"javascriptHeap"'));
      for (const canary of canaries) assert.equal(report.includes(canary), false, canary);
    });
  }
});
