import assert from 'node:assert/strict';
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { commandFile, ensureBuilt, repository } from '../support/built-command.ts';
import { cleanEnvironment, endChild, runChild } from '../support/child.ts';
import { scratchFolder } from '../support/served-sandbox.ts';

/** `npm start` as a newcomer meets it: the steps it shows, and what it prints to be pasted, pasted. */
const folder = scratchFolder();
const start = join(repository, 'tools', 'start.ts');

/** A home of its own, so that the default data folder is new too. */
function newHome(name: string) {
  const home = join(folder, name);
  mkdirSync(home);
  return { HOME: home };
}

before(ensureBuilt);

const runStart = (args: readonly string[], variables: Record<string, string>) =>
  runChild(process.execPath, [start, ...args], { cwd: repository, variables });

describe('npm start that stops after its demonstration', () => {
  const ways = [
    ['under CI', ['--port', '0'], { CI: 'true' }],
    ['with --once', ['--once', '--port', '0'], {}],
  ] as const;
  for (const [name, args, variables] of ways) {
    test(`${name}: exit 0, each step told in a line`, async () => {
      const { exitCode, stdout, stderr } = await runStart(args, { ...newHome(name), ...variables });
      assert.deepEqual([exitCode, stderr], [0, ''], stdout);
      const url = /The sandbox is ready at (\S+)/.exec(stdout)?.[1];
      const steps = stdout.split('\n').filter((line) => /^ {2}\d\. /.test(line));
      const told = [
        'client credentials for Partner Center Access App',
        'POST /v3/generatetoken, ms-requestid ',
        'the same ms-requestid again: the same token',
        `verified against ${url}/.well-known/jwks.json: issuer ${url}, tenant aaaabbbb-0000-cccc-1111-dddd2222eeee`,
      ];
      assert.equal(steps.length, told.length, stdout);
      for (const [index, words] of told.entries()) assert.ok(steps[index]?.includes(words), steps[index]);
      for (const shown of [
        'TestClientAppSecret23456',
        'PCTestPassword@123',
        'NODE_EXTRA_CA_CERTS',
        'one-time code now',
      ]) {
        assert.ok(stdout.includes(shown), shown);
      }
      assert.equal(/eyJ/.test(stdout), false, 'no token on the screen');
    });
  }

  test('an option it has not: exit 2', async () => {
    const { exitCode, stdout } = await runStart(['--prot', '0'], newHome('usage'));
    assert.deepEqual([exitCode, stdout], [2, '']);
  });
});

/** `npm start` while it serves. */
async function serving(args: readonly string[], variables: Record<string, string>) {
  const child = spawn(process.execPath, [start, '--port', '0', ...args], {
    cwd: repository,
    env: cleanEnvironment(variables),
  });
  const screen = await new Promise<string>((resolve, reject) => {
    let text = '';
    child.stdout.setEncoding('utf8').on('data', (piece: string) => {
      text += piece;
      if (text.endsWith('Press Ctrl-C to stop.\n')) resolve(text);
    });
    child.stderr.setEncoding('utf8').on('data', (piece: string) => {
      text += piece;
    });
    child.once('exit', () => reject(new Error(`npm start ended: ${text}`)));
  });
  return { child, screen };
}

