import assert from 'node:assert/strict';
import { test } from 'node:test';
import { base64url } from '../../../src/base/bytes.ts';
import { addSeconds, sortableInstant } from '../../../src/base/clock.ts';
import { type Random, systemRandom } from '../../../src/base/random.ts';
import { type AuthorizationCode, entryKey, familyAfterUse, successorOf } from '../../../src/domain/index.ts';
import {
  app,
  at,
  claimsOf,
  fabrikam,
  type GrantsAuthority,
  grantsAuthority,
  graph,
  johnId,
  type Mode,
  type Outcome,
  ofPage,
  onEveryStore,
  page,
  pageAndServer,
  partner,
  partnerCenter,
  publicApp,
  redemption,
  refreshing,
  stranger,
  summary,
  tally,
  tenant,
  v1,
  v2,
  without,
} from './fixture.ts';

const modes: readonly Mode[] = ['entra', 'strict'];
const authorities = { entra: await grantsAuthority('entra'), strict: await grantsAuthority('strict') };
const { entra, strict } = authorities;

const first = async (authority: GrantsAuthority, code: Partial<AuthorizationCode> = {}): Promise<string> =>
  String((await authority.token(v2, redemption(await authority.addCode(code)))).refresh_token);

const next = async (authority: GrantsAuthority, refreshToken: string): Promise<string> =>
  String((await authority.token(v2, refreshing(refreshToken))).refresh_token);

const invalidGrant = (code: number) => [400, 'invalid_grant', code];
const success = [200, undefined, undefined];

test('the fields in their order; a new refresh token, on both versions', async () => {
  const token = await first(entra);
  const answer = await entra.token(v2, refreshing(token, { client_info: '1' }));
  assert.deepEqual(Object.keys(answer), [
    'token_type',
    'scope',
    'expires_in',
    'ext_expires_in',
    'access_token',
    'refresh_token',
    'id_token',
    'client_info',
  ]);
  const old = await entra.token(v1, refreshing(token, { resource: partner }));
  for (const value of Object.values(old)) assert.equal(typeof value, 'string');
  for (const given of [answer.refresh_token, old.refresh_token]) assert.match(String(given), /^[0-9a-f]{12}[\w-]{43}$/);
  assert.equal([answer.refresh_token, old.refresh_token].includes(token), false);
});

test('the sign-in lives on: amr, its time and its session, but no nonce', async () => {
  const authority = await grantsAuthority();
  const token = await first(authority, { nonce: 'once' });
  authority.clock.advance(3600);
  const answer = await authority.token(v2, refreshing(token));
  const { auth_time: authTime, sid, nonce, iat } = claimsOf(answer.id_token);
  assert.deepEqual(
    [authTime, sid, nonce, iat],
    [1_795_251_567, '77777777-7777-4777-8777-777777777777', undefined, 1_795_251_567 + 3300],
  );
  assert.deepEqual(claimsOf(answer.access_token).amr, ['pwd', 'mfa']);
});

test('entra: one refresh token opens every resource that was consented to', async () => {
  const token = await first(entra);
  for (const [path, asked, audience] of [
    [v2, { scope: `${graph}/.default` }, graph],
    [v2, { scope: 'https://management.core.windows.net//.default' }, 'https://management.core.windows.net/'],
    [v1, { resource: partnerCenter }, partnerCenter],
  ] as const) {
    assert.equal(claimsOf((await entra.token(path, refreshing(token, asked))).access_token).aud, audience);
  }
});

test('one refresh token at several tenants, as azure-cli walks them', async () => {
  for (const mode of modes) {
    let token = await first(authorities[mode]);
    for (const [name, tid] of [
      [tenant, tenant],
      [fabrikam, fabrikam],
      ['fabrikam.onmicrosoft.com', fabrikam],
      ['organizations', tenant],
      ['common', tenant],
    ] as const) {
      const answer = await authorities[mode].token(at(name), refreshing(token));
      assert.deepEqual([claimsOf(answer.access_token).tid, claimsOf(answer.id_token).tid], [tid, tid]);
      token = String(answer.refresh_token);
    }
  }
});

