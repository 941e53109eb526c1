import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { after, describe, test } from 'node:test';
import type { Io } from '../../../src/cli/io.ts';
import type { Profiles } from '../../../src/cli/profiles/profile.ts';
import { profilesPath, readProfiles } from '../../../src/cli/profiles/read.ts';
import { changeProfiles } from '../../../src/cli/profiles/write.ts';
import { AuthError } from '../../../src/index.ts';
import { applicationId } from '../../client/wire.ts';
import { repository } from '../../support/built-command.ts';
import { runChild } from '../../support/child.ts';
import { scratch } from '../command.ts';
import { home } from '../home.ts';

const files = scratch({ after });
let folders = 0;

function place() {
  folders += 1;
  const root = join(files.folder, String(folders));
  const variables = { XDG_STATE_HOME: join(root, 'state'), XDG_CONFIG_HOME: join(root, 'config') };
  const warnings: string[] = [];
  const io = { variables, sleep: undefined } as unknown as Io;
  const writing = { io, warn: (warning: string) => void warnings.push(warning) };
  const path = profilesPath(variables);
  const change = (name: string) => changeProfiles(writing, (all) => added(all, name));
  return { root, variables, warnings, writing, path, change, folder: dirname(path) };
}

const added = (all: Profiles, name: string): Profiles => ({ ...all, byName: new Map([...all.byName, [name, {}]]) });

const refused = (read: () => unknown): AuthError => {
  let error: unknown;
  try {
    read();
  } catch (cause) {
    error = cause;
  }
  assert.ok(error instanceof AuthError, String(error));
  assert.equal(error.code, 'configuration');
  return error;
};

describe('row 1: the folder is 0700 and the file 0600, whatever the umask', () => {
  test('made under umask 0', async () => {
    const { path, folder, change } = place();
    const before = process.umask(0);
    try {
      await change('a');
    } finally {
      process.umask(before);
    }
    assert.deepEqual([statSync(folder).mode & 0o777, statSync(path).mode & 0o777], [0o700, 0o600]);
    assert.deepEqual(readdirSync(folder), ['profiles.json']);
  });

  test('a folder that others can read is tightened, with a word about it', async () => {
    const { folder, change, warnings } = place();
    mkdirSync(folder, { recursive: true, mode: 0o755 });
    await change('a');
    assert.equal(statSync(folder).mode & 0o777, 0o700);
    assert.deepEqual(warnings, [`${folder} could be read by others; it is now yours alone.`]);
  });
});

describe('row 2: what others could have written says nothing about where secrets go', () => {
  for (const [name, modeOf] of [
    ['the folder', (folder: string) => chmodSync(folder, 0o770)],
    ['the file', (folder: string) => chmodSync(join(folder, 'profiles.json'), 0o666)],
  ] as const) {
    test(name, async () => {
      const { folder, variables, change } = place();
      await change('a');
      modeOf(folder);
      const error = refused(() => readProfiles(variables));
      assert.ok(error.message.endsWith('can be written to by others.'), error.message);
      await assert.rejects(change('b'), AuthError);
    });
  }
});

test('row 2: nothing is written where others could replace it', async () => {
  const { folder, path, change } = place();
  mkdirSync(folder, { recursive: true });
  chmodSync(folder, 0o770);
  await assert.rejects(change('a'), AuthError);
  assert.throws(() => readFileSync(path), { code: 'ENOENT' });
});

describe('row 3: nothing planted is followed', () => {
  test('a symbolic link', async () => {
    const { folder, variables, path, change } = place();
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const target = files.file('target.json', '{"profiles":{"planted":{}}}');
    symlinkSync(target, path);
    assert.equal(
      refused(() => readProfiles(variables)).message,
      `The profiles are not used: ${path} is a symbolic link.`,
    );
    await assert.rejects(change('a'), AuthError);
    assert.equal(readFileSync(target, 'utf8'), '{"profiles":{"planted":{}}}');
  });

  test('a folder in its place', () => {
    const { variables, path } = place();
    mkdirSync(path, { recursive: true, mode: 0o700 });
    refused(() => readProfiles(variables));
  });

  test('a second name keeps the old text: the file is replaced, not written to', async () => {
    const { folder, path, change } = place();
    await change('a');
    const other = join(folder, 'other');
    linkSync(path, other);
    const before = readFileSync(other, 'utf8');
    await change('b');
    assert.equal(readFileSync(other, 'utf8'), before);
  });
});

