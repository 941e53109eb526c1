import { basename } from 'node:path';
import { sandboxFolder } from '../../base/folders.ts';
import { AuthError } from '../../client/errors.ts';
import type { Sandbox, SandboxOptions } from '../../server/index.ts';
import type { Command, CommandContext, CommandResult } from '../command.ts';
import type { Variables } from '../io.ts';
import { longName, type OptionValues, textValue } from '../options.ts';
import { givenFileText } from './given-file.ts';
import { whyNotListening } from './listen-failure.ts';
import { serveProduction } from './serve-production.ts';
import { welcome } from './serve-welcome.ts';
import { configOption } from './service-config.ts';
import { untilStopped } from './until-stopped.ts';

export const serve: Command = {
  description:
    'Runs a server. The sandbox is an authority that behaves like Microsoft Entra, with the token service and a small ' +
    'partner world beside it, for development and tests: its users and secrets are public. Production is the token ' +
    'service alone, by a configuration that names whose tokens it takes.',
  examples: [
    { line: 'partner-auth serve sandbox', does: 'on https://localhost:8443, with its fixed data' },
    {
      line: 'partner-auth serve sandbox --port 0 --output json',
      does: 'for a script: a free port, told in the first line',
    },
    {
      line: 'partner-auth serve sandbox --seed my-tenants.yaml --ephemeral --http',
      does: 'your own data, nothing kept',
    },
    { line: 'partner-auth serve production --config service.yaml', does: 'a node of the token service' },
    {
      line: 'partner-auth serve production --config service.yaml --check',
      does: 'only say what is wrong with its configuration',
    },
  ],
  positionals: [{ name: '<what>', values: ['sandbox', 'production'], description: 'what to run' }],
  options: {
    host: { value: 'ADDRESS', description: 'address to listen on; default 127.0.0.1' },
    port: { value: 'PORT', description: 'port to listen on; 0 takes a free one; default 8443' },
    dataDir: {
      value: 'DIR',
      description: 'where keys, certificates and the record are kept; default the state folder',
    },
    ephemeral: { description: 'keep nothing but the certificates: every start begins with the seed' },
    seed: {
      value: 'FILE',
      description: 'tenants, users and applications, YAML or JSON (schema: partner-auth/seed.schema.json)',
    },
    mode: {
      value: 'MODE',
      values: ['entra', 'strict'],
      description: 'as Entra does it (default), or by RFC 9700',
    },
    http: { description: 'plain HTTP instead of HTTPS' },
    proxy: {
      value: 'PORT',
      description:
        'also a proxy for programs with hard-wired hosts: it answers as login.microsoftonline.com and the other hosts; 0 takes a free port',
    },
    allowRemote: { description: 'allow an address that other machines reach' },
    config: configOption,
    check: { description: 'look at the configuration and its store, and run nothing' },
    output: {
      value: 'FORMAT',
      aliases: ['-o'],
      values: ['json'],
      description: 'one line on stdout when ready, for scripts',
    },
  },
  run: async (context) => {
    const [what] = context.positionals;
    if (what !== 'sandbox' && what !== 'production') {
      throw new AuthError('invalid_parameters', `serve cannot run '${what ?? ''}'.`, {
        hint: 'Give sandbox or production: partner-auth serve sandbox.',
      });
    }
    requireOptionsOf(what, context.values);
    if (what === 'sandbox') return serveSandbox(context, { command: 'partner-auth' });
    return serveProduction(context, { json: wantsJson(context.values) });
  },
};

const ofProduction: ReadonlySet<string> = new Set(['config', 'check']);
const ofBoth: ReadonlySet<string> = new Set(['output']);

/** What the other one takes does nothing here, which must not pass for having been heard. */
function requireOptionsOf(what: 'sandbox' | 'production', values: OptionValues): void {
  const foreign = Object.keys(serve.options).find(
    (name) => values[name] !== undefined && !ofBoth.has(name) && ofProduction.has(name) !== (what === 'production'),
  );
  if (foreign === undefined) return;
  throw new AuthError('invalid_parameters', `serve ${what} does not take ${longName(foreign)}.`, {
    hint: what === 'production' ? 'Its settings stand in the file of --config.' : 'It is for serve production.',
  });
}

/** As much as the sandbox reads of a seed. */
const maximumSeedBytes = 8_388_608;

export interface ServeSettings {
  /** How the command is called in what is printed to paste. */
  readonly command: string;
  /** Runs once the sandbox is ready, before the screen is printed. */
  readonly demonstrate?: (sandbox: Sandbox) => Promise<void>;
  /** Stop after the demonstration; default false. */
  readonly once?: boolean;
}

