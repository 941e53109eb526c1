import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { token, tokenFinding } from '../../../../src/cli/doctor/checks/token.ts';
import type { Host } from '../../../../src/cli/doctor/hosts.ts';
import { readTokenClaims } from '../../../../src/client/token-claims.ts';
import { fileStore } from '../../../../src/index.ts';
import {
  applicationId,
  appToken,
  fakeWire,
  json,
  oauthRefusal,
  type Reply,
  tenantId,
  tokenAnswer,
  unsigned,
  userToken,
} from '../../../client/wire.ts';
import { scratch } from '../../command.ts';
import { examination, findingBy, type Given } from '../fixture.ts';

const hosts: readonly Host[] = [
  { name: 'a', proxy: undefined, route: 'direct', way: { end: 'reached', certificate: undefined } },
];
const unreached: readonly Host[] = [
  { name: 'a', proxy: undefined, route: 'direct', way: { end: 'stopped', at: 'host', code: 'ENOTFOUND' } },
];
const secret = 'CANARY-client-secret';
const application: Given = {
  hosts,
  values: { applicationId, tenant: tenantId },
  variables: { PARTNER_AUTH_CLIENT_SECRET: secret },
};
const about = `application ${applicationId}, tenant ${tenantId}.`;

const asked = async (given: Given, reply: Reply) => {
  const wire = fakeWire(reply);
  return { finding: await findingBy(token, { ...given, fetch: wire.fetch }), sent: wire.sent };
};

describe('token', () => {
  test('the application’s own', async () => {
    const { finding, sent } = await asked(application, () => tokenAnswer());
    assert.deepEqual(finding, {
      state: 'ok',
      found: `The authority gave one (clientCredentials): ${about}`,
      nextStep: undefined,
    });
    assert.equal(sent.length, 1);
  });

  test('a user’s, given', async () => {
    const { finding, sent } = await asked({ variables: { PARTNER_AUTH_ACCESS_TOKEN: userToken } }, () => json({}));
    assert.deepEqual(finding, {
      state: 'ok',
      found: `It was given: user john.doe@contoso.com, tenant ${tenantId}.`,
      nextStep: undefined,
    });
    assert.deepEqual(sent, []);
  });

  test('one that cannot be read', () => {
    assert.deepEqual(tokenFinding({ from: 'given', claims: undefined, plan: undefined }), {
      state: 'warning',
      found: 'It was given; it cannot be read, so no more can be said of it.',
      nextStep: 'A token of Partner Center’s own (generatetoken) is not to be read. Check the Entra token.',
    });
  });

  test('one that says nothing of itself', () => {
    const claims = readTokenClaims(unsigned({}));
    assert.equal(tokenFinding({ from: 'given', claims, plan: undefined }).found, 'It was given.');
  });

  test('refused, with cause and next step', async () => {
    const { finding } = await asked(application, () => oauthRefusal('invalid_client', 7000215, 401));
    assert.deepEqual(finding, {
      state: 'failed',
      found:
        'The authority refused the request: invalid_client. AADSTS7000215: It was refused. ' +
        'AADSTS7000215: The secret is wrong. Often the id of the secret was copied instead of its value. ' +
        '(Correlation id correlation-1)',
      nextStep:
        'Copy the secret’s Value when it is created, or create a new one, and pass it with --client-secret-file.',
      exitCode: 5,
    });
  });

  test('row 17: what a refusal repeats of the secret is not told', async () => {
    const { finding } = await asked(application, () =>
      oauthRefusal('invalid_client', 7000215, 401, { error_description: `AADSTS7000215: Not ${secret}.` }),
    );
    assert.equal(finding.found.includes(secret), false);
  });

  for (const [name, values] of [
    ['in the browser', { useAuthorizationCode: true }],
    ['by device code', { useDeviceAuthentication: true }],
  ] as const) {
    test(`a user ${name}, whom nobody asks: nothing opens, nothing is sent`, async () => {
      const opened: string[] = [];
      const call = { openBrowser: () => void opened.push('browser'), onDeviceCode: () => void opened.push('code') };
      const { finding, sent } = await asked({ hosts, call, values: { applicationId, ...values } }, () => json({}));
      const { state, found, exitCode } = finding;
      assert.deepEqual([state, found, exitCode], ['failed', 'Nobody is signed in, and nobody may be asked.', 4]);
      assert.deepEqual([opened, sent], [[], []]);
    });
  }

  test('what was said on the way', async () => {
    const values = { applicationId, username: 'a@contoso.com' };
    const variables = { PARTNER_AUTH_PASSWORD: 'CANARY-password' };
    const { finding } = await asked({ hosts, values, variables }, () => tokenAnswer({ access_token: userToken }));
    assert.deepEqual(finding, {
      state: 'warning',
      found:
        `The authority gave one (password): user john.doe@contoso.com, tenant ${tenantId}. ` +
        'The authority gave no refresh token: offline_access is not consented, or a policy forbids it. ' +
        'When the access token ends, the user has to sign in again.',
      nextStep: undefined,
    });
  });

  test('without credentials there is none', async () => {
    const { finding } = await asked({ hosts }, () => json({}));
    assert.deepEqual([finding.state, finding.found], ['skipped', 'needs credentials']);
  });

  const closed: readonly (readonly [name: string, given: Given, found: string])[] = [
    ['--offline', { mode: { offline: true } }, 'needs the network, and --offline leaves it alone'],
    ['without a connection', { hosts: unreached }, 'needs a connection to the authority'],
    [
      'row 28: while certificates are not verified',
      { variables: { ...application.variables, NODE_TLS_REJECT_UNAUTHORIZED: '0' } },
      'needs certificates to be verified',
    ],
  ];
  for (const [name, given, found] of closed) {
    test(`${name}: no secret is sent`, async () => {
      const { finding, sent } = await asked({ ...application, ...given }, () => tokenAnswer());
      assert.deepEqual([finding.state, finding.found, sent], ['skipped', found, []]);
    });
  }
});

