import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { optionsOf } from '../../src/cli/command.ts';
import { commands } from '../../src/cli/commands.ts';
import { commandFile, ensureBuilt, partnerAuth } from '../support/built-command.ts';
import { type ChildOptions, type Ended, runChild } from '../support/child.ts';
import { type CommandLines, watchCommandLines } from '../support/command-lines.ts';
import { type ServedSandbox, scratchFolder, serveSandbox } from '../support/served-sandbox.ts';

/** Row 16: whatever verb is given secrets in whatever way, they stand in no command line, its own or a child's. */

const folder = scratchFolder();
const at = (name: string) => join(folder, name);
const secrets = {
  clientSecret: 'TestClientAppSecret23456',
  password: 'PCTestPassword@123',
  passphrase: 'CANARY of the token store 0123456789',
  certificatePassword: 'CANARY of a certificate 0123456789',
  key: Buffer.from('CANARY of a key of 32 bytes, yes').toString('base64'),
  sealingKey: Buffer.from('CANARY of a sealing key, 32 bytes').subarray(0, 32).toString('base64'),
  /** The sandbox's own, once there is one. */
  accessToken: '',
  refreshToken: '',
};
type SecretName = keyof typeof secrets;

const identity = [
  ...['--environment', 'Sandbox', '--tenant', 'contoso.com'],
  ...['--application-id', '00001111-aaaa-2222-bbbb-3333cccc4444'],
];

interface Needs {
  readonly args: readonly string[];
  /** Behind all else. */
  readonly last?: readonly string[];
  /** It ends well with any one of the ways: what is given is used. */
  readonly takesSecrets?: true;
}

/** Each verb, with its first word where it does several things, and what it needs beside secrets. A new one has to say it here. */
const verbs: Readonly<Record<string, Needs>> = {
  token: { args: [...identity, '--resource', 'graph'], takesSecrets: true },
  exchange: { args: identity },
  'fan-out': { args: [...identity, '--tenants-file', at('tenants')] },
  decode: { args: [] },
  explain: { args: ['900421'] },
  doctor: { args: identity },
  completion: { args: ['bash'] },
  login: { args: [...identity, '--profile', 'another'] },
  logout: { args: ['--profile', 'another'] },
  status: { args: [] },
  list: { args: [] },
  use: { args: ['kept'] },
  'profile show': { args: ['kept'] },
  renew: { args: ['--profile', 'kept'] },
  exec: { args: [...identity, '--resource', 'graph'], last: ['--', 'sleep', '0.1'], takesSecrets: true },
  'serve sandbox': { args: ['--port', '0', '--data-dir', at('served'), '--output', 'json'] },
  'serve production': { args: ['--output', 'json'], takesSecrets: true },
  'registry list': { args: [], takesSecrets: true },
  'keys list': { args: [], takesSecrets: true },
};

interface Way {
  readonly name: string;
  /** The option it is about, which a verb has or has not. */
  readonly option?: string;
  readonly args?: readonly string[];
  readonly variable?: readonly [name: string, SecretName];
  readonly stdin?: SecretName;
}

const dashed = (name: string) => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
const variableOf = (name: string) => `PARTNER_AUTH_${dashed(name).replaceAll('-', '_').toUpperCase()}`;

/** A secret by its file, by standard input and by its variable; `more` is given along with it. */
function byAll(secret: SecretName, more: readonly string[] = []): readonly Way[] {
  const option = `${secret}File`;
  const given = (path: string) => [...more, `--${dashed(option)}`, path];
  return [
    { name: `${secret} in a file`, option, args: given(at(secret)) },
    { name: `${secret} on standard input`, option, args: given('-'), stdin: secret },
    { name: `${secret} in the environment`, option, args: more, variable: [variableOf(secret), secret] },
  ];
}

const client = ['--client-secret-file', at('clientSecret')];
const ways: readonly Way[] = [
  ...byAll('clientSecret'),
  ...byAll('password', [...client, '--username', 'john.doe@contoso.com']),
  ...byAll('refreshToken', client),
  ...byAll('accessToken'),
  { name: 'a profile', option: 'clientSecretFile', args: ['--profile', 'kept'] },
  { name: 'sealingKey in the configuration', option: 'config', args: ['--config', at('sealed.json')] },
  { name: 'sealingKey in a file', option: 'config', args: ['--config', at('by-file.json')] },
  {
    name: 'sealingKey in the environment',
    option: 'config',
    args: ['--config', at('by-variable.json')],
    variable: ['PARTNER_AUTH_SERVICE_KEYS_SEALING_KEY', 'sealingKey'],
  },
];
/** How the store is opened, beside the client secret in the environment. */
const openings: readonly Way[] = [
  ...byAll('passphrase'),
  { name: 'key in a file', option: 'keyFile', args: ['--key-file', at('key')] },
];

const service = {
  issuer: 'https://tokens.example.com',
  listen: { port: 0 },
  storage: { sqliteFile: at('records.sqlite') },
  trustedIssuers: [{ cloud: 'AzureCloud' }],
};

let sandbox: ServedSandbox;
const homeVariables = () => ({
  PARTNER_AUTH_ENVIRONMENT_FILE: sandbox.environmentFile,
  XDG_STATE_HOME: at('state'),
  XDG_CONFIG_HOME: at('config'),
});

