import { randomBytes } from 'node:crypto';
import { lookup } from 'node:dns/promises';
import { readFileSync, realpathSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Logger } from 'pino';
import { type Clock, systemClock } from '../base/clock.ts';
import { type ControlledClock, controlledClock } from '../base/controlled-clock.ts';
import { PartnerAuthError } from '../base/error.ts';
import { isLoopbackHost } from '../base/loopback.ts';
import { type Random, systemRandom } from '../base/random.ts';
import { entriesIn } from '../domain/index.ts';
import { fetchOf, type Handler } from '../http/message.ts';
import { nodeListener } from '../http/node.ts';
import { type Listening, listen } from '../http/server.ts';
import { clientCertificate } from '../http/tls/certificate-authority.ts';
import { ensureClientFiles, ensureTlsFiles, type TlsFiles } from '../http/tls/tls-files.ts';
import { decodeEnvironmentFile, encodeEnvironmentFile, environmentFileName } from '../protocol/environment-file.ts';
import type { SandboxControl } from '../sandbox/control/sandbox-control.ts';
import {
  controlBodyLimit,
  openWorld,
  proxyHosts,
  readSeed,
  type Seed,
  type World,
  withSampleCertificate,
} from '../sandbox/index.ts';
import { memoryStore } from '../store/memory/index.ts';
import { sqliteStore } from '../store/sqlite/index.ts';
import type { Store } from '../store/store.ts';
import { composeSandbox } from './compose.ts';
import { credentialsOf, type SandboxCredentials } from './credentials.ts';
import { ownFile, prepareDataFolder, replaceFile, sealingKeyIn } from './data-folder.ts';
import { createLog, type LogLevel } from './log.ts';
import { originsOf, otherNamesOf } from './origins.ts';
import { startProxy } from './proxy.ts';

export interface SandboxOptions {
  /** Address to listen on; default 127.0.0.1. */
  readonly host?: string;
  /** 0 takes a free one; default 8443. */
  readonly port?: number;
  /** Where keys, certificates and the record are kept. Absent: nothing is kept, everything lives in memory. */
  readonly dataFolder?: string;
  /** Keep only the certificates in the data folder; keys and record live in memory. Default false. */
  readonly ephemeral?: boolean;
  /** Text of a seed file and its name for messages. */
  readonly seed?: { readonly text: string; readonly fileName: string };
  /** `entra` (default) or `strict` (RFC 9700). */
  readonly mode?: 'entra' | 'strict';
  /** Plain HTTP instead of HTTPS; default false. */
  readonly http?: boolean;
  /** Listen on an address that other machines reach; default false. */
  readonly allowRemote?: boolean;
  /** Port of the proxy on loopback; 0 takes a free one. Absent: there is none. */
  readonly proxy?: number;
  readonly clock?: Clock;
  readonly random?: Random;
  /** Leave `environment.json` in the data folder for clients to find; default true. */
  readonly announce?: boolean;
  /** Default `warn`; lines go to stderr. */
  readonly logLevel?: LogLevel;
}

/** A sandbox that is ready. */
export interface Sandbox {
  /** The origin of everything, for example `https://localhost:8443`. */
  readonly url: string;
  /** Its tenants, applications and users, with the secrets and one-time codes of this moment. */
  credentials(): SandboxCredentials;
  /** What `/sandbox` does, as functions. */
  readonly control: SandboxControl;
  readonly tls: TlsFiles | undefined;
  /** The sample application's private key and certificate: what `client.pem` holds, where there is a data folder. */
  readonly clientPem: string;
  /** Where programs with hard-wired hosts reach it, and whose certificates they meet there. */
  readonly proxy: { readonly url: string; readonly caFile: string } | undefined;
  readonly environmentFile: string | undefined;
  /** The whole server as a function, without the socket. */
  readonly fetch: typeof fetch;
  /** Takes no new request, lets those under way finish, closes the store. */
  close(): Promise<void>;
}

interface Parts {
  readonly clock: ControlledClock;
  readonly random: Random;
  readonly certificates: TlsFiles | undefined;
  readonly clientPem: string;
  readonly clientPemFile: string | undefined;
  readonly world: World;
  readonly store: Store;
  readonly sealingKey: Uint8Array;
  readonly log: Logger;
  readonly mode: 'entra' | 'strict';
}