const refusals: readonly (readonly [string, string, Readonly<Record<string, string>>, readonly unknown[]])[] = [
  ['no refresh token', v2, { refresh_token: '' }, [400, 'invalid_request', 900144]],
  ['text that is none', v2, { refresh_token: 'garbage' }, invalidGrant(9002313)],
  ['an unknown token', v2, { refresh_token: 'a'.repeat(43) }, invalidGrant(70000)],
  ['an unknown token at an alias', at('common'), { refresh_token: 'a'.repeat(43) }, invalidGrant(70000)],
  ['an unknown resource', v2, { scope: 'api://none/.default' }, [400, 'invalid_resource', 500011]],
  ['personal accounts', at('consumers'), {}, invalidGrant(50020)],
  ['a tenant without a relationship', at(stranger), {}, invalidGrant(50020)],
  ['a customer who did not consent', at('adventure-works.onmicrosoft.com'), {}, [400, 'unauthorized_client', 700016]],
  ['a customer whose relationship ended', at('wingtip.onmicrosoft.com'), {}, [400, 'unauthorized_client', 700016]],
];
for (const [name, path, changes, expected] of refusals) {
  for (const mode of modes) {
    test(`${name}, ${mode}: ${expected[2]}, and the token is still good`, async () => {
      const authority = authorities[mode];
      const token = await first(authority);
      assert.deepEqual(summary(await authority.ask(path, refreshing(token, changes))), expected);
      await next(authority, token);
    });
  }
}

test('a relationship that ends takes the tenant away', async () => {
  const authority = await grantsAuthority();
  const { directory, clock } = authority;
  const token = await first(authority);
  await authority.token(at(fabrikam), refreshing(token));
  const active = await directory.relationships(fabrikam, tenant);
  const end = addSeconds(clock.now(), 3600);
  directory.relationships = async () => active.map((relationship) => ({ ...relationship, endDateTime: end }));
  clock.advance(3599);
  await authority.token(at(fabrikam), refreshing(token));
  clock.advance(1);
  assert.deepEqual(summary(await authority.ask(at(fabrikam), refreshing(token))), invalidGrant(50020));
  await next(authority, token);
});

