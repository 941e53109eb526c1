import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { JsonObject } from '../../src/base/json.ts';
import { fileStore } from '../../src/client/stores/file/index.ts';
import { trustingFetch } from '../../src/index.ts';
import { commandFile } from './built-command.ts';
import { cleanEnvironment, type Ended } from './child.ts';
import { fixedApplication } from './sandbox-calls.ts';
import { type ServedSandbox, serveSandbox } from './served-sandbox.ts';

/** A user's sign-in, kept by the built command, at a served sandbox that counts what it is asked. */
export interface KeptSignIn extends AsyncDisposable {
  /** The arguments of the command that asks for the token. */
  readonly argv: readonly string[];
  readonly variables: Readonly<Record<string, string>>;
  readonly stateFolder: string;
  /** Runs the command once, to its end. */
  ask(): Promise<Ended>;
  /** Begins the command. */
  begin(more?: readonly string[]): { readonly child: ChildProcess; readonly ended: Promise<Ended> };
  /** The kept access token is over; its refresh token is as it was. */
  expire(): Promise<void>;
  /** What was asked at the token endpoint since the last call: the grant and the answer's status. */
  asked(): Promise<readonly (readonly [grant: string, status: number | undefined])[]>;
  /** At the control API. */
  control(method: string, path: string, body?: object): Promise<JsonObject>;
  /** The kept sign-in's refresh token, or undefined. */
  refreshToken(): Promise<string | undefined>;
}

const scope = 'https://api.partner.microsoft.com/user_impersonation';

/** Signs john.doe in, and lets the command keep the sign-in by asking once. `folder`: a new one. */
export async function keptSignIn(folder: string, mode: 'entra' | 'strict', keep = true): Promise<KeptSignIn> {
  mkdirSync(folder, { mode: 0o700 });
  const sandbox = await serveSandbox(join(folder, 'data'), ['--ephemeral', '--mode', mode]);
  const trusting = trustingFetch(readFileSync(sandbox.caFile, 'utf8'));
  const file = (name: string, content: string): string => {
    writeFileSync(join(folder, name), content, { mode: 0o600 });
    return join(folder, name);
  };
  const keyFile = file('key', Buffer.alloc(32, 3).toString('base64'));
  const secretFile = file('secret', fixedApplication.clientSecret);
  const refreshTokenFile = file('refresh-token', await firstRefreshToken(sandbox, trusting));
  const stateFolder = join(folder, 'state');
  const who = ['--environment', 'Sandbox', '--tenant', 'contoso.com', '--application-id', fixedApplication.clientId];
  const argv = [
    'token',
    ...who,
    '--client-secret-file',
    secretFile,
    '--refresh-token-file',
    refreshTokenFile,
    '--scopes',
    scope,
  ];
  const variables = {
    HOME: folder,
    XDG_STATE_HOME: stateFolder,
    PARTNER_AUTH_KEY_FILE: keyFile,
    PARTNER_AUTH_ENVIRONMENT_FILE: sandbox.environmentFile,
  };
  const control = async (method: string, path: string, body?: object): Promise<JsonObject> => {
    const response = await trusting(`${sandbox.url}/sandbox/${path}`, {
      method,
      headers: { 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const answer = (await response.json()) as JsonObject;
    assert.equal(response.status, 200, JSON.stringify(answer));
    return answer;
  };
  const opened = async <Value>(work: (store: ReturnType<typeof fileStore>) => Promise<Value>): Promise<Value> => {
    const store = fileStore({ folder: join(stateFolder, 'partner-auth'), key: { kind: 'file', path: keyFile } });
    try {
      return await work(store);
    } finally {
      store.close();
    }
  };
  const begin = (more: readonly string[] = []) => {
    const child = spawn(process.execPath, [commandFile, ...argv, ...more], { env: cleanEnvironment(variables) });
    return { child, ended: endOf(child) };
  };
  const kept: KeptSignIn = {
    argv,
    variables,
    stateFolder,
    begin,
    control,
    ask: () => begin().ended,
    expire: () =>
      opened(async (store) => {
        for (const key of await store.keys('["token"')) {
          const value = (await store.get(key))?.value as { obtainedAt: number; result: JsonObject };
          const past = value.obtainedAt - 7200;
          await store.put(key, { obtainedAt: past, result: { ...value.result, expires_on: past + 3600 } });
        }
      }),
    asked: async () => {
      const { requests } = await control('GET', 'requests?path=*/token');
      await control('DELETE', 'requests');
      return (requests as { form: { grant_type: string }; status?: number }[]).map(
        ({ form, status }) => [form.grant_type, status] as const,
      );
    },
    refreshToken: () =>
      opened(async (store) => {
        const [key = ''] = await store.keys('["sign-in"');
        return (await store.get(key))?.value.refreshToken as string | undefined;
      }),
    [Symbol.asyncDispose]: async () => void (await sandbox.stop()),
  };
  if (keep) {
    const { exitCode, stderr } = await kept.ask();
    assert.equal(exitCode, 0, stderr);
  }
  await kept.asked();
  return kept;
}

async function firstRefreshToken({ url }: ServedSandbox, trusting: typeof fetch): Promise<string> {
  const response = await trusting(`${url}/contoso.com/oauth2/v2.0/token`, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'password',
      client_id: fixedApplication.clientId,
      client_secret: fixedApplication.clientSecret,
      scope: `${scope} openid profile offline_access`,
      username: 'john.doe@contoso.com',
      password: 'PCTestPassword@123',
    }),
  });
  const { refresh_token } = (await response.json()) as { refresh_token?: string };
  assert.ok(refresh_token, `the sign-in failed: ${response.status}`);
  return refresh_token;
}

async function endOf(child: ChildProcess): Promise<Ended> {
  assert.ok(child.stdout && child.stderr);
  child.stdin?.end();
  const [[exitCode], stdout, stderr] = await Promise.all([
    once(child, 'close') as Promise<[number | null]>,
    text(child.stdout),
    text(child.stderr),
  ]);
  return { exitCode, stdout, stderr };
}