interface Watched extends Ended {
  readonly lines: CommandLines;
}

async function watched(args: readonly string[], options: ChildOptions): Promise<Watched> {
  let lines: CommandLines | undefined;
  const started: ChildOptions['started'] = (child) => {
    lines = watchCommandLines(child);
    // What serves is told to end once it is ready.
    if (args[0] === 'serve') child.stdout?.once('data', () => child.kill());
  };
  const ended = await partnerAuth(args, { ...options, started });
  assert.ok(lines);
  return { ...ended, lines };
}

function assertNoSecret({ lines, stderr }: Watched, args: readonly string[]): void {
  const own = [process.execPath, commandFile, ...args].join('\0');
  assert.ok(
    [...lines.seen].some((line) => line.startsWith(own)),
    `the command was not seen: ${stderr}`,
  );
  // A token that was issued only now begins as all do.
  for (const [name, secret] of Object.entries({ ...secrets, token: 'eyJ' })) {
    const found = [...lines.seen].find((line) => line.includes(secret));
    assert.equal(found, undefined, name);
  }
}

describe('row 16: the command lines', { skip: process.platform !== 'linux' }, () => {
  before(async () => {
    ensureBuilt();
    sandbox = await serveSandbox(at('data'));
    writeFileSync(at('tenants'), 'contoso.com\n');
    const write = (name: SecretName) => writeFileSync(at(name), secrets[name], { mode: 0o600 });
    for (const name of ['clientSecret', 'password', 'passphrase', 'key', 'sealingKey'] as const) write(name);
    for (const [name, keys] of Object.entries({
      sealed: { sealingKey: secrets.sealingKey },
      'by-file': { sealingKeyFile: at('sealingKey') },
      'by-variable': {},
    })) {
      writeFileSync(at(`${name}.json`), JSON.stringify({ ...service, keys }), { mode: 0o600 });
    }
    const variables = { ...homeVariables(), PARTNER_AUTH_KEY_FILE: at('key') };
    const password = ['--username', 'john.doe@contoso.com', '--password-file', at('password')];
    const args = [...identity, ...client, ...password, '--resource', 'graph', '--output', 'json'];
    const signedIn = await partnerAuth(['token', ...args], { variables });
    ({ accessToken: secrets.accessToken, refreshToken: secrets.refreshToken } = JSON.parse(signedIn.stdout));
    for (const name of ['accessToken', 'refreshToken'] as const) write(name);
    const kept = await partnerAuth(['login', ...identity, ...client, '--profile', 'kept'], { variables });
    assert.equal(kept.exitCode, 0, kept.stderr);
  });
  after(() => sandbox.stop());

  test('are seen, those of children too', async () => {
    let lines: CommandLines | undefined;
    const started: ChildOptions['started'] = (child) => (lines = watchCommandLines(child));
    await runChild('sh', ['-c', 'sleep 0.1; true CANARY'], { started });
    assert.deepEqual([...(lines?.seen ?? [])].sort().at(0), 'sh\0-c\0sleep 0.1; true CANARY\0');
    assert.ok(lines?.seen.has('sleep\x000.1\0'));
  });

  test('there is a row for each verb', () => {
    const first = Object.keys(verbs).map((verb) => verb.split(' ')[0]);
    assert.deepEqual([...new Set(first)].sort(), Object.keys(commands).sort());
  });

  for (const [verb, { args, last = [], takesSecrets }] of Object.entries(verbs)) {
    describe(verb, async () => {
      const words = verb.split(' ');
      const options = optionsOf(await commands[words[0] ?? '']?.load());

      test('with every secret in the environment', async () => {
        const variables = Object.fromEntries(
          Object.entries(secrets).map(([name, secret]) => [variableOf(name), secret]),
        );
        const all = [...words, ...args, ...last];
        const azure = {
          AZURE_CLIENT_SECRET: secrets.clientSecret,
          AZURE_CLIENT_CERTIFICATE_PASSWORD: secrets.certificatePassword,
        };
        assertNoSecret(await watched(all, { variables: { ...homeVariables(), ...azure, ...variables } }), all);
      });

      for (const { name, option = '', args: more = [], variable, stdin } of [...ways, ...openings]) {
        if (!Object.hasOwn(options, option)) continue;
        test(name, async () => {
          const isOpening = openings.some((opening) => opening.name === name);
          const variables = {
            ...homeVariables(),
            ...(isOpening
              ? { XDG_STATE_HOME: at(`state ${option}`), PARTNER_AUTH_CLIENT_SECRET: secrets.clientSecret }
              : { PARTNER_AUTH_KEY_FILE: at('key') }),
            ...(variable && { [variable[0]]: secrets[variable[1]] }),
          };
          const all = [...words, ...args, ...more, ...last];
          const given = stdin === undefined ? {} : { stdin: secrets[stdin] };
          const result = await watched(all, { variables, ...given });
          assertNoSecret(result, all);
          if (!takesSecrets) return;
          assert.equal(result.exitCode, 0, result.stderr);
          if (last.length > 0)
            assert.ok(result.lines.seen.has(`${last.slice(1).join('\0')}\0`), 'the child was not seen');
        });
      }
    });
  }
});