for (const mode of modes) {
  test(`row 119: bound to the client, ${mode}`, async () => {
    const authority = authorities[mode];
    const token = await first(authority);
    const other = without(refreshing(token, publicApp), 'client_secret');
    for (const path of [v2, at('organizations')]) {
      assert.deepEqual(summary(await authority.ask(path, other)), invalidGrant(700007));
    }
    await next(authority, token);
  });

  test(`row 119: never beyond consent, ${mode}`, async () => {
    const authority = authorities[mode];
    const token = await first(authority);
    const answers = [
      await authority.ask(v2, refreshing(token, { scope: `${pageAndServer.client_id}/.default` })),
      await authority.ask(v2, refreshing(token, { scope: `${graph}/Mail.Read` })),
    ];
    for (const { status } of answers) assert.equal(status, 400);
  });

  test(`row 104: consent that was taken back ends it, ${mode}`, async () => {
    const authority = await grantsAuthority(mode);
    const token = await first(authority);
    const resourceAppId = '4990cffe-04e8-4e8b-808a-1175604b879f';
    await authority.directory.removePermissionGrant({
      tenantId: tenant,
      clientAppId: app.client_id,
      resourceAppId,
      principalId: undefined,
    });
    const refused = await authority.ask(v2, refreshing(token));
    assert.deepEqual([...summary(refused), refused.answer.suberror], [...invalidGrant(65001), 'consent_required']);
  });

  test(`row 119: idle for 90 days is 700082, and after 90 more nobody remembers, ${mode}`, async () => {
    const authority = await grantsAuthority(mode);
    const token = await first(authority);
    authority.clock.advance(89 * 86_400);
    const younger = await next(authority, token);
    authority.clock.advance(89 * 86_400);
    await authority.token(v2, refreshing(younger));
    const idle = await grantsAuthority(mode);
    const left = await first(idle);
    idle.clock.advance(91 * 86_400);
    await idle.store.entries.purge(idle.clock.now(), 1000);
    const refused = await idle.ask(v2, refreshing(left));
    assert.deepEqual([...summary(refused), refused.answer.suberror], [...invalidGrant(700082), 'bad_token']);
    assert.ok(String(refused.answer.error_description).includes('issued on 2026-11-21T08:59:27.400Z'));
    idle.clock.advance(90 * 86_400);
    assert.deepEqual(summary(await idle.ask(v2, refreshing(left))), invalidGrant(70000));
  });

  test(`row 119: a page’s chain ends 24 hours after the sign-in, however often it is refreshed, ${mode}`, async () => {
    const authority = await grantsAuthority(mode);
    const headers = { origin: 'https://page.example' };
    const own = { ...page, redirect_uri: 'https://page.example/' };
    const code = await authority.addCode(ofPage(page, headers.origin));
    let answer = await authority.token(v2, without(redemption(code, own), 'client_secret'), headers);
    const ofChain = () => without(refreshing(answer.refresh_token, page), 'client_secret');
    for (let hour = 0; hour < 23; hour++) {
      authority.clock.advance(3600);
      answer = await authority.token(v2, ofChain(), headers);
    }
    assert.deepEqual(summary(await authority.ask(v2, ofChain())), [400, 'invalid_request', 9002327]);
    authority.clock.advance(3600);
    assert.deepEqual(summary(await authority.ask(v2, ofChain(), headers)), invalidGrant(700084));
  });

  onEveryStore(`row 119: revoked, restarted, replayed: still refused, ${mode}`, async (open) => {
    const before = await grantsAuthority(mode, await open());
    const token = await first(before);
    const [family] = await before.entries.list('refreshFamily', johnId);
    const revokedAt = before.clock.now();
    await before.entries.change('refreshFamily', family?.key ?? '', (value) => ({ ...value, revokedAt }));
    assert.deepEqual(summary(await before.ask(v2, refreshing(token))), invalidGrant(50173));
    for (const seconds of [0, 3600, -86_400]) {
      const after = await grantsAuthority(mode, await open(), addSeconds(revokedAt, seconds));
      assert.deepEqual(summary(await after.ask(v2, refreshing(token))), invalidGrant(50173), `${seconds}`);
    }
  });

  onEveryStore(`row 118: what one node revokes, another refuses at once, ${mode}`, async (open) => {
    const store = await open();
    const nodes = [await grantsAuthority(mode, store), await grantsAuthority(mode, store)] as const;
    const code = await nodes[0].addCode();
    const { refresh_token: token } = await nodes[0].token(v2, redemption(code));
    const other = await next(nodes[1], String(token));
    assert.deepEqual(summary(await nodes[1].ask(v2, redemption(code))), invalidGrant(54005));
    for (const node of nodes) {
      for (const dead of [String(token), other]) {
        assert.deepEqual(summary(await node.ask(v2, refreshing(dead))), invalidGrant(50173));
      }
    }
  });

  test(`a revoked token says so at any tenant, and learns nothing else of its user, ${mode}`, async () => {
    const authority = await grantsAuthority(mode);
    const token = await first(authority);
    const [family] = await authority.entries.list('refreshFamily', johnId);
    const revokedAt = authority.clock.now();
    await authority.entries.change('refreshFamily', family?.key ?? '', (value) => ({ ...value, revokedAt }));
    await authority.changeUser({ accountEnabled: false });
    for (const path of [v2, at(stranger)]) {
      assert.deepEqual(summary(await authority.ask(path, refreshing(token))), invalidGrant(50173));
    }
  });

  test(`row 118: a user’s revocation ends all of their tokens at once, and a new sign-in works, ${mode}`, async () => {
    const authority = await grantsAuthority(mode);
    const tokens = [await first(authority), await first(authority)];
    tokens.push(await next(authority, await first(authority)));
    authority.clock.advance(1);
    await authority.changeUser({ signInSessionsValidFrom: authority.clock.now() });
    for (const token of tokens) {
      assert.deepEqual(summary(await authority.ask(v2, refreshing(token))), invalidGrant(50173));
    }
    await next(authority, await first(authority));
  });
}

onEveryStore(
  'row 118: entra: 100 parallel uses of one token are 100 answers, and every token lives on',
  async (open) => {
    const authority = await grantsAuthority('entra', await open());
    const token = await first(authority);
    const outcomes = await Promise.all(Array.from({ length: 100 }, () => authority.ask(v2, refreshing(token))));
    assert.deepEqual(tally(outcomes), { 200: 100 });
    const [successor = '', ...others] = new Set(outcomes.map(used));
    assert.deepEqual(others, []);
    const tokens = [token, successor, await next(authority, successor)];
    authority.clock.advance(60);
    tokens.push(await next(authority, token));
    assert.equal(new Set(tokens).size, 4);
    authority.clock.advance(80 * 86_400);
    for (const each of tokens) await next(authority, each);
    await authority.changeUser({ signInSessionsValidFrom: authority.clock.now() });
    const after = await Promise.all(tokens.map((each) => authority.ask(v2, refreshing(each))));
    assert.deepEqual(tally(after), { '400 50173': 4 });
  },
);

const used = ({ answer }: Outcome): string => String(answer.refresh_token);

