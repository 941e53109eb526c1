import assert from 'node:assert/strict';
import { test } from 'node:test';
import { settableClock } from '../../src/base/clock.ts';
import type { JsonObject } from '../../src/base/json.ts';
import { entriesIn } from '../../src/domain/index.ts';
import { memoryStore } from '../../src/store/memory/index.ts';
import { sqliteStore } from '../../src/store/sqlite/index.ts';
import type { Store } from '../../src/store/store.ts';
import { firstForm } from '../support/page-browser.ts';
import { sqliteFiles } from '../support/sqlite-file.ts';
import { authorizePath, browserAt } from './authorize/fixture.ts';
import { start, testAuthority } from './fixture.ts';

const users = { known: 'john.doe@contoso.com', unknown: 'nobody@contoso.com' };
const right = 'PCTestPassword@123';
const database = sqliteFiles();

/** An authority that counts how many passwords it compares. */
async function counting(store: Store, now = start) {
  const clock = settableClock(now);
  const { context } = await testAuthority();
  let evaluated = 0;
  const directory: typeof context.directory = {
    ...context.directory,
    userByPrincipalName: (...name) => {
      evaluated += 1;
      return context.directory.userByPrincipalName(...name);
    },
  };
  const authority = await testAuthority(undefined, { clock, directory, entries: entriesIn(store.entries, clock) });
  const guess = async (password: string, username = users.known, path = '/contoso.com/oauth2/v2.0/token') => {
    const body = new URLSearchParams({
      grant_type: 'password',
      client_id: '11112222-bbbb-3333-cccc-4444dddd5555',
      username,
      password,
      scope: 'https://api.partner.microsoft.com/.default',
      resource: path.includes('v2.0') ? '' : 'https://api.partner.microsoft.com',
    });
    if (path.includes('v2.0')) body.delete('resource');
    const response = await authority.post(path, body.toString());
    const answer = (await response.json()) as JsonObject & { error_codes?: readonly number[] };
    return answer.error_codes?.[0] ?? response.status;
  };
  return { clock, guess, evaluated: () => evaluated, authority };
}

const wrong = Array.from({ length: 10 }, (_, index) => `wrong ${index}`);
const count = (outcomes: readonly number[], code: number) => outcomes.filter((outcome) => outcome === code).length;

const stores: readonly (readonly [string, () => Promise<Store>])[] = [
  ['memory', async () => memoryStore()],
  ['SQLite', () => sqliteStore(database())],
];

for (const [backend, open] of stores) {
  for (const [kind, username] of Object.entries(users)) {
    test(`row 108: of 100 guesses at once at an ${kind} user, the right one last, at most 10 are compared (${backend})`, async () => {
      const store = await open();
      const { guess, evaluated } = await counting(store);
      const guesses = [...Array.from({ length: 99 }, (_, index) => `guess ${index}`), right];
      const outcomes = await Promise.all(guesses.map((password) => guess(password, username)));
      assert.deepEqual([count(outcomes, 50126), count(outcomes, 50053), evaluated()], [10, 90, 10]);
      assert.equal(await guess(right, username), 50053);
      assert.equal(evaluated(), 10);
      await store.close();
    });
  }

  test(`row 108: two nodes on one store compare no more than one would (${backend})`, async () => {
    const store = await open();
    const nodes = [await counting(store), await counting(store)];
    await Promise.all(nodes.flatMap(({ guess }) => Array.from({ length: 50 }, (_, index) => guess(`guess ${index}`))));
    assert.equal(
      nodes.reduce((sum, { evaluated }) => sum + evaluated(), 0),
      10,
    );
    await store.close();
  });

  test(`100 right passwords at once are 100 tokens, and nine wrong ones before them do no harm (${backend})`, async () => {
    const store = await open();
    const { guess } = await counting(store);
    for (const password of wrong.slice(1)) assert.equal(await guess(password), 50126);
    const outcomes = await Promise.all(Array.from({ length: 100 }, () => guess(right)));
    assert.equal(count(outcomes, 200), 100);
    await store.close();
  });
}

for (const [kind, username] of Object.entries(users)) {
  for (const [backend, open] of stores) {
    test(`row 108: the page and the token endpoint count together, at an ${kind} user (${backend})`, async () => {
      const store = await open();
      const { guess, evaluated, authority } = await counting(store);
      const browser = browserAt(authority);
      await browser.open(authorizePath());
      const { url, html } = browser.shown();
      const marker = firstForm(html).hidden.marker ?? '';
      const onPage = async (password: string) => {
        const form = new URLSearchParams({ marker, username, password });
        const { origin, pathname } = new URL(url);
        const response = await authority.post(pathname, String(form), { origin, cookie: browser.cookie ?? '' });
        return Number(/AADSTS(\d+)/.exec(await response.text())?.[1] ?? response.status);
      };
      const outcomes = await Promise.all(
        Array.from({ length: 99 }, (_, index) =>
          index % 2 === 0 ? onPage(`guess ${index}`) : guess(`guess ${index}`, username),
        ),
      );
      outcomes.push(await onPage(right), await guess(right, username));
      assert.deepEqual([count(outcomes, 50126), count(outcomes, 50053), evaluated()], [10, 91, 10]);
      await store.close();
    });
  }
}

test('row 108: after a restart it is still locked', async () => {
  const file = database();
  const before = await sqliteStore(file);
  const { guess } = await counting(before);
  for (const password of wrong) await guess(password);
  await before.close();
  const after = await sqliteStore(file);
  const restarted = await counting(after);
  assert.equal(await restarted.guess(right), 50053);
  restarted.clock.advance(60);
  assert.equal(await restarted.guess(right), 200);
  await after.close();
});

for (const username of Object.values(users)) {
  test(`${username} is locked for a minute, then for twice as long after each more, at most an hour`, async () => {
    const { clock, guess } = await counting(memoryStore());
    for (const password of wrong) assert.equal(await guess(password, username), 50126);
    for (const seconds of [60, 120, 240, 480, 960, 1920, 3600, 3600]) {
      clock.advance(seconds - 0.001);
      assert.equal(await guess('wrong', username), 50053, `${seconds}`);
      clock.advance(0.001);
      assert.equal(await guess('wrong', username), 50126, `${seconds}`);
    }
  });
}

test('the right password after a lock begins the count anew', async () => {
  const { clock, guess } = await counting(memoryStore());
  for (const password of wrong) await guess(password);
  clock.advance(60);
  assert.equal(await guess(right), 200);
  for (const password of wrong.slice(1)) assert.equal(await guess(password), 50126);
  assert.equal(await guess(right), 200);
});

test('a day without a guess is forgotten', async () => {
  const { clock, guess } = await counting(memoryStore());
  for (const password of wrong.slice(1)) await guess(password);
  clock.advance(86_400 + 3600);
  assert.equal(await guess('wrong'), 50126);
  assert.equal(await guess(right), 200);
});

test('one count for every spelling of the name and for both versions; another user is not touched', async () => {
  const { guess } = await counting(memoryStore());
  const names = ['john.doe@contoso.com', 'John.Doe@Contoso.com', 'JOHN.DOE@CONTOSO.COM'];
  const paths = ['/contoso.com/oauth2/v2.0/token', '/common/oauth2/token', '/organizations/oauth2/v2.0/token'];
  for (const [index, password] of wrong.entries()) {
    assert.equal(await guess(password, names[index % 3], paths[index % 3]), 50126);
  }
  assert.equal(await guess(right), 50053);
  assert.equal(await guess('PCTestPassword@321', 'mary.major@contoso.com'), 200);
});
