import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AuthorityContext } from '../../../src/authority/index.ts';
import { base64url, sha256 } from '../../../src/base/bytes.ts';
import { addSeconds, settableClock } from '../../../src/base/clock.ts';
import type { JsonObject } from '../../../src/base/json.ts';
import {
  type AuthorizationCode,
  authorizationCodeLifetimeSeconds,
  entriesIn,
  entryKey,
  type SignIn,
  type User,
} from '../../../src/domain/index.ts';
import { memoryStore } from '../../../src/store/memory/index.ts';
import { sqliteStore } from '../../../src/store/sqlite/index.ts';
import type { Store } from '../../../src/store/store.ts';
import { sqliteFiles } from '../../support/sqlite-file.ts';
import { start, testAuthority } from '../fixture.ts';

export const tenant = 'aaaabbbb-0000-cccc-1111-dddd2222eeee';
export const fabrikam = 'bbbbcccc-1111-dddd-2222-eeee3333ffff';
/** A tenant where the application is consented to, and which has no relationship with the partner. */
export const stranger = '40000000-0000-0000-0000-000000000001';
export const johnId = 'aaaaaaaa-0000-1111-2222-bbbbbbbbbbbb';
export const janeId = 'cccccccc-2222-3333-4444-dddddddddddd';

export const app = { client_id: '00001111-aaaa-2222-bbbb-3333cccc4444', client_secret: 'TestClientAppSecret23456' };
export const publicApp = { client_id: '11112222-bbbb-3333-cccc-4444dddd5555' };
/** A single-page application without a secret, and one that has a secret for its server. */
export const page = { client_id: '50000000-0000-0000-0000-000000000001' };
export const pageAndServer = { client_id: '50000000-0000-0000-0000-000000000002' };
/** Two APIs that call another on behalf of their users: one takes v1 tokens, one v2's. */
export const middleTier = { client_id: '50000000-0000-0000-0000-000000000003', client_secret: 'middle' };
export const middleTierV2 = { client_id: '50000000-0000-0000-0000-000000000004', client_secret: 'middle' };

export const partner = 'https://api.partner.microsoft.com';
export const partnerCenter = 'https://api.partnercenter.microsoft.com';
export const graph = 'https://graph.microsoft.com';
const pageScope = `${graph}/User.Read`;

const api = (appId: string, name: string, version: 1 | 2) => `
  - appId: ${appId}
    displayName: ${name}
    appOwnerOrganizationId: ${tenant}
    signInAudience: AzureADMultipleOrgs
    isFallbackPublicClient: ${version === 2}
    identifierUris: ['api://${name}']
    passwordCredentials: [{ secretText: middle }]
    api:
      requestedAccessTokenVersion: ${version}
      oauth2PermissionScopes: [{ id: ${appId.replace(/0$|.$/, 'a')}, value: access_as_user }]
    requiredResourceAccess:
      - resourceAppId: 00000003-0000-0000-c000-000000000000
        resourceAccess: [{ id: e1fe6dd8-ba31-4d61-89e7-88639da4683d, type: Scope }]`;

const graphId = '00000003-0000-0000-c000-000000000000';
const grant = (clientAppId: string, resourceAppId: string, scope: string, tenantId = tenant) =>
  `  - { tenantId: ${tenantId}, clientAppId: ${clientAppId}, resourceAppId: ${resourceAppId}, scope: ${scope} }`;

const seed = `
tenants:
  - { id: ${stranger}, displayName: Stranger, verifiedDomains: [stranger.onmicrosoft.com] }
users:
  - { userPrincipalName: new@contoso.com, displayName: New, passwordProfile: { password: pw, forceChangePasswordNextSignIn: true } }
  - { userPrincipalName: own@fabrikam.onmicrosoft.com, displayName: Own, passwordProfile: { password: pw } }
applications:
  - appId: ${page.client_id}
    displayName: Page
    appOwnerOrganizationId: ${tenant}
    spa: { redirectUris: ['https://page.example/signed-in', 'http://localhost:4200/'] }
  - appId: ${pageAndServer.client_id}
    displayName: Page and server
    appOwnerOrganizationId: ${tenant}
    spa: { redirectUris: ['https://other.example/'] }
    web: { redirectUris: ['https://other.example/server'] }
    passwordCredentials: [{ secretText: server }]
${api(middleTier.client_id, 'middle', 1)}
${api(middleTierV2.client_id, 'middle2', 2)}
oauth2PermissionGrants:
${grant(page.client_id, graphId, 'User.Read')}
${grant(pageAndServer.client_id, graphId, 'User.Read')}
${grant(middleTier.client_id, graphId, 'User.Read')}
${grant(middleTierV2.client_id, graphId, 'User.Read')}
${grant(middleTier.client_id, graphId, 'User.Read', fabrikam)}
${grant(middleTierV2.client_id, graphId, 'User.Read', fabrikam)}
${grant(app.client_id, middleTier.client_id, 'access_as_user', fabrikam)}
${grant(app.client_id, middleTierV2.client_id, 'access_as_user', fabrikam)}
${grant(app.client_id, middleTier.client_id, 'access_as_user')}
${grant(app.client_id, middleTierV2.client_id, 'access_as_user')}
${grant(app.client_id, '4990cffe-04e8-4e8b-808a-1175604b879f', 'user_impersonation', stranger)}
`;

export type Mode = AuthorityContext['mode'];
export type Parameters = Readonly<Record<string, string>>;

