import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import type { Ended } from '../support/child.ts';
import { type KeptSignIn, keptSignIn } from '../support/kept-sign-in.ts';
import { scratchFolder } from '../support/served-sandbox.ts';

/** Many processes of the built command with one kept sign-in, whose access token is over. */
const folder = scratchFolder();
const processCount = 50;

const tokensOf = (ended: readonly Ended[]): ReadonlySet<string> =>
  new Set(ended.map(({ stdout }) => JSON.parse(stdout).accessToken));

/** Until the sandbox has been asked for a token. */
async function underWay(kept: KeptSignIn): Promise<void> {
  for (;;) {
    const { requests } = await kept.control('GET', 'requests?path=*/token');
    if ((requests as unknown[]).length > 0) return;
    await delay(20);
  }
}

for (const [mode, rounds] of [
  ['entra', 2],
  ['strict', 1],
] as const) {
  describe(`${mode} mode`, () => {
    test(`row 10: ${processCount} processes start with one expired token: one renewal, one token`, async () => {
      await using kept = await keptSignIn(join(folder, `renew-${mode}`), mode);
      for (let round = 0; round < rounds; round++) {
        await kept.expire();
        const before = await kept.refreshToken();
        const ended = await Promise.all(Array.from({ length: processCount }, () => kept.ask()));
        assert.deepEqual(new Set(ended.map(({ exitCode, stderr }) => `${exitCode} ${stderr}`)), new Set(['0 ']));
        assert.equal(tokensOf(ended).size, 1);
        assert.deepEqual(await kept.asked(), [['refresh_token', 200]]);
        assert.notEqual(await kept.refreshToken(), before);
        const { families } = await kept.control('GET', 'refresh-tokens?user=john.doe@contoso.com');
        assert.deepEqual(
          (families as { revokedAt?: string }[]).map(({ revokedAt }) => revokedAt),
          [undefined],
        );
      }
    });

    test('B24: the one that renews is killed, and four others: two renewals, the rest have one token', async () => {
      await using kept = await keptSignIn(join(folder, `kill-${mode}`), mode);
      await kept.expire();
      await kept.control('POST', 'faults', { endpoint: 'token', delay: 30_000 });
      const renewing = kept.begin();
      await underWay(kept);
      const others = Array.from({ length: processCount - 1 }, () => kept.begin());
      await delay(500);
      const doomed = new Set([renewing, ...[3, 13, 23, 33].map((index) => others[index])]);
      for (const each of doomed) each?.child.kill('SIGKILL');
      const ended = await Promise.all(others.filter((each) => !doomed.has(each)).map((each) => each.ended));
      assert.deepEqual(new Set(ended.map(({ exitCode, stderr }) => `${exitCode} ${stderr}`)), new Set(['0 ']));
      assert.equal(tokensOf(ended).size, 1);
      assert.deepEqual(
        (await kept.asked()).map(([grant]) => grant),
        ['refresh_token', 'refresh_token'],
      );
      const { exitCode, stdout } = await kept.ask();
      assert.deepEqual([exitCode, JSON.parse(stdout).fromCache], [0, true]);
    });
  });
}

test('row 13: the process that renews is stopped; the others go on after their patience, and it changes nothing late', async () => {
  await using kept = await keptSignIn(join(folder, 'stopped'), 'entra');
  await kept.expire();
  await kept.control('POST', 'faults', { endpoint: 'token', delay: 1000 });
  const holder = kept.begin(['--timeout', '2']);
  await underWay(kept);
  holder.child.kill('SIGSTOP');
  const others = await Promise.all([1, 2, 3].map(() => kept.begin(['--timeout', '1']).ended));
  assert.deepEqual(new Set(others.map(({ exitCode, stderr }) => `${exitCode} ${stderr}`)), new Set(['0 ']));
  const newest = await kept.refreshToken();
  holder.child.kill('SIGCONT');
  const { exitCode, stderr } = await holder.ended;
  assert.equal(exitCode, 0, stderr);
  assert.equal(await kept.refreshToken(), newest);
  assert.equal(JSON.parse((await kept.ask()).stdout).refreshToken, newest);
});