/** Opens a sandbox's parts and listens. Throws `PartnerAuthError` (`configuration`), `SeedError`, or the port's error. */
export async function startSandbox(given: SandboxOptions = {}): Promise<Sandbox> {
  const options = await settled(given);
  const { dataFolder, http = false } = options;
  if (dataFolder === undefined && (!http || options.proxy !== undefined)) {
    throw new PartnerAuthError(
      'configuration',
      'HTTPS needs a data folder for its certificates. Name one, or use HTTP without the proxy.',
    );
  }
  const parts = await openParts(options);
  try {
    return await serve(parts, options);
  } catch (cause) {
    await parts.store.close();
    throw cause;
  }
}

async function serve(parts: Parts, options: SandboxOptions): Promise<Sandbox> {
  const { host = '127.0.0.1', dataFolder, http = false } = options;
  const { certificates } = parts;
  const tls = http ? undefined : certificates;
  // The origin is known once the port is; until then every request is told that nothing is here yet.
  let handler: Handler = starting;
  const listener = nodeListener(
    (request) => handler(request),
    (cause) => parts.log.error({ reason: String(cause) }, 'a request failed'),
    controlBodyLimit,
  );
  const listening = await listen(listener, {
    host,
    port: options.port ?? 8443,
    ...(tls ? { tls: { key: tls.keyPem, cert: tls.certificatePem } } : {}),
  });
  const opened = [listening];
  try {
    const origins = originsOf({ scheme: tls ? 'https' : 'http', host, port: listening.port });
    const composed = await composeSandbox({ ...parts, origins });
    handler = composed.handler;
    const proxy = await startProxy(options.proxy, { played: composed.played, tls: certificates, log: parts.log });
    if (proxy) opened.push(proxy.listening);
    const url = origins[0] ?? '';
    const announced = options.announce === false ? undefined : dataFolder;
    const environmentFile = announced === undefined ? undefined : leaveWord(announced, url, { tls, mode: parts.mode });
    return {
      url,
      credentials: () => credentialsOf(parts, parts.world.revealed()),
      control: composed.control,
      tls,
      clientPem: parts.clientPem,
      proxy,
      environmentFile,
      fetch: fetchOf(handler, controlBodyLimit) as typeof fetch,
      close: async () => {
        takeBackWord(environmentFile, url);
        await stop(opened, composed.stop, parts.store);
      },
    };
  } catch (cause) {
    await Promise.all(opened.map((one) => one.drain(0)));
    throw cause;
  }
}

/** An address that can be listened on, and a folder that is ready, under its own absolute name: other programs read it. */
async function settled(given: SandboxOptions): Promise<SandboxOptions> {
  const host = (given.host ?? '127.0.0.1').replace(/^\[(.*)\]$/, '$1');
  requireLoopback(host, given.allowRemote ?? false);
  await requireResolvable(host);
  if (given.dataFolder === undefined) return { ...given, host };
  prepareDataFolder(given.dataFolder);
  return { ...given, host, dataFolder: realpathSync(given.dataFolder) };
}

/** Before anything is made for the host: a certificate authority for a name that is none would ask for trust in vain. */
async function requireResolvable(host: string): Promise<void> {
  try {
    await lookup(host);
  } catch (cause) {
    throw new PartnerAuthError('configuration', `The host ${host} is no address of this machine. Check --host.`, {
      cause,
    });
  }
}

/** A sandbox without a socket, in this process's memory: the server as a function. */
export async function inProcessSandbox(
  options: Omit<SandboxOptions, 'host' | 'port' | 'dataFolder' | 'http' | 'proxy'> = {},
): Promise<Sandbox> {
  const parts = await openParts(options);
  const origins = originsOf({ scheme: 'https', host: 'localhost', port: 8443 });
  const composed = await composeSandbox({ ...parts, origins });
  return {
    url: origins[0] ?? '',
    credentials: () => credentialsOf(parts, parts.world.revealed()),
    control: composed.control,
    tls: undefined,
    clientPem: parts.clientPem,
    proxy: undefined,
    environmentFile: undefined,
    fetch: fetchOf(composed.handler, controlBodyLimit) as typeof fetch,
    close: async () => {
      composed.stop();
      await parts.store.close();
    },
  };
}