export interface Outcome {
  readonly status: number;
  readonly error: unknown;
  readonly code: number | undefined;
  readonly answer: JsonObject;
  readonly headers: Headers;
}

export const verifier = 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk';
export const challenge = { value: base64url(sha256(verifier)), method: 'S256' } as const;

export type GrantsAuthority = Awaited<ReturnType<typeof grantsAuthority>>;

/** An authority with what the grants need, on any store, and ways to what other endpoints would have left there. */
export async function grantsAuthority(mode: Mode = 'entra', store: Store = memoryStore(), now = start) {
  const clock = settableClock(now);
  const entries = entriesIn(store.entries, clock);
  const authority = await testAuthority(seed, { mode, clock, entries });
  const { directory } = authority.context;

  const ask = async (path: string, parameters: Parameters, headers?: Record<string, string>): Promise<Outcome> => {
    const response = await authority.post(path, new URLSearchParams(parameters).toString(), headers);
    const answer = (await response.json()) as JsonObject & { error_codes?: readonly number[] };
    const { status } = response;
    return { status, error: answer.error, code: answer.error_codes?.[0], answer, headers: response.headers };
  };

  return {
    ...authority,
    clock,
    store,
    entries,
    directory,
    ask,
    token: async (path: string, parameters: Parameters, headers?: Record<string, string>): Promise<JsonObject> => {
      const { status, answer } = await ask(path, parameters, headers);
      assert.equal(status, 200, JSON.stringify(answer));
      return answer;
    },
    signIn: (changes: Partial<SignIn> = {}): SignIn => signInAt(clock.now(), changes),
    changeUser: async (changes: Partial<User>, id = johnId): Promise<void> => {
      const user = await directory.userById(tenant, id);
      assert.ok(user);
      await directory.putUser({ ...user, ...changes });
    },
    /** As the authorize endpoint leaves it, for the confidential application unless the changes say otherwise. */
    addCode: async (changes: Partial<AuthorizationCode> = {}): Promise<string> => {
      const code = base64url(authority.context.random.bytes(32));
      const issued = clock.now();
      const value: AuthorizationCode = {
        signIn: signInAt(issued, { sessionId: '77777777-7777-4777-8777-777777777777' }),
        appId: app.client_id,
        tenantId: tenant,
        tenantPath: tenant,
        redirectUri: 'http://localhost:8400',
        platform: 'publicClient',
        codeChallenge: challenge,
        asked: { scope: `${partner}/user_impersonation openid profile offline_access` },
        endsAt: addSeconds(issued, authorizationCodeLifetimeSeconds),
        ...changes,
      };
      const expiresAt = addSeconds(issued, 86_400);
      assert.ok(await entries.add('authorizationCode', entryKey(code), { value, expiresAt }));
      return code;
    },
  };
}

const signInAt = (instant: Date, changes: Partial<SignIn>): SignIn => ({
  userId: johnId,
  userTenantId: tenant,
  methods: ['pwd', 'mfa'],
  authenticatedAt: instant,
  ...changes,
});

export const v2 = `/${tenant}/oauth2/v2.0/token`;
export const v1 = `/${tenant}/oauth2/token`;
export const at = (name: string, version: 'v1' | 'v2' = 'v2') =>
  `/${name}/oauth2/${version === 'v2' ? 'v2.0/' : ''}token`;

export const redemption = (code: string, changes: Parameters = {}): Parameters => ({
  grant_type: 'authorization_code',
  ...app,
  code,
  redirect_uri: 'http://localhost:8400',
  code_verifier: verifier,
  ...changes,
});

export const refreshing = (refreshToken: unknown, changes: Parameters = {}): Parameters => ({
  grant_type: 'refresh_token',
  ...app,
  refresh_token: String(refreshToken),
  ...changes,
});

export const without = (parameters: Parameters, ...names: readonly string[]): Parameters =>
  Object.fromEntries(Object.entries(parameters).filter(([name]) => !names.includes(name)));

/** What a code of a single-page redirect address is. */
export const ofPage = (client: { readonly client_id: string }, origin: string): Partial<AuthorizationCode> => ({
  appId: client.client_id,
  platform: 'spa',
  redirectUri: `${origin}/`,
  asked: { scope: `${pageScope} openid offline_access` },
});

export const summary = ({ status, error, code }: Outcome) => [status, error, code];

/** The outcomes of what was asked at once, counted. */
export function tally(outcomes: readonly Outcome[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { status, code } of outcomes) {
    const name = code === undefined ? String(status) : `${status} ${code}`;
    counts[name] = (counts[name] ?? 0) + 1;
  }
  return counts;
}

/** A test that holds on every store. */
export function onEveryStore(name: string, run: (open: () => Promise<Store>) => Promise<void>): void {
  const nextFile = sqliteFiles();
  const file = nextFile();
  test(`${name} (memory)`, async () => {
    const store = memoryStore();
    await run(async () => store);
  });
  test(`${name} (SQLite)`, async () => {
    const opened: Store[] = [];
    try {
      await run(async () => {
        await opened.at(-1)?.close();
        const store = await sqliteStore(file);
        opened.push(store);
        return store;
      });
    } finally {
      await opened.at(-1)?.close();
    }
  });
}

export const claimsOf = (token: unknown): JsonObject =>
  JSON.parse(Buffer.from(String(token).split('.')[1] ?? '', 'base64url').toString('utf8'));
