// The sandbox's authority as it runs, with its fixed data: every check, and a store that is durable or in memory.
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createAuthority, entraIssuers } from '../../src/authority/index.ts';
import { addSeconds, systemClock } from '../../src/base/clock.ts';
import { systemRandom } from '../../src/base/random.ts';
import { directoryOf, entriesIn, entryKey, unguessable } from '../../src/domain/index.ts';
import { fetchOf } from '../../src/http/message.ts';
import { nodeListener } from '../../src/http/node.ts';
import { listen } from '../../src/http/server.ts';
import { signerOf } from '../../src/jwt/index.ts';
import { fixedSeed, sandboxData } from '../../src/sandbox/index.ts';
import { memoryStore } from '../../src/store/memory/index.ts';
import { sqliteStore } from '../../src/store/sqlite/index.ts';
import { type Material, privateKeyOf, serveFigures } from './material.ts';
import { codeChallenge, codesPerRound, redirectUri, refreshTokens, sandbox } from './token-clients.ts';

const settings: Material & { store: 'sqlite' | 'memory' } = JSON.parse(process.argv[2] ?? '');
const folder = mkdtempSync(join(tmpdir(), 'partner-auth-bench-'));
const store = settings.store === 'sqlite' ? await sqliteStore(join(folder, 'bench.sqlite')) : memoryStore();
const signer = signerOf({ kid: 'signing', algorithm: 'RS256', privateKey: privateKeyOf(settings) });
const data = await sandboxData({ random: systemRandom }, fixedSeed());
const user = data.directory.users.find(({ userPrincipalName }) => userPrincipalName === sandbox.userName);
if (!user) throw new Error('the fixed data has another user');
/** Each signs in by itself: what one user tries is tried one after the other. */
const others = Array.from({ length: sandbox.signingIn }, (_, index) => ({
  ...user,
  id: systemRandom.guid(),
  userPrincipalName: sandbox.nameOf(index),
}));
const directory = directoryOf({ ...data.directory, users: [...data.directory.users, ...others] });
const entries = entriesIn(store.entries, systemClock);

const { handler } = createAuthority({
  clock: systemClock,
  random: systemRandom,
  directory,
  entries,
  keys: { current: () => signer, find: () => signer, published: () => [] },
  mode: 'entra',
  issuers: entraIssuers,
  keysOf: () => undefined,
  log: { info() {}, warn: (message, detail) => console.error(message, detail) },
});
const { port } = await listen(
  nodeListener(handler, (cause) => console.error(cause)),
  { host: '127.0.0.1', port: 0 },
);

const tokenPath = sandbox.tokenPath.split('/');
serveFigures(port, {
  codes: () =>
    Promise.all(
      Array.from({ length: codesPerRound }, async () => {
        const code = unguessable({ clock: systemClock, random: systemRandom });
        const now = systemClock.now();
        const value = {
          signIn: { userId: user.id, userTenantId: user.tenantId, methods: ['pwd'], authenticatedAt: now },
          appId: sandbox.client.client_id,
          tenantId: user.tenantId,
          tenantPath: tokenPath[1] ?? '',
          redirectUri,
          platform: 'web' as const,
          codeChallenge: { value: codeChallenge, method: 'S256' as const },
          asked: { scope: sandbox.userScope },
          endsAt: addSeconds(now, 600),
        };
        const expiresAt = addSeconds(now, 3600);
        await entries.add('authorizationCode', entryKey(code), { value, expiresAt, owner: user.id });
        return code;
      }),
    ),
  refreshTokens: async () => {
    const request = {
      ...sandbox.client,
      grant_type: 'password',
      username: sandbox.userName,
      password: sandbox.password,
      scope: sandbox.userScope,
    };
    const ask = async () => {
      const answer = await fetchOf(handler)(`http://127.0.0.1:${port}${sandbox.tokenPath}`, {
        method: 'POST',
        body: new URLSearchParams(request),
      });
      const { refresh_token: token } = (await answer.json()) as { refresh_token: string };
      return token;
    };
    return Promise.all(Array.from({ length: refreshTokens }, ask));
  },
});