onEveryStore('row 117: strict: 100 parallel uses within the grace have one and the same successor', async (open) => {
  const authority = await grantsAuthority('strict', await open());
  const token = await first(authority);
  const outcomes = await Promise.all(Array.from({ length: 100 }, () => authority.ask(v2, refreshing(token))));
  assert.deepEqual(tally(outcomes), { 200: 100 });
  assert.equal(new Set(outcomes.map(used)).size, 1);
  assert.equal((await authority.entries.list('refreshFamily', johnId)).length, 1);
  const [outcome] = outcomes;
  assert.ok(outcome);
  await next(authority, used(outcome));
});

for (const [seconds, works] of [
  [0, true],
  [10, true],
  [10.001, false],
  [3600, false],
  [-3600, false],
] as const) {
  test(`row 117: strict: the predecessor ${seconds} s after its use: ${works ? 'taken' : 'kills the family'}`, async () => {
    const authority = await grantsAuthority('strict');
    const token = await first(authority);
    const successor = await next(authority, token);
    authority.clock.advance(seconds);
    const again = await authority.ask(v2, refreshing(token));
    const after = await authority.ask(v2, refreshing(successor));
    const expected = works ? success : invalidGrant(50173);
    assert.deepEqual([summary(again), summary(after)], [expected, expected]);
    if (works) assert.equal(used(again), successor);
  });
}

test('row 117: strict: a grandparent within the grace kills the family, all descendants with it', async () => {
  const authority = await grantsAuthority('strict');
  const tokens = [await first(authority)];
  for (let count = 0; count < 3; count++) tokens.push(await next(authority, tokens.at(-1) ?? ''));
  assert.deepEqual(summary(await authority.ask(v2, refreshing(tokens[1]))), invalidGrant(50173));
  for (const token of tokens) {
    assert.deepEqual(summary(await authority.ask(v2, refreshing(token))), invalidGrant(50173));
  }
});

test('row 117: strict: another family of the same user is not touched', async () => {
  const authority = await grantsAuthority('strict');
  const [stolen, other] = [await first(authority), await first(authority)];
  await next(authority, await next(authority, stolen));
  assert.deepEqual(summary(await authority.ask(v2, refreshing(stolen))), invalidGrant(50173));
  await next(authority, other);
});

test('row 117: strict: a refusal for another reason does not rotate', async () => {
  const authority = await grantsAuthority('strict');
  const token = await first(authority);
  await authority.ask(at(stranger), refreshing(token));
  authority.clock.advance(3600);
  await next(authority, token);
});

test('row 118: entra: a used token is still good long after', async () => {
  const authority = await grantsAuthority();
  const token = await first(authority);
  await next(authority, await next(authority, token));
  authority.clock.advance(86_400);
  await next(authority, token);
});

const named = `${graph}/User.Read ${graph}/Directory.Read.All openid offline_access`;
const widths: readonly (readonly [recorded: string, asked: string, narrower: boolean])[] = [
  [named, `${graph}/User.Read`, true],
  [named, `${graph}/User.Read openid offline_access`, true],
  [named, 'User.Read', true],
  [named, 'openid', true],
  [named, `${graph}/User.Read profile`, false],
  [named, `${graph}/.default`, false],
  [named, `${graph}/Directory.AccessAsUser.All`, false],
  [named, `${partner}/user_impersonation`, false],
  [`${graph}/.default offline_access`, `${graph}/User.Read`, true],
  [`${graph}/.default offline_access`, `${partner}/.default`, false],
];
for (const [recorded, scope, narrower] of widths) {
  test(`row 119: strict: of ${recorded} to ${scope}: ${narrower ? 'narrower' : 'wider'}`, async () => {
    const token = await first(strict, { asked: { scope: recorded } });
    const expected = narrower ? success : [400, 'invalid_scope', 70011];
    assert.deepEqual(summary(await strict.ask(v2, refreshing(token, { scope }))), expected);
    const entraToken = await first(entra, { asked: { scope: recorded } });
    assert.deepEqual(summary(await entra.ask(v2, refreshing(entraToken, { scope }))), success);
  });
}

for (const [name, changes] of [
  ['by naming the resource', { resource: graph }],
  ['by naming nothing', {}],
] as const) {
  test(`row 119: strict: the other version does not widen a token, ${name}`, async () => {
    const asked = { scope: `${graph}/User.Read offline_access` };
    const refused = await strict.ask(v1, refreshing(await first(strict, { asked }), changes));
    assert.deepEqual(summary(refused), [400, 'invalid_scope', 70011]);
    const answer = await entra.token(v1, refreshing(await first(entra, { asked }), changes));
    assert.ok(String(claimsOf(answer.access_token).scp).includes('Directory.Read.All'));
  });
}

