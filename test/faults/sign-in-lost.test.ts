import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { commandFile } from '../support/built-command.ts';
import { type KeptSignIn, keptSignIn } from '../support/kept-sign-in.ts';
import { scratchFolder } from '../support/served-sandbox.ts';
import { straceMissing, type Traced, traced } from '../support/strace.ts';

/** A renewed sign-in that does not reach the disk: the command is killed, or the disk is full. */
const skip = straceMissing();
const folder = scratchFolder();

/** Runs the command with a fault at its first write to the store's log: the answer is there, and not yet kept. */
const withFault = ({ argv, variables, stateFolder }: KeptSignIn, inject: string): Traced =>
  traced([process.execPath, commandFile, ...argv], {
    calls: ['pwrite64'],
    inject,
    paths: [join(stateFolder, 'partner-auth', 'tokens.db-wal')],
    variables,
  });

describe('row 15: killed between the answer and storing it', { skip }, () => {
  const cases = [
    ['entra', 0, 0, ''],
    ['strict', 0, 0, ''],
    ['strict', 60, 4, 'sign in again'],
  ] as const;
  for (const [mode, later, exitCode, says] of cases) {
    test(`${mode}, asked again ${later} s later: exit ${exitCode}`, async () => {
      await using kept = await keptSignIn(join(folder, `killed-${mode}-${later}`), mode);
      await kept.expire();
      const before = await kept.refreshToken();
      const killed = withFault(kept, 'pwrite64:signal=KILL:when=1');
      assert.deepEqual([killed.signal ?? killed.exitCode, killed.stdout], ['SIGKILL', '']);
      assert.deepEqual(await kept.asked(), [['refresh_token', 200]]);
      assert.equal(await kept.refreshToken(), before);
      if (later > 0) await kept.control('POST', 'clock/advance', { seconds: later });
      const again = await kept.ask();
      assert.equal(again.exitCode, exitCode, again.stderr);
      assert.ok(again.stderr.toLowerCase().includes(says), again.stderr);
      if (exitCode === 0) assert.equal(JSON.parse(again.stdout).refreshToken, await kept.refreshToken());
    });
  }
});

test('row 6: a rotated refresh token that cannot be stored: the token is printed, and the failure said', {
  skip,
}, async () => {
  await using kept = await keptSignIn(join(folder, 'full'), 'entra');
  await kept.expire();
  const { exitCode, stdout, stderr } = withFault(kept, 'pwrite64:error=ENOSPC:when=1+');
  assert.equal(exitCode, 0, stderr);
  const database = join(kept.stateFolder, 'partner-auth', 'tokens.db');
  assert.equal(
    stderr,
    'warning: The renewed sign-in could not be stored, and the old one may have ended: sign in again if it is refused: ' +
      `The token store ${database} cannot be written to: the disk is full.\n`,
  );
  assert.equal(JSON.parse(stdout).fromCache, false);
  const again = await kept.ask();
  assert.deepEqual([again.exitCode, again.stderr], [0, '']);
  assert.equal(JSON.parse(again.stdout).refreshToken, await kept.refreshToken());
});

test('row 1: nothing the command makes can be used by others at any instant, under umask 000', { skip }, async () => {
  await using kept = await keptSignIn(join(folder, 'umask'), 'entra', false);
  const { calls, exitCode, stderr } = traced([process.execPath, commandFile, ...kept.argv], {
    calls: ['openat', 'mkdir'],
    variables: kept.variables,
    umask: '000',
  });
  assert.equal(exitCode, 0, stderr);
  const made = calls
    .filter(({ name, given, result }) => result >= 0 && (name === 'mkdir' || given.includes('O_CREAT')))
    .map(({ name, given, texts }) => ({ name, mode: /, 0(\d+)$/.exec(given)?.[1], path: texts.at(-1) ?? '' }))
    .filter(({ path }) => path.startsWith(kept.stateFolder));
  assert.ok(made.length >= 6, JSON.stringify(made));
  assert.deepEqual(
    made.filter(({ name, mode }) => mode !== (name === 'mkdir' ? '700' : '600')),
    [],
  );
});