describe('token, with a store', () => {
  const keyed = (context: Parameters<typeof scratch>[0]): Given => {
    const { folder, file } = scratch(context);
    const keyFile = file('store.key', Buffer.alloc(32, 7).toString('base64'));
    fileStore({ folder: join(folder, 'partner-auth'), key: { kind: 'file', path: keyFile } }).close();
    const variables = { ...application.variables, XDG_STATE_HOME: folder, PARTNER_AUTH_KEY_FILE: keyFile };
    return { ...application, variables };
  };

  test('kept, and served from it without the network', async (context) => {
    const given = keyed(context);
    const first = await asked(given, () => tokenAnswer());
    assert.deepEqual([first.sent.length, first.finding.state], [1, 'ok']);
    for (const more of [{}, { mode: { offline: true } }, { hosts: unreached }]) {
      const { finding, sent } = await asked({ ...given, ...more }, () => tokenAnswer());
      assert.deepEqual([finding.found, sent], [`It is in the token store (clientCredentials): ${about}`, []]);
    }
    const values = { ...given.values, forceRefresh: true as const };
    const anew = await asked({ ...given, values }, () => tokenAnswer());
    assert.equal(anew.sent.length, 1);
  });

  test('that does not open', async (context) => {
    const given = keyed(context);
    const variables = { ...given.variables, PARTNER_AUTH_KEY_FILE: '/nowhere' };
    const { finding, sent } = await asked({ ...given, variables }, () => tokenAnswer());
    assert.deepEqual([finding.state, finding.found, sent], ['skipped', 'needs the token store', []]);
  });
});

test('row 17: the tokens are among what no line may repeat', async () => {
  const wire = fakeWire(() => tokenAnswer({ refresh_token: 'CANARY-refresh-token' }));
  const examined = examination({ ...application, fetch: wire.fetch });
  await examined.token();
  const secrets = examined.context.secrets.map((each) => each.reveal());
  for (const each of [secret, appToken, 'CANARY-refresh-token']) assert.ok(secrets.includes(each), each);
});
