import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startSandbox } from '../../src/testing/index.ts';

/** The life of a refresh token under the sandbox's control: real tokens, and the clock, ageing and revocation of its API. */
const tokenPath = '/common/oauth2/token';
const client = {
  client_id: '00001111-aaaa-2222-bbbb-3333cccc4444',
  client_secret: 'TestClientAppSecret23456',
};
const user = 'john.doe@contoso.com';

for (const mode of ['entra', 'strict'] as const) {
  const opened = async () => {
    const sandbox = await startSandbox({ mode });
    const post = async (fields: Readonly<Record<string, string>>) => {
      const body = new URLSearchParams({ ...client, ...fields });
      const response = await sandbox.fetch(`${sandbox.url}${tokenPath}`, { method: 'POST', body });
      return (await response.json()) as { refresh_token: string; error_codes?: readonly number[] };
    };
    const control = async (method: string, path: string, body: object) => {
      const headers = { 'content-type': 'application/json' };
      const response = await sandbox.fetch(`${sandbox.url}/sandbox${path}`, {
        method,
        headers,
        body: JSON.stringify(body),
      });
      assert.equal(response.status, 200, await response.clone().text());
    };
    const { refresh_token: token } = await post({
      grant_type: 'password',
      username: user,
      password: 'PCTestPassword@123',
      resource: 'https://api.partner.microsoft.com',
      scope: 'openid',
    });
    const refresh = (refreshToken = token) => post({ grant_type: 'refresh_token', refresh_token: refreshToken });
    return { control, refresh, close: () => sandbox.close() };
  };

  test(`row 119: a clock advanced by 91 days ends an idle token with 700082, a used one lives on, ${mode}`, async () => {
    const { control, refresh, close } = await opened();
    await control('POST', '/clock/advance', { duration: 'P89D' });
    const { refresh_token: used } = await refresh();
    await control('POST', '/clock/advance', { duration: 'P89D' });
    const { refresh_token: again, error_codes: none } = await refresh(used);
    assert.equal(none, undefined);
    await control('POST', '/clock/advance', { duration: 'P91D' });
    assert.deepEqual((await refresh(again)).error_codes, [700082]);
    await close();
  });

  test(`row 119: an aged token is as dead as an old one, ${mode}`, async () => {
    const { control, refresh, close } = await opened();
    await control('POST', '/refresh-tokens/age', { user, days: 91 });
    assert.deepEqual((await refresh()).error_codes, [700082]);
    await close();
  });

  test(`row 118: a user’s tokens revoked by the control API are refused from then on, ${mode}`, async () => {
    const { control, refresh, close } = await opened();
    await control('POST', '/refresh-tokens/revoke', { user });
    assert.deepEqual((await refresh()).error_codes, [50173]);
    await close();
  });
}
