import assert from 'node:assert/strict';
import { mkdirSync, renameSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { exitCodeOf } from '../../src/cli/failures.ts';
import { federatedAssertion } from '../../src/cli/federated-assertion.ts';
import { unsigned } from '../client/wire.ts';
import { everythingSaidBy, refusalOf } from './certificates/fixture.ts';
import { scratch } from './command.ts';

const files = scratch({ after });
const audience = 'https://login.microsoftonline.com/x/oauth2/v2.0/token';

test('the file is read at each use, through the link that Kubernetes turns', async () => {
  const [first, second] = [unsigned({ jti: '1' }), unsigned({ jti: '2' })];
  const path = join(files.folder, 'token');
  symlinkSync(files.file('data-1', first), path);
  const assertion = federatedAssertion(path);
  assert.equal((await assertion(audience)).reveal(), first);
  symlinkSync(files.file('data-2', `\n${second}\r\n`), join(files.folder, 'next'));
  renameSync(join(files.folder, 'next'), path);
  assert.equal((await assertion('another')).reveal(), second);
});

describe('row 17: refused with one sentence that does not repeat it: exit 7', () => {
  const folder = join(files.folder, 'folder');
  mkdirSync(folder);
  const refused: Readonly<Record<string, readonly [path: string, why: string]>> = {
    'an empty file': [files.file('empty', '\n'), 'holds no token'],
    'no JWT': [files.file('text', 'CANARY'), 'holds no token'],
    'two tokens': [files.file('two', `${unsigned({})}\n${unsigned({})}`), 'holds no token'],
    'what is no text': [files.file('binary', 'CANARY.\u0000.\u001b[2J'), 'holds no token'],
    'a file without an end': [files.file('long', 'CANARY'.repeat(20_000)), 'is too long for a token'],
    'a folder': [folder, 'is no file'],
    nothing: [join(files.folder, 'nothing'), 'cannot be read (ENOENT)'],
  };
  for (const [name, [path, why]] of Object.entries(refused)) {
    test(name, async () => {
      const error = await refusalOf(federatedAssertion(path)(audience));
      assert.deepEqual(
        [exitCodeOf(error), error.code, error.message],
        [7, 'configuration', `The file of AZURE_FEDERATED_TOKEN_FILE, ${path}, ${why}.`],
      );
      assert.equal(everythingSaidBy(error).includes('CANARY'), false);
    });
  }
});
