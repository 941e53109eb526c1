import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { repository } from './built-command.ts';
import { childProcesses } from './system-process.ts';

/**
 * What an image holds, as the root of a process that is the first of its own PID namespace: read-only but for /data, no
 * root, no capabilities. As a container is, without an engine.
 */
export interface Confined {
  /** Starts the words there. */
  start(words: readonly string[], variables: Readonly<Record<string, string>>): ChildProcess;
  /** Ends what still runs there, and takes it away. */
  remove(): void;
}

export interface ConfinedOptions {
  /** Uid and gid. */
  readonly user: number;
  /** Files by their path, beside the package at /app. */
  readonly files: Readonly<Record<string, string>>;
}

/** Undefined where this machine permits it; the reason else. */
export function whyNotConfined(): string | undefined {
  const probe = spawnSync(
    'unshare',
    ['--mount', '--pid', '--fork', 'sh', '-c', 'mount --make-rprivate / && setpriv --version'],
    {
      encoding: 'utf8',
    },
  );
  return probe.status === 0 ? undefined : `no namespaces here: ${probe.error?.message ?? probe.stderr.trim()}`;
}

/** What of the system Node.js and a shell need. */
const system = ['usr', 'bin', 'lib', 'lib64'].filter((name) => existsSync(`/${name}`));

export function confined({ user, files }: ConfinedOptions): Confined {
  const folder = mkdtempSync(join(tmpdir(), 'partner-auth-image-'));
  const root = join(folder, 'root');
  for (const name of [...system, 'dev', 'proc', 'data', 'node', 'app/node_modules'])
    mkdirSync(join(root, name), { recursive: true });
  installPackage(join(root, 'app'), folder);
  copyFileSync(process.execPath, join(root, 'node', 'node'));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  for (const path of [folder, root]) chmodSync(path, 0o755);
  const script = [
    'set -e',
    'mount --make-rprivate /',
    'mount --bind "$1" "$1"',
    ...system.map((name) => `mount --bind -o ro /${name} "$1/${name}"`),
    'mount --rbind /dev "$1/dev"',
    'mount -t proc proc "$1/proc"',
    'mount -t tmpfs tmpfs "$1/data"',
    `chown ${user}:${user} "$1/data"`,
    'mount -o remount,bind,ro "$1"',
    'root="$1"; shift',
    `exec chroot "$root" /usr/bin/setpriv --reuid=${user} --regid=${user} --clear-groups --no-new-privs --bounding-set=-all --inh-caps=-all -- "$@"`,
  ].join('\n');
  const children: ChildProcess[] = [];
  return {
    start: (words, variables) => {
      const child = spawn('unshare', ['--mount', '--pid', '--fork', 'sh', '-c', script, 'sh', root, ...words], {
        env: { PATH: `/node:${process.env.PATH}`, ...variables },
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      children.push(child);
      return child;
    },
    remove: () => {
      // It ends with its first process, which whoever started it is not.
      for (const child of children.filter(isRunning)) process.kill(firstProcess(child), 'SIGKILL');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

const isRunning = ({ exitCode, signalCode }: ChildProcess): boolean => exitCode === null && signalCode === null;

/** The package as it is packed, with the dependencies it names and no others. */
function installPackage(target: string, scratch: string): void {
  const packing = ['pack', '--ignore-scripts', '--silent', '--pack-destination', scratch];
  const packed = spawnSync('npm', packing, { cwd: repository, encoding: 'utf8' });
  const unpacked = spawnSync('tar', [
    '-xzf',
    join(scratch, packed.stdout.trim()),
    '-C',
    target,
    '--strip-components=1',
  ]);
  if (unpacked.status !== 0) throw new Error(`npm pack: ${packed.stderr}${unpacked.stderr}`);
  const { dependencies } = JSON.parse(readFileSync(join(target, 'package.json'), 'utf8'));
  for (const name of Object.keys(dependencies)) {
    cpSync(join(repository, 'node_modules', name), join(target, 'node_modules', name), { recursive: true });
  }
}

/** The process that is the first in there, as this machine numbers it; never 0, which would be all of ours. */
export function firstProcess({ pid }: ChildProcess): number {
  const [first] = childProcesses(pid);
  if (!first) throw new Error(`process ${pid} has begun nothing`);
  return first;
}
