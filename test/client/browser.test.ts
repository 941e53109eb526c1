import assert from 'node:assert/strict';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { browserCommands, openBrowser } from '../../src/client/browser.ts';
import { hasDisplay } from '../../src/client/display.ts';
import { AuthError } from '../../src/client/errors.ts';
import { repository } from '../support/built-command.ts';
import { cleanEnvironment, runChild } from '../support/child.ts';

type Variables = Readonly<Record<string, string>>;

const displays: readonly (readonly [
  name: string,
  platform: NodeJS.Platform,
  variables: Variables,
  expected: boolean,
])[] = [
  ['macOS', 'darwin', {}, true],
  ['Windows', 'win32', {}, true],
  ['Linux without a display', 'linux', {}, false],
  ['Linux with X', 'linux', { DISPLAY: ':0' }, true],
  ['Linux with Wayland', 'linux', { WAYLAND_DISPLAY: 'wayland-0' }, true],
  ['Linux with empty variables', 'linux', { DISPLAY: '', WAYLAND_DISPLAY: '', BROWSER: '' }, false],
  ['Linux with BROWSER', 'linux', { BROWSER: 'firefox' }, true],
  ['WSL', 'linux', { WSL_DISTRO_NAME: 'Debian' }, true],
  ['WSL by its socket', 'linux', { WSL_INTEROP: '/run/WSL/8_interop' }, true],
  ['another Unix without a display', 'freebsd', {}, false],
  ['another Unix with X', 'freebsd', { DISPLAY: ':0' }, true],
  ['macOS over SSH', 'darwin', { SSH_CONNECTION: '192.0.2.1 1 192.0.2.2 22' }, false],
  ['Windows over SSH', 'win32', { SSH_CLIENT: '192.0.2.1 1 22' }, false],
  ['Linux over SSH with X forwarded', 'linux', { SSH_TTY: '/dev/pts/0', DISPLAY: 'localhost:10.0' }, false],
  ['Linux over SSH with BROWSER', 'linux', { SSH_CONNECTION: '192.0.2.1 1 192.0.2.2 22', BROWSER: 'firefox' }, false],
  ['WSL over SSH', 'linux', { SSH_CLIENT: '192.0.2.1 1 22', WSL_DISTRO_NAME: 'Debian' }, false],
  ['SSH variables that are empty', 'darwin', { SSH_CONNECTION: '', SSH_CLIENT: '', SSH_TTY: '' }, true],
];

for (const [name, platform, variables, expected] of displays) {
  test(`${name}: ${expected ? 'a' : 'no'} browser can be expected`, () => {
    assert.equal(hasDisplay(variables, platform), expected);
  });
}

const url = 'https://login.example/authorize?state=a%26b&scope=x%20y';
const commands: readonly (readonly [
  name: string,
  platform: NodeJS.Platform,
  variables: Variables,
  words: readonly (readonly string[])[],
])[] = [
  ['macOS', 'darwin', {}, [['open', url]]],
  ['Windows', 'win32', {}, [['rundll32', 'url.dll,FileProtocolHandler', url]]],
  ['Linux', 'linux', {}, [['xdg-open', url]]],
  ['another Unix', 'freebsd', { WSL_INTEROP: 'x' }, [['xdg-open', url]]],
  [
    'WSL',
    'linux',
    { WSL_DISTRO_NAME: 'Debian' },
    [
      ['wslview', url],
      ['rundll32.exe', 'url.dll,FileProtocolHandler', url],
      ['xdg-open', url],
    ],
  ],
  ['BROWSER', 'linux', { BROWSER: 'firefox' }, [['firefox', url]]],
  ['BROWSER on macOS', 'darwin', { BROWSER: '/opt/a/browser' }, [['/opt/a/browser', url]]],
  [
    'BROWSER with arguments',
    'linux',
    { BROWSER: ' firefox  --private-window ' },
    [['firefox', '--private-window', url]],
  ],
  ['BROWSER with %s', 'linux', { BROWSER: 'firefox --url %s --kiosk' }, [['firefox', '--url', url, '--kiosk']]],
  ['BROWSER with %s in a word', 'linux', { BROWSER: 'chromium --app=%s' }, [['chromium', `--app=${url}`]]],
  ['BROWSER with quotes', 'linux', { BROWSER: `'/opt/a b/browser' "a b" ''` }, [['/opt/a b/browser', 'a b', '', url]]],
  [
    'BROWSER as a list',
    'linux',
    { BROWSER: 'a:b %s -c::d' },
    [
      ['a', url],
      ['b', url, '-c'],
      ['d', url],
    ],
  ],
  [
    'BROWSER on Windows',
    'win32',
    { BROWSER: '"C:\\a b\\c.exe";d' },
    [
      ['C:\\a b\\c.exe', url],
      ['d', url],
    ],
  ],
  ['BROWSER of blanks', 'linux', { BROWSER: ' : ' }, [['xdg-open', url]]],
  [
    'what a shell would read is a word',
    'linux',
    { BROWSER: 'a;b $(c) `d` && e' },
    [['a;b', '$(c)', '`d`', '&&', 'e', url]],
  ],
];

