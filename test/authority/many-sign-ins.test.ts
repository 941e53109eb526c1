import assert from 'node:assert/strict';
import { availableParallelism } from 'node:os';
import { test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import type { JsonObject } from '../../src/base/json.ts';
import { systemRandom } from '../../src/base/random.ts';
import { Secret } from '../../src/base/secret.ts';
import { passwordAttemptsKey, passwordRecord } from '../../src/domain/index.ts';
import { testAuthority } from './fixture.ts';

const tenantId = 'aaaabbbb-0000-cccc-1111-dddd2222eeee';
const path = `/${tenantId}/oauth2/v2.0/token`;
const application = {
  client_id: '00001111-aaaa-2222-bbbb-3333cccc4444',
  client_secret: 'TestClientAppSecret23456',
  scope: 'https://api.partnercenter.microsoft.com/.default',
};

const record = (cost: number) =>
  passwordRecord({ random: systemRandom }, new Secret('nobody’s'), { cost, blockSize: 8, parallelization: 1 });

/** Names that begin with `slow` take long to compare; those of nobody take the work of the others. */
async function authorityWith({ slow }: { slow: number }) {
  const { context } = await testAuthority();
  const john = await context.directory.userByPrincipalName(tenantId, 'john.doe@contoso.com');
  assert.ok(john);
  const slowUser = { ...john, password: await record(slow) };
  const userByPrincipalName: typeof context.directory.userByPrincipalName = async (_, name) =>
    name.startsWith('slow') ? slowUser : undefined;
  const authority = await testAuthority(undefined, { directory: { ...context.directory, userByPrincipalName } });
  const ask = (fields: Readonly<Record<string, string>>) =>
    authority.post(path, new URLSearchParams({ ...application, ...fields }).toString());
  const signIn = async (name: string) => {
    const response = await ask({ grant_type: 'password', username: `${name}@contoso.com`, password: 'a guess' });
    const { error_codes: codes } = (await response.json()) as JsonObject & { error_codes: readonly number[] };
    return `${response.status} ${codes[0]}`;
  };
  const isCounted = async (name: string) => {
    const key = passwordAttemptsKey(tenantId, `${name}@contoso.com`);
    return (await authority.context.entries.find('passwordAttempts', key)) !== undefined;
  };
  return { ask, signIn, isCounted };
}

const names = (prefix: string, count: number) => Array.from({ length: count }, (_, index) => `${prefix}${index}`);

test('B26: a token that needs no password does not wait for the passwords of others', async () => {
  const { ask, signIn } = await authorityWith({ slow: 65_536 });
  let done = 0;
  const signIns = names('slow', 6).map((name) => signIn(name).then(() => (done += 1)));
  // As many have begun as are let.
  await setTimeout(20);
  assert.equal((await ask({ grant_type: 'client_credentials' })).status, 200);
  // A signature that is behind all of them in the thread pool comes after three.
  assert.ok(done < 2, `${done} of 6 were before it`);
  await Promise.all(signIns);
});

test('B26: of a flood of sign-ins what has no room is refused with 503, and not counted as tried', async () => {
  const { signIn, isCounted } = await authorityWith({ slow: 131_072 });
  // While the flood comes no place becomes free, on any number of cores.
  const places = Math.max(1, Math.min(4, availableParallelism()) - 1);
  const before = names('slow', 3 * places).map(signIn);
  await setTimeout(20);
  const flood = names('nobody', 1100);
  const answers = await Promise.all(flood.map(signIn));
  const refused = flood.filter((_, index) => answers[index] === '503 90024');
  assert.ok(refused.length > 0 && refused.length <= 100 + 2 * places, `${refused.length}`);
  const counted = await Promise.all(flood.map(isCounted));
  assert.deepEqual(
    flood.filter((_, index) => !counted[index]),
    refused,
  );
  assert.deepEqual(new Set([...answers, ...(await Promise.all(before))]), new Set(['400 50126', '503 90024']));
});