test('strict: what v1 was given, all of a resource, v2 may ask for by name or as a whole', async () => {
  for (const scope of [`${graph}/User.Read`, `${graph}/.default`, undefined]) {
    const code = await strict.addCode({ asked: { resource: graph } });
    const { refresh_token: token } = await strict.token(v1, redemption(code));
    await strict.token(v2, refreshing(token, scope === undefined ? {} : { scope }));
  }
});

test('strict: ADAL says openid at the redemption of a v1 code, which had it without being asked', async () => {
  const code = await strict.addCode({ asked: { resource: graph } });
  const answer = await strict.token(v1, redemption(code, { resource: graph, scope: 'openid' }));
  await strict.token(v1, refreshing(answer.refresh_token, { resource: graph, scope: 'openid' }));
});

test('strict: a narrower token does not narrow the next', async () => {
  const token = await first(strict, { asked: { scope: named } });
  const answer = await strict.token(v2, refreshing(token, { scope: `${graph}/User.Read` }));
  const whole = await strict.token(v2, refreshing(answer.refresh_token));
  assert.equal(claimsOf(whole.access_token).scp, 'User.Read Directory.Read.All openid');
});

test('by password: always on v1, on v2 with offline_access; and it is refreshed', async () => {
  const john = { grant_type: 'password', ...app, username: 'john.doe@contoso.com', password: 'PCTestPassword@123' };
  const old = await entra.token(at('common', 'v1'), { ...john, resource: partner, scope: 'openid' });
  const renewed = await entra.token(at('common', 'v1'), refreshing(old.refresh_token));
  assert.deepEqual(Object.keys(renewed), Object.keys(old));
  const asked = { ...john, scope: `${partner}/.default openid` };
  assert.equal(Object.hasOwn(await entra.token(v2, asked), 'refresh_token'), false);
  const offline = await entra.token(v2, { ...asked, scope: `${asked.scope} offline_access` });
  const { amr, aud } = claimsOf((await entra.token(v2, refreshing(offline.refresh_token))).access_token);
  assert.deepEqual([amr, aud], [['pwd'], partner]);
});

onEveryStore('the store holds no token in clear, nor what one could be made from', async (open) => {
  const authority = await grantsAuthority('strict', await open());
  const tokens = [await first(authority)];
  for (let count = 0; count < 3; count++) tokens.push(await next(authority, tokens.at(-1) ?? ''));
  const kinds = ['refreshToken', 'refreshFamily', 'authorizationCode'] as const;
  const now = authority.clock.now();
  const kept = await Promise.all(kinds.map((kind) => authority.store.entries.list(kind, undefined, now)));
  const text = JSON.stringify(kept);
  for (const token of tokens) {
    assert.equal(text.includes(token), false);
    assert.equal(text.includes(entryKey(token)), true);
  }
});

test('row 126: every code and token is made of 256 bits from the context’s generator', async () => {
  const authority = await grantsAuthority('strict');
  const drawn: string[] = [];
  const random: Random = {
    ...systemRandom,
    bytes: (size) => {
      const bytes = systemRandom.bytes(size);
      if (size === 32) drawn.push(base64url(bytes));
      return bytes;
    },
  };
  Object.assign(authority.context, { random });
  const instant = sortableInstant(authority.clock.now());
  const ofGenerator = () => drawn.map((secret) => instant + secret);
  const token = await first(authority);
  assert.ok(ofGenerator().includes(token));
  const successor = await next(authority, token);
  assert.equal(successor, successorOf(token, ofGenerator().at(-1) ?? ''));
  const device = await authority.token(v2.replace('/token', '/devicecode'), { ...publicApp, scope: 'User.Read' });
  assert.equal(device.device_code, ofGenerator().at(-1));
});

test('a successor comes of the token before it and of chance: neither alone says what it is', () => {
  const successors = [successorOf('one', 'salt'), successorOf('other', 'salt'), successorOf('one', 'other salt')];
  assert.equal(new Set(successors).size, 3);
  assert.equal(successorOf('one', 'salt'), successors[0]);
});