for (const [name, platform, variables, words] of commands) {
  test(`the command: ${name}`, () => {
    const built = browserCommands(url, { variables, platform });
    assert.deepEqual(
      built.map(({ program, arguments: given }) => [program, ...given]),
      words,
    );
  });
}

describe('a browser is started', { skip: process.platform === 'win32' }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'partner-auth-browser-'));
  after(() => rmSync(folder, { recursive: true, force: true }));

  /** A program of this text; where it writes is `$0.out`. */
  const program = (name: string, text: string): string => {
    const file = join(folder, name);
    writeFileSync(file, `#!/bin/sh\n${text}\n`);
    chmodSync(file, 0o755);
    return file;
  };
  const said = (file: string) => readFileSync(`${file}.out`, 'utf8').trim().split('\n');
  const started = async (file: string) => {
    while (!existsSync(`${file}.out`)) await turn();
    return said(file);
  };
  const report = 'printf "%s\\n" "$#" "$@" > "$0.part" && mv "$0.part" "$0.out"';

  const open = (BROWSER: string, more: Variables = {}) =>
    openBrowser(url, { variables: { ...cleanEnvironment(), ...more, BROWSER }, platform: 'linux' });

  test('with the address as one argument, whatever a shell would make of it', async () => {
    const file = program('reports', report);
    const address = "https://login.example/a?x=$(touch%20no)&y=`z`;w|v'u\\t";
    await openBrowser(address, { variables: { ...cleanEnvironment(), BROWSER: file }, platform: 'linux' });
    assert.deepEqual(said(file), ['1', new URL(address).href]);
  });

  test('without the variables that may hold secrets', async () => {
    const file = program('variables', 'env > "$0.out"');
    await open(file, { PARTNER_AUTH_X: 'canary-1', AZURE_CLIENT_SECRET: 'canary-2', HTTPS_PROXY: 'http://kept' });
    assert.deepEqual(
      said(file).filter((line) => line.includes('canary') || line.startsWith('HTTPS_PROXY')),
      ['HTTPS_PROXY=http://kept'],
    );
  });

  const refuses = (message: string) => (error: unknown) => {
    assert.ok(error instanceof AuthError);
    assert.deepEqual([error.code, error.message], ['configuration', `No browser could be started (${message}).`]);
    assert.equal(
      error.hint,
      'Open the address yourself, set BROWSER to a command that opens one, or use --use-device-authentication (useDeviceAuthentication).',
    );
    return true;
  };

  test('a program that is not there is said', () =>
    assert.rejects(open('/nowhere/browser'), refuses('/nowhere/browser cannot be started: ENOENT')));

  test('what node:child_process throws instead of telling is said too', () => {
    const file = join(program('no-folder', ''), 'browser');
    return assert.rejects(open(file), refuses(`${file} cannot be started: ENOTDIR`));
  });

  test('one that ends badly at once is said', () => {
    const file = program('fails', 'exit 3');
    return assert.rejects(open(file), refuses(`${file} ended with 3`));
  });

  test('one that is killed at once is said, after the others of the list', () => {
    const file = program('killed', 'kill -9 $$');
    return assert.rejects(
      open(`/nowhere/a:${file}`),
      refuses(`/nowhere/a cannot be started: ENOENT, ${file} ended with SIGKILL`),
    );
  });

  test('the next of the list is tried, and none after one that works', async () => {
    const [fails, works, late] = [program('first', 'exit 1'), program('second', report), program('third', report)];
    await open(`${fails}:${works}:${late}`);
    assert.deepEqual(said(works), ['1', url]);
    assert.equal(existsSync(`${late}.out`), false);
  });

  test('one that runs for a second has been started', async (t) => {
    t.mock.timers.enable({ apis: ['setTimeout'] });
    const file = program('runs', 'echo $$ > "$0.part"; mv "$0.part" "$0.out"; exec sleep 30');
    const opening = open(file);
    const [pid] = await started(file);
    t.mock.timers.tick(1_000);
    await opening;
    process.kill(Number(pid), 'SIGKILL');
  });

  test('it outlives whoever started it, who does not wait for it', async () => {
    const file = program('outlives', 'echo $$ > "$0.part"; mv "$0.part" "$0.out"; exec sleep 30');
    const script = `import { openBrowser } from './src/client/browser.ts'; await openBrowser('${url}');`;
    const run = await runChild(process.execPath, ['--input-type=module', '-e', script], {
      cwd: repository,
      variables: { BROWSER: file },
    });
    const [pid] = said(file);
    assert.deepEqual(run, { exitCode: 0, stdout: '', stderr: '' });
    assert.equal(process.kill(Number(pid), 'SIGKILL'), true);
  });

  for (const address of ['file:///etc/passwd', 'javascript:alert(1)', 'ms-settings:', '--help', '']) {
    test(`never with ${address || 'nothing'}`, async () => {
      const file = program('never', report);
      const system = { variables: { ...cleanEnvironment(), BROWSER: file }, platform: 'linux' } as const;
      await assert.rejects(openBrowser(address, system), TypeError);
      assert.equal(existsSync(`${file}.out`), false);
    });
  }
});