async function openParts(options: SandboxOptions): Promise<Parts> {
  const { host = '127.0.0.1', dataFolder, random = systemRandom } = options;
  const stated = readSeed(options.seed?.text ?? '', options.seed?.fileName ?? 'the fixed data');
  const clock = controlledClock(options.clock ?? systemClock);
  const needsCertificates = !options.http || options.proxy !== undefined;
  const certificates = dataFolder !== undefined && needsCertificates ? await tlsFilesIn(dataFolder, host) : undefined;
  const { clientPem, clientPemFile } = certificates ?? (await clientFilesIn(dataFolder, clock));
  const kept = options.ephemeral ? undefined : dataFolder;
  const sealingKey = kept === undefined ? randomBytes(32) : sealingKeyIn(kept);
  const log = createLog(options.logLevel ?? 'warn');
  const store = kept === undefined ? memoryStore() : await storeIn(kept);
  try {
    const completed = (seed: Seed) => withSampleCertificate(seed, clientPem);
    const entries = entriesIn(store.entries, clock);
    const clearEntries = () => store.entries.clear();
    const world = await openWorld({ random, sealingKey, entries, clearEntries, completed }, stated);
    if (options.seed && world.isReplaced()) {
      log.warn(`the data folder keeps a world of its own: ${options.seed.fileName} counts after POST /sandbox/reset`);
    }
    const mode = options.mode ?? 'entra';
    return { clock, random, certificates, clientPem, clientPemFile, world, sealingKey, store, log, mode };
  } catch (cause) {
    await store.close();
    throw cause;
  }
}

/** SQLite follows links, and reads its log before its database. */
async function storeIn(folder: string): Promise<Store> {
  const [file = ''] = ['', '-wal', '-shm'].map((suffix) => ownFile(folder, `sandbox.sqlite${suffix}`));
  try {
    return await sqliteStore(file);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new PartnerAuthError('configuration', `The record ${file} cannot be used: ${why}`, { cause });
  }
}

function requireLoopback(host: string, allowRemote: boolean): void {
  if (allowRemote || isLoopbackHost(host)) return;
  throw new PartnerAuthError(
    'configuration',
    `The sandbox has public secrets and listens on loopback only; ${host} can be reached by others. Use 127.0.0.1, or --allow-remote if you are sure.`,
  );
}

/** Certificates live by the machine's clock, whatever the sandbox's own says. */
const tlsFilesIn = (folder: string, host: string): Promise<TlsFiles> =>
  ensureTlsFiles({
    directory: folder,
    now: systemClock.now(),
    hosts: [...proxyHosts, ...otherNamesOf(host)],
  });

/** Without a folder, in memory and by the sandbox's own clock. */
async function clientFilesIn(
  folder: string | undefined,
  clock: Clock,
): Promise<Pick<Parts, 'clientPem' | 'clientPemFile'>> {
  if (folder !== undefined) return ensureClientFiles({ directory: folder, now: systemClock.now() });
  const lifetime = { now: clock.now(), lifetimeDays: 730 };
  const made = await clientCertificate({ commonName: 'Partner Auth sample application', ...lifetime });
  return { clientPem: made.privateKeyPem + made.certificatePem, clientPemFile: undefined };
}

const starting: Handler = async () => ({ status: 503, headers: [['Retry-After', '1']], body: '' });

function leaveWord(
  folder: string,
  url: string,
  { tls, mode }: { tls: TlsFiles | undefined; mode: 'entra' | 'strict' },
): string {
  const file = join(folder, environmentFileName);
  replaceFile(file, encodeEnvironmentFile({ url, ...(tls ? { caFile: tls.caFile } : {}), mode }));
  return file;
}

/** A client must not be sent to a sandbox that has stopped; what another one has left since is not ours to remove. */
function takeBackWord(file: string | undefined, url: string): void {
  if (file === undefined) return;
  try {
    if (decodeEnvironmentFile(readFileSync(file, 'utf8')).url === url) rmSync(file);
  } catch {
    // Gone, or no longer readable: there is nothing of ours to take back.
  }
}

async function stop(opened: readonly Listening[], stopTimers: () => void, store: Store): Promise<void> {
  stopTimers();
  await Promise.all(opened.map((one) => one.drain()));
  await store.close();
}