/** Starts the sandbox, says so, and serves until Ctrl-C or SIGTERM. */
export async function serveSandbox(context: CommandContext, settings: ServeSettings): Promise<CommandResult> {
  const { io, values } = context;
  const json = wantsJson(values);
  const options = sandboxOptions(values, io.variables);
  const { startSandbox } = await import('../../server/index.ts');
  const sandbox = await startSandbox({ ...options, announce: settings.once !== true }).catch((cause) => {
    throw explained(cause, options);
  });
  const stopped = untilStopped();
  if (json) io.stdout.write(`${JSON.stringify(readyEvent(sandbox))}\n`);
  await settings.demonstrate?.(sandbox);
  if (!json)
    io.stdout.write(
      welcome(sandbox, {
        command: settings.command,
        platform: process.platform,
        defaultFolder: sandboxFolder(io.variables),
      }),
    );
  if (!json) io.stdout.write(settings.once ? 'Stopping after the demonstration.\n' : 'Press Ctrl-C to stop.\n');
  if (!settings.once) await stopped.promise;
  stopped.forget();
  await sandbox.close();
  return { printed: true };
}

function wantsJson(values: OptionValues): boolean {
  const output = textValue(values, 'output')?.toLowerCase();
  if (output === undefined || output === 'json') return output === 'json';
  throw new AuthError(
    'invalid_parameters',
    `serve prints json or, without --output, a screen for people; not '${output}'.`,
  );
}

/** The first line on stdout with `--output json` (contract section 5). */
const readyEvent = ({ url, tls, proxy, environmentFile }: Sandbox): object => ({
  event: 'ready',
  url,
  caFile: tls?.caFile ?? proxy?.caFile,
  environmentFile,
  proxyUrl: proxy?.url,
});

function sandboxOptions(values: OptionValues, variables: Variables): SandboxOptions {
  const http = values.http === true;
  const ephemeral = values.ephemeral === true;
  const seedFile = textValue(values, 'seed');
  const port = portOf('--port', textValue(values, 'port') ?? '8443');
  const proxy = proxyPortOf(textValue(values, 'proxy'), port);
  return {
    host: textValue(values, 'host') ?? '127.0.0.1',
    port,
    ...(proxy === undefined ? {} : { proxy }),
    dataFolder: textValue(values, 'dataDir') ?? sandboxFolder(variables),
    ephemeral,
    http,
    mode: modeOf(textValue(values, 'mode')),
    allowRemote: values.allowRemote === true,
    logLevel: values.debug === true ? 'debug' : values.verbose === true ? 'info' : 'warn',
    ...(seedFile === undefined
      ? {}
      : { seed: { text: givenFileText('seed file', seedFile, maximumSeedBytes), fileName: basename(seedFile) } }),
  };
}

function portOf(option: '--port' | '--proxy', text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (port >= 0 && port <= 65_535) return port;
  throw new AuthError('invalid_parameters', `${option} takes a number from 0 to 65535.`);
}

function proxyPortOf(text: string | undefined, port: number): number | undefined {
  if (text === undefined) return undefined;
  const proxy = portOf('--proxy', text);
  if (proxy === 0 || proxy !== port) return proxy;
  throw new AuthError('invalid_parameters', `--proxy and --port cannot both be ${port}. Give --proxy another, or 0.`);
}

function modeOf(text: string | undefined): 'entra' | 'strict' {
  const mode = text?.toLowerCase() ?? 'entra';
  if (mode === 'entra' || mode === 'strict') return mode;
  throw new AuthError('invalid_parameters', `--mode cannot be '${text}'. Give entra or strict.`);
}

function explained(cause: unknown, { host, port, proxy }: SandboxOptions): unknown {
  const why = whyNotListening(cause);
  if (why === undefined) return cause;
  if (cause instanceof Error && 'port' in cause && cause.port === proxy) {
    return new AuthError('configuration', `Port ${proxy} for the proxy ${why}.`, {
      cause,
      hint: 'Stop the other program, or take a free port with --proxy 0.',
    });
  }
  const [also, hint] =
    why === 'is taken'
      ? [': perhaps a sandbox runs already', 'Stop the other program, or take a free port with --port 0.']
      : ['', 'Choose another with --host and --port.'];
  return new AuthError('configuration', `Port ${port} on ${host} ${why}${also}.`, { cause, hint });
}
