import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { createRemoteJWKSet, jwtVerify } from 'jose';
import { systemRandom } from '../../src/base/random.ts';
import { partnerAuth } from '../cli/command.ts';
import { exchangeAt, productionFolder } from '../support/served-production.ts';

/** The service as it is run, with the module of an operator in whose hands the private keys are. */

const folder = mkdtempSync(join(tmpdir(), 'partner-auth-signer-'));
const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const pem = privateKey.export({ type: 'pkcs8', format: 'pem' });
const signerModule = join(folder, 'signer.mjs');
/** While there is such a file, it signs nothing. */
const sealed = join(folder, 'sealed');
writeFileSync(
  signerModule,
  `import { createPrivateKey, createPublicKey, sign } from 'node:crypto';
import { existsSync } from 'node:fs';
export default async () => {
  const key = createPrivateKey(${JSON.stringify(pem)});
  return {
    keys: async () => [{ name: 'hsm-slot-7', publicKey: createPublicKey(key).export({ format: 'jwk' }) }],
    sign: async (name, bytes) => {
      if (existsSync(${JSON.stringify(sealed)})) throw new Error('the vault is sealed');
      return sign('sha256', bytes, key);
    },
  };
};`,
  { mode: 0o600 },
);
after(() => rmSync(folder, { recursive: true }));
const keys = { sealingKey: Buffer.alloc(32, 9).toString('base64'), signerModule };

test('row 59: tokens are signed by the module’s key, given again after a restart, and verified by the key set', async (t) => {
  const service = await productionFolder();
  t.after(() => service.remove());
  const id = systemRandom.guid();
  const first = await service.start({ keys });
  const answer = await exchangeAt(first, id);
  assert.equal(answer?.status, 200);
  const set = createRemoteJWKSet(new URL(`http://127.0.0.1:${first.port}/.well-known/jwks.json`));
  const { protectedHeader } = await jwtVerify(answer?.accessToken ?? '', set);
  first.child.kill('SIGTERM');
  assert.equal(await first.ended, 0);
  const second = await service.start({ keys });
  assert.equal((await exchangeAt(second, id))?.accessToken, answer?.accessToken);
  const listed = await partnerAuth(['keys', 'list', '--config', service.file, '--output', 'json']);
  assert.deepEqual(
    JSON.parse(listed.stdout).map(({ kid, standing }: Record<string, string>) => [kid, standing]),
    [[protectedHeader.kid, 'current']],
  );
  const turned = await partnerAuth(['keys', 'rotate', '--config', service.file]);
  assert.match(turned.stderr, /keys\.signerModule has no other key for RS256/);
  assert.doesNotMatch(first.said() + second.said() + listed.stdout + turned.stderr, /hsm-slot-7|PRIVATE KEY/);
});

test('a signer that fails is told of by readiness, until it signs again', async (t) => {
  const service = await productionFolder();
  t.after(() => service.remove());
  const node = await service.start({ keys });
  const seen = async (path: string) => (await fetch(`http://127.0.0.1:${node.port}${path}`)).status;
  const exchanged = async () => (await exchangeAt(node, systemRandom.guid()))?.status;
  assert.equal(await seen('/readyz'), 200);
  for (let round = 0; round < 2; round += 1) {
    writeFileSync(sealed, '');
    assert.equal(await seen('/readyz'), 200, 'nobody asks it for a signature that nobody needs');
    assert.deepEqual([await exchanged(), await seen('/readyz'), await seen('/livez')], [500, 503, 200]);
    rmSync(sealed);
    assert.deepEqual([await seen('/readyz'), await exchanged(), await seen('/readyz')], [200, 200, 200]);
  }
  assert.match(node.said(), /the vault is sealed/);
});

const wrong: readonly (readonly [text: string, said: RegExp])[] = [
  ['export default 7;', /signer\.mjs cannot be used: its default export is no function/],
  ['export default () => ({});', /gives has no functions keys and sign/],
  ['export default () => { throw new Error("no PIN"); };', /cannot be used: no PIN/],
  ['export default () => ({ keys: async () => [], sign() {} });', /keys\.signerModule cannot be used: it lists no key/],
  ['this is no module', /signer\.mjs cannot be used: /],
];
test('a module that is none is said before the start, by the name of its setting', async (t) => {
  const service = await productionFolder();
  t.after(() => service.remove());
  for (const [index, [text, said]] of wrong.entries()) {
    const module = join(folder, String(index), 'signer.mjs');
    mkdirSync(join(folder, String(index)));
    writeFileSync(module, text, { mode: 0o600 });
    await assert.rejects(service.start({ keys: { ...keys, signerModule: module } }), said);
  }
  await assert.rejects(
    service.start({ keys: { ...keys, signerModule: join(folder, 'none.mjs') } }),
    /cannot be read \(ENOENT\)/,
  );
  chmodSync(signerModule, 0o666);
  await assert.rejects(service.start({ keys }), /can be written by others: chmod go-w/);
  chmodSync(signerModule, 0o600);
});
