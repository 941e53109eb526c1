import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { newPartnerAccessToken } from '../src/index.ts';

const loaded = (entry: string): readonly string[] => {
  const script = `
    import { registerHooks } from 'node:module';
    const urls = [];
    registerHooks({ load: (url, context, next) => { urls.push(url); return next(url, context); } });
    await import(${JSON.stringify(new URL(entry, import.meta.url).href)});
    console.log(JSON.stringify(urls));`;
  const run = spawnSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' });
  assert.equal(run.stderr, '');
  return JSON.parse(run.stdout);
};

test('the library loads nothing of the server, and of others’ code oauth4webapi and jose alone', () => {
  const urls = loaded('../src/index.ts');
  const packages = urls.flatMap((url) => /\/node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(url)?.[1] ?? []);
  const folders = urls.flatMap((url) => /\/src\/([^/]+)\//.exec(url)?.[1] ?? []);
  assert.deepEqual(
    [...new Set(packages)].filter((name) => name !== 'oauth4webapi' && name !== 'jose'),
    [],
  );
  assert.deepEqual([...new Set(folders)].sort(), ['base', 'client', 'jwt', 'protocol']);
  assert.deepEqual(
    urls.filter((url) => url === 'node:sqlite' || url.endsWith('/protocol/xml.ts')),
    [],
  );
});

test('the types admit each parameter set and no mixture', () => {
  const never = () => {
    const applicationId = 'a';
    const scopes = 's';
    const credential = { userName: 'a', password: 'p' };
    void newPartnerAccessToken({ clientId: 'a', credential, scopes, tenantId: 't' });
    void newPartnerAccessToken({ applicationId, resource: 'graph', username: 'u', password: 'p' });
    void newPartnerAccessToken({ moduleName: 'ExchangeOnline', refreshToken: 'r' });
    void newPartnerAccessToken({ refreshToken: 'r', scopes });
    void newPartnerAccessToken({ refreshToken: 'r', module: 'ExchangeOnline', credential });
    void newPartnerAccessToken({ applicationId, scopes, device: true, signal: AbortSignal.abort() });
    void newPartnerAccessToken({ accessToken: 'x', applicationId, scopes });
    // @ts-expect-error two names of one parameter
    void newPartnerAccessToken({ applicationId, clientId: 'a', credential, scopes, tenant: 't' });
    // @ts-expect-error two tokens
    void newPartnerAccessToken({ accessToken: 'x', refreshToken: 'r', applicationId, scopes });
    // @ts-expect-error a service principal without a tenant
    void newPartnerAccessToken({ applicationId, credential, scopes });
    // @ts-expect-error scopes and a resource
    void newPartnerAccessToken({ applicationId, credential, scopes, resource: 'graph', tenant: 't' });
    // @ts-expect-error a password without a user
    void newPartnerAccessToken({ applicationId, scopes, password: 'p' });
    // @ts-expect-error nothing
    void newPartnerAccessToken({});
  };
  assert.equal(typeof never, 'function');
});
