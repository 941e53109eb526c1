import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { multipartForm } from '../../src/http/multipart.ts';

const type = 'multipart/form-data; boundary=X';
const part = (head: string, content: string) => `--X\r\n${head}\r\n\r\n${content}\r\n`;
const named = (name: string) => `Content-Disposition: form-data; name="${name}"`;
const file = (name: string, fileName: string) => `${named(name)}; filename="${fileName}"\r\nContent-Type: text/plain`;
const read = (body: string, given = type) => multipartForm(given, Buffer.from(body, 'latin1'));
const shown = (form: ReturnType<typeof multipartForm>) =>
  form && {
    fields: Object.fromEntries(form.fields),
    files: Object.fromEntries([...form.files].map(([name, bytes]) => [name, Buffer.from(bytes).toString('latin1')])),
  };

test('fields and files as a browser writes them', async () => {
  const form = new FormData();
  form.set('marker', 'a.b');
  form.set('description', 'für Tests');
  form.set('certificate', new Blob(['\r\n--\0\xff']), 'client.cer');
  const request = new Request('https://localhost/', { method: 'POST', body: form });
  const body = new Uint8Array(await request.arrayBuffer());
  const read = multipartForm(request.headers.get('content-type') ?? '', body);
  assert.deepEqual(Object.fromEntries(read?.fields ?? []), { marker: 'a.b', description: 'für Tests' });
  assert.deepEqual(Buffer.from(read?.files.get('certificate') ?? []).toString(), '\r\n--\0\xff');
});

const cases: readonly (readonly [name: string, body: string, expected: ReturnType<typeof shown>])[] = [
  ['nothing but the last boundary', '--X--\r\n', { fields: {}, files: {} }],
  ['the last boundary without its line break', `${part(named('a'), '1')}--X--`, { fields: { a: '1' }, files: {} }],
  ['an empty file', `${part(file('f', ''), '')}--X--\r\n`, { fields: {}, files: { f: '' } }],
  ['a boundary’s like inside of a part', `${part(named('a'), 'x--X')}--X--\r\n`, { fields: { a: 'x--X' }, files: {} }],
];

const refused: readonly (readonly [name: string, body: string])[] = [
  ['no boundary at all', 'a=1'],
  ['text before the first boundary', `x\r\n${part(named('a'), '1')}--X--\r\n`],
  ['text after the last boundary', `${part(named('a'), '1')}--X--\r\nmore`],
  ['no last boundary', part(named('a'), '1')],
  ['a name given twice', `${part(named('a'), '1')}${part(named('a'), '2')}--X--\r\n`],
  ['a name for a field and a file', `${part(named('a'), '1')}${part(file('a', 'f'), '2')}--X--\r\n`],
  ['two names for a part', `${part(`${named('a')}\r\n${named('b')}`, '1')}--X--\r\n`],
  ['a part without a name', `${part('Content-Type: text/plain', '1')}--X--\r\n`],
  ['a part without a head', '--X\r\nabc\r\n--X--\r\n'],
  [
    'more parts than any form has',
    `${Array.from({ length: 102 }, (_, n) => part(named(`n${n}`), '')).join('')}--X--\r\n`,
  ],
];

describe('a form with files', () => {
  for (const [name, body, expected] of cases) {
    test(name, () => assert.deepEqual(shown(read(body)), expected));
  }
  for (const [name, body] of refused) {
    test(`${name} is refused`, () => assert.equal(read(body), undefined));
  }
  for (const other of ['application/x-www-form-urlencoded', 'multipart/form-data', 'multipart/form-data; boundary=']) {
    test(`${other} is none`, () => assert.equal(read('--X--\r\n', other), undefined));
  }
});
