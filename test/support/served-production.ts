import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { systemClock } from '../../src/base/clock.ts';
import { entriesIn, putApplication, putTenant } from '../../src/domain/index.ts';
import { postgresStore } from '../../src/store/postgres/index.ts';
import { sqliteStore } from '../../src/store/sqlite/index.ts';
import type { Store } from '../../src/store/store.ts';
import { commandFile, ensureBuilt } from './built-command.ts';
import { cleanEnvironment } from './child.ts';
import { applicationId, type BearerChanges, type TestIssuer, tenantId, testIssuer } from './issuer.ts';
import type { KeyServer } from './key-server.ts';

/** `partner-auth serve production` as it is built and run, with an issuer of the test's in Entra's place. */
export interface ServedProduction {
  readonly child: ChildProcess;
  readonly port: number;
  /** A bearer it takes, unless a change makes it another. */
  readonly bearer: (changes?: BearerChanges) => string;
  /** Puts its clocks ahead of the machine's, and the folder's bearers with them; of one with a key server. */
  setAhead(seconds: number): Promise<void>;
  /** Its log, and whatever it said on stderr. */
  readonly said: () => string;
  /** Ends with the exit code. */
  readonly ended: Promise<number | null>;
}

export interface ProductionFolder {
  readonly file: string;
  /** Where its nodes store, unless it is in PostgreSQL. */
  readonly sqliteFile: string;
  /** Whose bearers its nodes take, unless `settings` say otherwise. */
  readonly issuer: TestIssuer;
  /** What its nodes have stored. */
  readonly openStore: () => Promise<Store>;
  /** The folder of all of it, which is removed. */
  readonly folder: string;
  /** Starts a node on it; `settings` are put over the configuration's file. */
  start(settings?: object, process?: NodeProcess): Promise<ServedProduction>;
  /** Ends what still runs, whatever became of the test. */
  remove(): void;
}

/** What is unlike other processes. */
export interface NodeProcess {
  /** Where it fetches issuers' keys; else those of the folder's issuer are at hand. Its clocks can then be put ahead. */
  readonly keyServer?: KeyServer;
  /** Modules loaded before the program. */
  readonly preloads?: readonly string[];
  readonly variables?: Readonly<Record<string, string>>;
}

/** Where the keys of the global cloud are. */
export const entraKeysAddress = 'https://login.microsoftonline.com/common/discovery/v2.0/keys';

/** A configuration with a store in which the test's partner is registered: in PostgreSQL where a URL says so, else in a file. */
export async function productionFolder(databaseUrl?: string, parent = tmpdir()): Promise<ProductionFolder> {
  ensureBuilt();
  const folder = mkdtempSync(join(parent, 'partner-auth-served-'));
  let ahead = 0;
  const issuer = testIssuer({
    now: () => new Date(Date.now() + ahead * 1000),
    issuer: 'https://login.microsoftonline.com/{tenantid}/v2.0',
  });
  const file = join(folder, 'service.yaml');
  const keySets = join(folder, 'key-sets.json');
  const sqliteFile = join(folder, 'records.sqlite');
  writeFileSync(keySets, JSON.stringify({ [entraKeysAddress]: issuer.jwks }));
  const openStore = () => (databaseUrl === undefined ? sqliteStore(sqliteFile) : postgresStore(databaseUrl));
  const store = await openStore();
  const context = { entries: entriesIn(store.entries, systemClock), clock: systemClock };
  await putTenant(context, { tenantId, state: 'enabled' });
  await putApplication(context, { tenantId, applicationId, state: 'enabled' });
  await store.close();
  const stated = {
    issuer: 'https://tokens.example.com',
    listen: { port: 0 },
    storage: databaseUrl === undefined ? { sqliteFile } : { databaseUrl },
    keys: { sealingKey: Buffer.alloc(32, 9).toString('base64') },
    trustedIssuers: [{ cloud: 'AzureCloud' }],
    limits: { perCaller: { requests: 1_000_000 }, perAddress: { requests: 1_000_000 } },
    logLevel: 'warn',
  };
  const children: ChildProcess[] = [];
  return {
    file,
    folder,
    sqliteFile,
    issuer,
    openStore,
    remove: () => {
      for (const child of children) child.kill('SIGKILL');
      rmSync(folder, { recursive: true, force: true });
    },
    async start(settings = {}, { keyServer, preloads = [], variables = {} } = {}) {
      writeFileSync(file, JSON.stringify({ ...stated, ...settings }));
      const first = join(import.meta.dirname, keyServer ? 'moved-clock.mjs' : 'key-sets.mjs');
      const imports = [first, ...preloads].flatMap((name) => ['--import', name]);
      const words = [...imports, commandFile, 'serve', 'production', '--config', file, '--output', 'json'];
      const child = spawn(process.execPath, words, {
        env: cleanEnvironment({ ...(keyServer?.variables ?? { KEY_SETS: keySets }), ...variables }),
        stdio: keyServer ? ['ignore', 'pipe', 'pipe', 'ipc'] : ['ignore', 'pipe', 'pipe'],
      });
      children.push(child);
      child.unref();
      child.channel?.unref();
      let said = '';
      child.stderr?.setEncoding('utf8').on('data', (text: string) => {
        said += text;
      });
      const ended = once(child, 'exit').then(([code]) => code as number | null);
      const lines = createInterface({ input: child.stdout as Readable });
      const [line] = await Promise.race([once(lines, 'line'), ended.then(() => [])]);
      if (typeof line !== 'string') throw new Error(`the service did not start: ${said}`);
      return {
        child,
        port: JSON.parse(line).port,
        bearer: (changes) => issuer.bearer(changes),
        setAhead: async (seconds) => {
          const set = once(child, 'message');
          child.send(seconds);
          await set;
          ahead = seconds;
        },
        said: () => said,
        ended,
      };
    },
  };
}

export interface ExchangeAnswer {
  readonly status: number;
  readonly accessToken?: string;
  readonly expiresInSeconds?: number;
  readonly retryAfter?: string;
}

/** Longer than any machine is busy. */
const answerMilliseconds = 30_000;

/** Sends one exchange; undefined when no answer came. */
export async function exchangeAt(
  { port, bearer }: Pick<ServedProduction, 'port' | 'bearer'>,
  requestId: string,
): Promise<ExchangeAnswer | undefined> {
  try {
    const response = await fetch(`http://127.0.0.1:${port}/v3/generatetoken`, {
      method: 'POST',
      headers: { authorization: `Bearer ${bearer()}`, accept: 'application/json', 'ms-requestid': requestId },
      body: new URLSearchParams({ grant_type: 'jwt_token' }),
      signal: AbortSignal.timeout(answerMilliseconds),
    });
    const body = (await response.json()) as { access_token?: string; expires_in?: number | string };
    const retryAfter = response.headers.get('retry-after');
    return {
      status: response.status,
      ...(body.access_token === undefined ? {} : { accessToken: body.access_token }),
      ...(body.expires_in === undefined ? {} : { expiresInSeconds: Number(body.expires_in) }),
      ...(retryAfter === null ? {} : { retryAfter }),
    };
  } catch {
    return undefined;
  }
}

/** The status of a path beside the API. */
export const statusAt = async ({ port }: Pick<ServedProduction, 'port'>, path: string): Promise<number> =>
  (await fetch(`http://127.0.0.1:${port}${path}`)).status;
