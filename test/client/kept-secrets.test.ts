import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Secret } from '../../src/base/secret.ts';
import { keptSecret, putKeptSecret, secretOwner } from '../../src/client/kept-secrets.ts';
import { memoryStore } from '../../src/index.ts';

const john = { authority: 'https://login.microsoftonline.com/', applicationId: 'AB', username: 'John@contoso.com' };

describe('row 35: a kept secret is handed out for its owner alone', () => {
  const cases = [
    ['password', {}, true],
    [
      'password',
      { authority: 'https://LOGIN.microsoftonline.com', applicationId: 'ab', username: 'john@CONTOSO.com' },
      true,
    ],
    ['password', { authority: 'https://login.chinacloudapi.cn' }, false],
    ['password', { applicationId: 'ac' }, false],
    ['password', { username: 'mary@contoso.com' }, false],
    ['password', { username: undefined }, false],
    ['clientSecret', {}, true],
    ['clientSecret', { username: 'mary@contoso.com' }, true],
    ['clientSecret', { applicationId: 'ac' }, false],
    ['clientSecret', { authority: 'https://localhost:8443' }, false],
  ] as const;
  for (const [name, asked, isTheirs] of cases) {
    test(`${name} for ${JSON.stringify(asked)}: ${isTheirs}`, async () => {
      const store = memoryStore();
      const place = { profile: 'p', name };
      await putKeptSecret(store, place, { owner: secretOwner(name, john), secret: new Secret('the secret') });
      const found = await keptSecret(store, place, secretOwner(name, { ...john, ...asked }));
      assert.equal(found?.reveal(), isTheirs ? 'the secret' : undefined);
      assert.equal(await keptSecret(store, { ...place, profile: 'q' }, secretOwner(name, john)), undefined);
    });
  }
});
