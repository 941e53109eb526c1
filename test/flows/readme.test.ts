import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { ensureBuilt, repository } from '../support/built-command.ts';
import { runChild } from '../support/child.ts';

/**
 * README.md's TypeScript is compiled as its readers would, importing the package by its name, and run where it needs no
 * network. A file is made of each block and of what the text around it takes for granted.
 */
interface Surroundings {
  /** What tells the block. */
  readonly holds: string;
  readonly before: string;
  /** Run after the block: what its comments claim. Undefined: the block is compiled alone. */
  readonly after: string | undefined;
}

const blocks: readonly Surroundings[] = [
  { holds: 'await generateAccessToken(', before: '', after: undefined },
  {
    holds: 'await startSandbox(',
    before: `const parameters = {
  applicationId: '00001111-aaaa-2222-bbbb-3333cccc4444',
  credential: { password: 'TestClientAppSecret23456' },
  tenant: 'contoso.com',
  resource: 'partner-center',
} as const;
`,
    after: `if (token.expiresOn > sandbox.clock.now()) throw new Error('the token has not expired');
console.log(token.tokenType);
`,
  },
];

const written = [...readFileSync(join(repository, 'README.md'), 'utf8').matchAll(/^```ts\n(.*?)^```$/gms)].map(
  ([, text = '']) => text,
);

/** Inside the package, so that its name means this one; in the build, so that nothing else looks at it. */
let folder: string;

before(() => {
  ensureBuilt();
  folder = mkdtempSync(join(repository, 'dist', 'readme-'));
  for (const [index, { before: head, after: tail }] of blocks.entries()) {
    writeFileSync(join(folder, `block-${index}.ts`), `${head}${written[index] ?? ''}${tail ?? ''}export {};\n`);
  }
  const project = { extends: '../../tsconfig.json', include: ['*.ts'] };
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(project));
});

after(() => rmSync(folder, { recursive: true, force: true }));

test('each block is known here', () => {
  assert.deepEqual(
    written.map((text) => blocks.findIndex(({ holds }) => text.includes(holds))),
    [...blocks.keys()],
  );
});

test('each compiles', async () => {
  const compiler = join(repository, 'node_modules', 'typescript', 'bin', 'tsc');
  const { exitCode, stdout, stderr } = await runChild(process.execPath, [compiler, '-p', folder]);
  assert.deepEqual([exitCode, stdout, stderr], [0, '', '']);
});

for (const [index, { holds, after: tail }] of blocks.entries()) {
  if (tail === undefined) continue;
  test(`the block with ${holds}…) does what it says`, async () => {
    const { exitCode, stdout, stderr } = await runChild(process.execPath, [join(folder, `block-${index}.ts`)]);
    assert.deepEqual([exitCode, stdout, stderr], [0, 'Bearer\n', '']);
  });
}