test('a refresh token that is given is found by its digest alone, for its family', async () => {
  const authority = await grantsAuthority();
  const token = await first(authority);
  const kept = await authority.entries.find('refreshToken', entryKey(token));
  assert.deepEqual(kept?.generation, 1);
  const instant = sortableInstant(authority.clock.now());
  assert.equal(kept?.familyId.replace('-', '').slice(0, 14), `${instant}-7`, 'what was begun together lies together');
  assert.equal((await authority.entries.list('refreshToken')).length, 1);
  assert.notEqual(await authority.entries.find('refreshFamily', kept?.familyId ?? ''), undefined);
});

test('entra: a token used again and again within a minute has one successor, and is written once', async () => {
  const authority = await grantsAuthority('entra');
  const token = await first(authority);
  const kept = async () => ({
    family: (await authority.entries.list('refreshFamily', johnId))[0]?.value,
    tokens: await authority.entries.list('refreshToken'),
  });
  const successor = await next(authority, token);
  const written = await kept();
  assert.deepEqual([written.family?.generation, written.family?.rotatedAt], [2, authority.clock.now()]);
  for (const path of [v2, v1, v2.replace(tenant, fabrikam)]) {
    authority.clock.advance(19);
    assert.equal((await authority.token(path, refreshing(token))).refresh_token, successor);
  }
  assert.deepEqual(await kept(), written);
  // Another token of the family has another, made with the same salt.
  assert.notEqual(await next(authority, successor), successor);
  assert.deepEqual((await kept()).family, written.family);
  authority.clock.advance(3);
  assert.notEqual(await next(authority, token), successor);
  const later = await kept();
  assert.deepEqual([later.family?.generation, later.family?.rotatedAt], [3, authority.clock.now()]);
  assert.deepEqual([written.tokens.length, later.tokens.length], [2, 4]);
});

test('entra: a clock set back makes another successor, which lives from then', async () => {
  const authority = await grantsAuthority('entra');
  const token = await first(authority);
  const successor = await next(authority, token);
  authority.clock.advance(-60);
  assert.notEqual(await next(authority, token), successor);
});

test('a revoked family is left as it is, whatever is used of it', () => {
  const [beganAt, revokedAt, now] = [0, 1000, 2000].map((at) => new Date(at)) as [Date, Date, Date];
  const signIn = { userId: johnId, userTenantId: tenant, methods: ['pwd'], authenticatedAt: beganAt };
  const asked = { scope: 'openid' };
  const family = {
    signIn,
    appId: 'app',
    tenantId: tenant,
    asked,
    beganAt,
    generation: 1,
    rotatedAt: beganAt,
    revokedAt,
  };
  for (const graceSeconds of [undefined, 10]) {
    const token = { familyId: 'family', generation: 1, issuedAt: beganAt };
    assert.equal(familyAfterUse(family, token, { graceSeconds, now, salt: 'salt' }), family);
  }
});

test('a family lives as long as the tokens of its last minute', async () => {
  const authority = await grantsAuthority('entra');
  const token = await first(authority);
  authority.clock.advance(86_400);
  await next(authority, token);
  authority.clock.advance(59);
  const newest = await next(authority, token);
  // So long a dead token is told from one that never was.
  authority.clock.advance(180 * 86_400 - 60);
  assert.deepEqual(summary(await authority.ask(v2, refreshing(newest))), invalidGrant(700082));
});

for (const mode of modes) {
  test(`what begins is written in the one step that uses up what it came of, ${mode}`, async () => {
    const authority = await grantsAuthority(mode);
    const { add, replace } = authority.store.entries;
    const fails = async (): Promise<never> => {
      throw new Error('the disk is full');
    };
    const code = await authority.addCode();
    Object.assign(authority.store.entries, { add: fails });
    const token = String((await authority.token(v2, redemption(code))).refresh_token);
    const successor = await next(authority, token);
    // A repeat has nothing left to write but what is there.
    Object.assign(authority.store.entries, { add });
    assert.equal(await next(authority, token), successor);
    const kept = async () =>
      Promise.all([authority.entries.list('refreshFamily'), authority.entries.list('refreshToken')]);
    const before = await kept();
    const another = await authority.addCode();
    authority.clock.advance(60);
    Object.assign(authority.store.entries, { replace: fails });
    assert.equal((await authority.ask(v2, redemption(another))).status, 500);
    assert.equal((await authority.ask(v2, refreshing(successor))).status, 500);
    assert.deepEqual(await kept(), before);
    Object.assign(authority.store.entries, { replace });
    await authority.token(v2, redemption(another));
    await next(authority, successor);
  });
}