describe('row 7: what is damaged is said in one sentence, exit 7, and never overwritten', () => {
  const texts = { 'cut short': '{"current":"a","prof', 'another program’s': '{"apiVersion":"v1"}', empty: '' };
  for (const [name, text] of Object.entries(texts)) {
    test(name, async (context) => {
      const { run, profilesFile } = home(context);
      mkdirSync(dirname(profilesFile), { recursive: true, mode: 0o700 });
      writeFileSync(profilesFile, text, { mode: 0o600 });
      const secret = ['--application-id', applicationId, '--tenant', 'contoso.com', '--client-secret-file', '-'];
      for (const argv of [
        ['token', ...secret, '--resource', 'partner-center'],
        ['login', ...secret],
        ['list'],
        ['use', 'a'],
        ['profile', 'set', 'a', '--tenant', 'x'],
        ['logout', '--all'],
      ]) {
        const { exitCode, stdout, stderr, sent } = await run(argv, { stdin: 'the-app-secret' });
        assert.deepEqual([argv[0], exitCode, stdout, sent.length], [argv[0], 7, '', 0], stderr);
        assert.ok(stderr.startsWith(`error: The profiles in ${profilesFile} cannot be used: `), stderr);
      }
      assert.equal(readFileSync(profilesFile, 'utf8'), text);
    });
  }
});

describe('row 4: a kill at any moment leaves the old file or the new one', () => {
  test('a writer that is killed again and again', async () => {
    const { root, variables, path, change } = place();
    await change('first');
    const program = join(root, 'write.mts');
    const source = join(repository, 'src', 'cli', 'profiles', 'write.ts');
    writeFileSync(
      program,
      `import { changeProfiles } from ${JSON.stringify(source)};
       const io = { variables: ${JSON.stringify(variables)}, };
       let round = 0;
       for (;;) {
         round += 1;
         await changeProfiles({ io, warn: () => {} }, ({ byName }) =>
           ({ current: undefined, byName: new Map([...byName, ['p' + (round % 50), { tenant: 'x'.repeat(round % 900 + 1) }]]) }));
         if (round === 1) console.log('writing');
       }`,
    );
    for (let round = 0; round < 12; round++) {
      const child = spawn(process.execPath, [program], { stdio: ['ignore', 'pipe', 'inherit'] });
      await once(child.stdout, 'data');
      setTimeout(() => child.kill('SIGKILL'), round * 7);
      assert.deepEqual(await once(child, 'exit'), [null, 'SIGKILL']);
      assert.ok(readProfiles(variables).byName.has('first'));
    }
    assert.ok(readProfiles(variables).byName.size > 1, 'it was killed before it wrote');
    await change('last');
    assert.ok(readProfiles(variables).byName.has('last'));
    assert.equal(statSync(path).mode & 0o777, 0o600);
  });
});

test('row 14: writers at once, in processes of their own, lose none of their changes', async () => {
  const { root, variables, change } = place();
  await change('first');
  const program = join(root, 'write.mts');
  const source = join(repository, 'src', 'cli', 'profiles', 'write.ts');
  writeFileSync(
    program,
    `import { changeProfiles } from ${JSON.stringify(source)};
     const writing = { io: { variables: ${JSON.stringify(variables)} }, warn: () => {} };
     for (let round = 0; round < 25; round++)
       await changeProfiles(writing, (all) => ({ ...all, byName: new Map([...all.byName, [process.argv[2] + round, {}]]) }));`,
  );
  const writers = ['a', 'b', 'c', 'd'];
  const ended = await Promise.all(writers.map((name) => runChild(process.execPath, [program, name])));
  assert.deepEqual(
    ended.map(({ exitCode }) => exitCode),
    [0, 0, 0, 0],
    ended.map(({ stderr }) => stderr).join(''),
  );
  assert.equal(readProfiles(variables).byName.size, 1 + writers.length * 25);
});

test('what the change itself refuses leaves the file as it is', async () => {
  const { path, writing, change } = place();
  await change('a');
  const before = readFileSync(path, 'utf8');
  await assert.rejects(
    changeProfiles(writing, () => {
      throw new TypeError('no');
    }),
    TypeError,
  );
  assert.equal(readFileSync(path, 'utf8'), before);
});
