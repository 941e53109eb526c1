import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { commandFile, ensureBuilt } from '../support/built-command.ts';
import { type Ended, runChild } from '../support/child.ts';
import { missingProgram } from '../support/debian-program.ts';
import { fixedApplication } from '../support/sandbox-calls.ts';
import { type ServedSandbox, scratchFolder, serveSandbox } from '../support/served-sandbox.ts';

/** The built command with GNOME's keyring, on a session bus of its own. */
const skip =
  missingProgram(['gnome-keyring-daemon', '--version'], 'gnome-keyring') ||
  missingProgram(['dbus-run-session', '--version'], 'dbus');

const folder = scratchFolder();
let sandbox: ServedSandbox;

before(async () => {
  if (skip) return;
  ensureBuilt();
  writeFileSync(join(folder, 'secret'), fixedApplication.clientSecret, { mode: 0o600 });
  sandbox = await serveSandbox(join(folder, 'data'));
});
after(() => sandbox?.stop());

const { tenant, clientId } = fixedApplication;
const token = `'${process.execPath}' '${commandFile}' token --environment Sandbox --tenant ${tenant} --application-id ${clientId} --client-secret-file '${join(folder, 'secret')}' --resource partner-center`;

/** Runs lines of a shell in a session whose keyring is what `name` says it is. */
const session = (name: string, lines: readonly string[]): Promise<Ended> =>
  runChild('dbus-run-session', ['--', 'sh', '-e', '-c', lines.join('\n')], {
    cwd: folder,
    variables: {
      HOME: join(folder, name),
      XDG_DATA_HOME: join(folder, name, 'data'),
      XDG_RUNTIME_DIR: undefined,
      XDG_STATE_HOME: join(folder, name, 'state'),
      PARTNER_AUTH_KEYRING: undefined,
      PARTNER_AUTH_ENVIRONMENT_FILE: sandbox.environmentFile,
    },
  });

const unlocked =
  'mkdir -p "$XDG_DATA_HOME"; printf password | gnome-keyring-daemon --unlock --components=secrets > /dev/null';
const locked = 'gnome-keyring-daemon --start --components=secrets > /dev/null';
const ours = (stderr: string): readonly string[] =>
  stderr
    .split('\n')
    .filter((line) => line.startsWith('warning: ') || line.startsWith('no key ') || line.startsWith('error: '));

describe('row 9: a real keyring', { skip }, () => {
  test('keeps the key: the second command answers from the store, in a later session too', async () => {
    const first = await session('desk', [unlocked, token, token]);
    assert.deepEqual([first.exitCode, ours(first.stderr)], [0, []], first.stderr);
    const [one, two] = first.stdout
      .trim()
      .split('\n}\n')
      .map((text) => JSON.parse(text.endsWith('}') ? text : `${text}\n}`));
    assert.deepEqual([one.fromCache, two.fromCache], [false, true]);
    assert.equal(two.accessToken, one.accessToken);
    const later = await session('desk', [unlocked, token]);
    assert.equal(later.exitCode, 0, later.stderr);
    assert.equal(JSON.parse(later.stdout).accessToken, one.accessToken);
  });

  test('locked, with nobody to unlock it: token works, stores nothing, and says so', async () => {
    await session('locked', [unlocked, token]);
    const { exitCode, stdout, stderr } = await session('locked', [locked, `${token} --verbose`]);
    assert.equal(exitCode, 0, stderr);
    assert.equal(JSON.parse(stdout).fromCache, false);
    const [reason = '', notice = '', ...rest] = ours(stderr);
    assert.ok(reason.startsWith('no key from the keyring: '), stderr);
    assert.ok(notice.startsWith('warning: The token is not stored: '), stderr);
    assert.deepEqual(rest, []);
  });

  test('no session bus at all: the same', async () => {
    const { exitCode, stderr } = await session('headless', [`unset DBUS_SESSION_BUS_ADDRESS; ${token} -o none`]);
    assert.equal(exitCode, 0, stderr);
    assert.equal(ours(stderr).length, 1);
  });
});
