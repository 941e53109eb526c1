import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type SettableClock, settableClock } from '../base/clock.ts';
import { type Environment, sandboxEnvironment } from '../client/index.ts';
import { inProcessSandbox, type Sandbox, type SandboxOptions, startSandbox as startOnPort } from '../server/index.ts';

/**
 * The sandbox inside a test: the whole server in this process, with a clock the test sets. Published as
 * `partner-auth/testing`.
 */

export interface TestSandboxOptions {
  /** Listen on a port too (0 takes a free one), over HTTPS. Default: no port, `fetch` alone. */
  readonly port?: number;
  /** Text of a seed file, YAML or JSON. Default: the fixed data. */
  readonly seed?: string;
  /** `entra` (default) or `strict`. */
  readonly mode?: 'entra' | 'strict';
  /** Where the sandbox's clock stands at first; it moves only when told. Default: now. */
  readonly now?: Date;
}

export interface TestSandbox {
  /** The origin; without a port a name only `fetch` knows. */
  readonly url: string;
  /** The server as a function: hand it to the client, or call it. */
  readonly fetch: typeof fetch;
  /** For the client's `environment`, beside `fetch`. */
  readonly environment: Environment;
  readonly clock: SettableClock;
  /** Seed, reset, faults, received requests, sign-ins without pages: what `/sandbox` does over HTTP. */
  readonly control: Sandbox['control'];
  /** The certificate authority to trust on the port. */
  readonly caFile: string | undefined;
  /** Private key and certificate of the sample application 00001111-aaaa-2222-bbbb-3333cccc4444, PEM. */
  readonly clientPem: string;
  /** For `PARTNER_AUTH_ENVIRONMENT_FILE`, on a port. */
  readonly environmentFile: string | undefined;
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/**
 * Starts a sandbox for a test. Throws `SeedError` for a seed that is not valid.
 *
 * ```ts
 * await using sandbox = await startSandbox();
 * const { environment, fetch, clock } = sandbox;
 * const token = await newPartnerAccessToken({ …, environment, fetch, clock });
 * clock.advance(3600);
 * ```
 */
export async function startSandbox(options: TestSandboxOptions = {}): Promise<TestSandbox> {
  const clock = settableClock(options.now ?? new Date());
  const common: SandboxOptions = {
    clock,
    mode: options.mode ?? 'entra',
    ...(options.seed === undefined ? {} : { seed: { text: options.seed, fileName: 'the seed' } }),
  };
  const folder = options.port === undefined ? undefined : await mkdtemp(join(tmpdir(), 'partner-auth-'));
  const sandbox =
    folder === undefined
      ? await inProcessSandbox(common)
      : await startOnPort({ ...common, port: options.port ?? 0, dataFolder: folder, ephemeral: true });
  const close = async () => {
    await sandbox.close();
    if (folder !== undefined) await rm(folder, { recursive: true });
  };
  return {
    url: sandbox.url,
    fetch: sandbox.fetch,
    environment: sandboxEnvironment(sandbox.url, options.mode ?? 'entra'),
    clock,
    control: sandbox.control,
    caFile: sandbox.tls?.caFile,
    clientPem: sandbox.clientPem,
    environmentFile: sandbox.environmentFile,
    close,
    [Symbol.asyncDispose]: close,
  };
}