/** The commands under "Try it", each with its continuation lines, without the comments. */
function commandsToPaste(screen: string): readonly string[] {
  const toPaste = screen.split('in order\n')[1]?.split('Press Ctrl-C')[0] ?? '';
  return toPaste
    .split(/(?<!\\)\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'));
}

const shells = [
  ['in the default data folder', 'home', (): readonly string[] => []],
  [
    'in a folder with a blank and a quote in its name',
    'elsewhere',
    () => ['--data-dir', join(folder, "somebody's data")],
  ],
  ['by plain HTTP', 'http', () => ['--http']],
] as const;
const missing = ['bash', 'curl'].find((program) => spawnSync(program, ['--version']).status !== 0);

for (const [name, home, args] of shells) {
  describe(`npm start ${name}: what it prints to be pasted`, { skip: missing && `${missing} is not here` }, () => {
    let child: ChildProcess;
    let screen: string;
    let variables: Record<string, string>;
    before(async () => {
      variables = newHome(home);
      ({ child, screen } = await serving(args(), variables));
    });
    after(() => endChild(child));

    /** One shell for all, as a person has; the path leads to this repository's Node. */
    const paste = (commands: readonly string[]) => {
      const built = commands.map((line) => line.replaceAll('npx partner-auth', `node '${commandFile}'`));
      const PATH = `${join(process.execPath, '..')}:${process.env.PATH}`;
      return runChild('bash', ['-s'], { cwd: folder, variables: { ...variables, PATH }, stdin: built.join('\n') });
    };

    test('every command works', async () => {
      const commands = commandsToPaste(screen);
      assert.equal(commands.filter((line) => line.includes('partner-auth ')).length, 2, screen);
      assert.equal(commands.filter((line) => line.includes('curl ')).length, 2, screen);
      const { exitCode, stdout, stderr } = await paste(commands.flatMap((line) => [line, 'echo "exit $?"']));
      assert.equal(exitCode, 0, stderr);
      assert.deepEqual(
        [...stdout.matchAll(/exit (\d+)\n/g)].map(([, code]) => code),
        commands.map(() => '0'),
        stderr,
      );
      const [token, exchanged, byCurl] = stdout
        .split(/exit \d+\n/)
        .filter((text) => text.trim() !== '')
        .map((text) => JSON.parse(text));
      assert.deepEqual(
        [token.resource, exchanged.api, byCurl.token_type],
        ['https://api.partnercenter.microsoft.com', 'v3', 'Bearer'],
      );
    });

    test('the lines that make a shell and Node trust it do', async () => {
      const exports = [...screen.matchAll(/(export (?:NODE_EXTRA_CA_CERTS|CURL_CA_BUNDLE)=.*)/g)].map(([line]) => line);
      const url = /The sandbox is ready at (\S+)/.exec(screen)?.[1] ?? '';
      assert.equal(exports.length, url.startsWith('https') ? 2 : 0, screen);
      const program = `fetch('${url}/livez').then((answer) => console.log(answer.status))`;
      const { stdout, stderr } = await paste([
        ...exports,
        `curl -sS -o /dev/null -w '%{http_code}\\n' ${url}/livez`,
        `node -e "${program}"`,
      ]);
      assert.deepEqual([stdout, stderr], ['200\n200\n', '']);
    });

    test('Ctrl-C ends it with exit 0', async () => {
      assert.equal(await endChild(child, 'SIGINT'), 0);
    });
  });
}

describe('npm start -- --proxy 0', { skip: missing && `${missing} is not here` }, () => {
  test('what it prints makes curl and Node run against the sandbox under Microsoft’s own hosts', async () => {
    const variables = newHome('somebody’s proxy');
    const { child, screen } = await serving(['--proxy', '0'], variables);
    const [, printed = ''] = screen.split('Programs with hard-wired hosts');
    const exports = [...(printed.split('\n\n')[0] ?? '').matchAll(/export .*/g)].map(([line]) => line);
    assert.equal(exports.length, process.platform === 'linux' ? 5 : 4, screen);
    const address = 'https://login.microsoftonline.com/common/v2.0/.well-known/openid-configuration';
    const program = `fetch('${address}').then(async (answer) => console.log((await answer.json()).issuer))`;
    const commands = [
      ...exports,
      `curl -sS -o /dev/null -w '%{http_code}\\n' ${address}`,
      `node -e "${program}"`,
      `curl -sS https://example.com/ || echo refused`,
      `curl -sS -o /dev/null -w '%{http_code}\\n' ${/The sandbox is ready at (\S+)/.exec(screen)?.[1]}/livez`,
    ];
    const PATH = `${join(process.execPath, '..')}:${process.env.PATH}`;
    const { stdout } = await runChild('bash', ['-s'], {
      cwd: folder,
      variables: { ...variables, PATH },
      stdin: commands.join('\n'),
    });
    assert.equal(stdout, '200\nhttps://login.microsoftonline.com/{tenantid}/v2.0\nrefused\n200\n');
    assert.equal(await endChild(child, 'SIGINT'), 0);
  });
});
