import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { JsonObject } from '../src/base/json.ts';
import type { SignIn } from '../src/client/entries.ts';
import { planToken, signInKey } from '../src/client/plan.ts';
import { boundToEntry, sealText } from '../src/client/stores/cipher.ts';
import { fileStore } from '../src/client/stores/file/index.ts';
import { databaseName } from '../src/client/stores/file/read.ts';
import { environments } from '../src/protocol/environments.ts';

/** The nth entry's key: the token of an application for Partner Center. */
export const keyNumbered = (index: number): string =>
  planToken({ set: 'ServicePrincipal', flow: 'clientCredentials' }, environments.AzureCloud, {
    applicationId: `app-${index}`,
    tenant: 'contoso.com',
    resource: 'partner-center',
  }).key;

/** What stands under each key: a token in Entra's size, good for a day. */
export function keptToken() {
  const now = Math.floor(Date.now() / 1000);
  const result = { accessToken: 'x'.repeat(1500), tokenType: 'Bearer', expires_on: now + 86_400, scopes: ['a'] };
  return { obtainedAt: now, result };
}

export function writeKeyFile(path: string): void {
  writeFileSync(path, Buffer.alloc(32, 1).toString('base64'), { mode: 0o600 });
}

/** A store as the client makes it, its entries written in one transaction in place of one each. */
export function fillStore(folder: string, keyFile: string, count: number): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  fileStore({ folder, key: { kind: 'file', path: keyFile } }).close();
  const text = JSON.stringify(keptToken());
  const bytes = Buffer.from(readFileSync(keyFile, 'utf8'), 'base64');
  const database = new DatabaseSync(join(folder, databaseName));
  const insert = database.prepare('INSERT INTO entries (key, value, version) VALUES (?, ?, ?)');
  database.exec('BEGIN');
  for (let index = 0; index < count; index++) {
    const key = keyNumbered(index);
    insert.run(key, sealText(bytes, boundToEntry(key), text), '1');
  }
  database.exec('COMMIT');
  database.close();
}

/** A user's token for Partner Center and the sign-in beside it. */
export async function addSignIn(folder: string, keyFile: string, applicationId: string): Promise<void> {
  const plan = planToken({ set: 'User', flow: 'deviceCode' }, environments.AzureCloud, {
    applicationId,
    resource: 'partner-center',
  });
  const { obtainedAt } = keptToken();
  const signIn: SignIn = {
    refreshToken: 'x'.repeat(1500),
    authority: plan.environment.authority,
    applicationId,
    tenantId: null,
    account: null,
    signedInAt: obtainedAt,
    renewedAt: obtainedAt,
  };
  const store = fileStore({ folder, key: { kind: 'file', path: keyFile } });
  await store.put(signInKey(plan), signIn as unknown as JsonObject);
  await store.put(plan.key, keptToken() as unknown as JsonObject);
  store.close();
}
