import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { applicationId } from '../../client/wire.ts';
import { home, rotating } from '../home.ts';

const application = ['--application-id', applicationId, '--tenant', 'contoso.com'];

/** An application, two users and a token without a profile. */
async function filled(context: { after(work: () => void): void }) {
  const here = home(context);
  const reply = rotating();
  const secret = { stdin: 'CANARY-secret', reply };
  await here.run(['login', '--profile', 'app', ...application, '--client-secret-file', '-'], secret);
  for (const name of ['john', 'mary']) {
    await here.run(['login', '--profile', name, ...application, '--refresh-token-file', '-'], {
      stdin: 'CANARY-refresh',
      reply,
    });
    await here.run(['token', '--profile', name, '--resource', 'graph'], { reply });
  }
  const other = ['--application-id', 'another-app', '--tenant', 'contoso.com', '--resource', 'graph'];
  const given = await here.run(['token', ...other, '--client-secret-file', '-'], { stdin: 'CANARY-other' });
  assert.equal(given.exitCode, 0, given.stderr);
  return here;
}

const stored = async ({ json }: Awaited<ReturnType<typeof filled>>) =>
  (await json(['list'])).value.map((each: Record<string, unknown>) => [
    each.profile,
    each.signIn,
    each.tokens,
    (each.secrets as string[]).length,
  ]);

test('what is there to begin with', async (context) => {
  assert.deepEqual(await stored(await filled(context)), [
    ['app', false, 1, 1],
    ['john', true, 2, 0],
    ['mary', true, 2, 0],
    [null, false, 1, 0],
  ]);
});

describe('row 36: every matching entry is gone, without a network', () => {
  const cases = [
    [
      'the current profile',
      [],
      { profiles: ['app'], signIns: 0, tokens: 1, secrets: 1, forgotten: false },
      [
        ['app', false, 0, 0],
        ['john', true, 2, 0],
        ['mary', true, 2, 0],
        [null, false, 1, 0],
      ],
    ],
    [
      'a user',
      ['--profile', 'john'],
      { profiles: ['john'], signIns: 1, tokens: 2, secrets: 0, forgotten: false },
      [
        ['app', false, 1, 1],
        ['john', false, 0, 0],
        ['mary', true, 2, 0],
        [null, false, 1, 0],
      ],
    ],
    [
      'a user, and its profile',
      ['--profile', 'john', '--forget'],
      { profiles: ['john'], signIns: 1, tokens: 2, secrets: 0, forgotten: true },
      [
        ['app', false, 1, 1],
        ['mary', true, 2, 0],
        [null, false, 1, 0],
      ],
    ],
    [
      'everything',
      ['--all'],
      { profiles: ['app', 'john', 'mary'], signIns: 2, tokens: 6, secrets: 1, forgotten: false },
      [
        ['app', false, 0, 0],
        ['john', false, 0, 0],
        ['mary', false, 0, 0],
      ],
    ],
    [
      'everything, and the profiles',
      ['--all', '--forget'],
      { profiles: ['app', 'john', 'mary'], signIns: 2, tokens: 6, secrets: 1, forgotten: true },
      [],
    ],
  ] as const;
  for (const [name, args, told, left] of cases) {
    test(name, async (context) => {
      const here = await filled(context);
      const { exitCode, value, sent, stderr } = await here.json(['logout', ...args], {
        reply: () => Promise.reject(new TypeError('offline')),
      });
      assert.deepEqual([exitCode, value, sent.length], [0, told, 0], stderr);
      assert.equal(stderr.includes('The authority was not told'), told.signIns > 0);
      assert.deepEqual(await stored(here), left);
      const again = await here.json(['logout', '--all']);
      assert.equal(again.exitCode, 0);
    });
  }

  test('after all of it no file holds a canary', async (context) => {
    const here = await filled(context);
    await here.run(['logout', '--all', '--forget']);
    const files = readdirSync(here.folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    assert.ok(files.length > 2);
    for (const file of files) {
      const bytes = readFileSync(join(file.parentPath, file.name));
      for (const canary of ['CANARY', 'refresh-']) assert.equal(bytes.includes(canary), false, file.name);
    }
  });
});

describe('what it does not do', () => {
  const cases = [
    ['without a current profile', [], {}, 3],
    ['a profile that is not there', ['--profile', 'x'], {}, 3],
    ['a profile and all', ['--profile', 'x', '--all'], {}, 2],
    ['without a key', ['--all'], { PARTNER_AUTH_KEY_FILE: '' }, 7],
  ] as const;
  for (const [name, args, variables, code] of cases) {
    test(`${name}: exit ${code}`, async (context) => {
      const { run } = home(context);
      const { exitCode, stdout } = await run(['logout', ...args], { variables });
      assert.deepEqual([exitCode, stdout], [code, '']);
    });
  }
});
