import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { chmodSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { after, describe, test } from 'node:test';
import { findCertificate } from '../../../src/cli/certificates/index.ts';
import { exitCodeOf, failureText } from '../../../src/cli/failures.ts';
import { AuthError } from '../../../src/client/errors.ts';
import { pfxOf } from '../../../src/http/tls/certificate-authority.ts';
import {
  certificateContext,
  certificateScratch,
  everythingSaidBy,
  keyLines,
  now,
  own,
  password,
  passwordSource,
  refusalOf,
  stranger,
  textsOf,
} from './fixture.ts';
import { forgePfx } from './pfx-maker.ts';

const scratch = certificateScratch({ after });
const found = { certificate: own.certificatePem, privateKey: own.privateKeyPem, sendCertificateChain: undefined };
const pem = own.certificatePem + own.privateKeyPem;
const others = stranger.certificatePem + stranger.privateKeyPem;
const { fingerprint, fingerprint256, validToDate } = new X509Certificate(own.certificatePem);
const [sha1, sha256] = [fingerprint, fingerprint256].map((text) => text.replaceAll(':', ''));
const strangersSha1 = new X509Certificate(stranger.certificatePem).fingerprint.replaceAll(':', '');
const until = (certificatePem: string) =>
  new X509Certificate(certificatePem).validToDate.toISOString().replace('.000Z', 'Z');

type Files = Readonly<Record<string, string | Uint8Array>>;
let count = 0;

/** A folder of its own for these files. */
function folderOf(files: Files): string {
  count += 1;
  const folder = join(scratch.folder, String(count));
  mkdirSync(folder);
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content, { mode: 0o600 });
  return folder;
}

interface Search {
  readonly thumbprint?: string;
  readonly variables?: Readonly<Record<string, string>>;
  readonly given?: string | undefined;
  readonly at?: Date;
}

function search(files: Files, { thumbprint = sha1 ?? '', variables, given, at = now }: Search = {}) {
  const folder = folderOf(files);
  const { asked, source } = passwordSource(given);
  const said = certificateContext(variables ?? { PARTNER_AUTH_CERTIFICATES: folder }, at);
  const result = findCertificate(said.context, thumbprint, { password: source });
  const inFolder = (name: string) => join(folder, name);
  return { folder, inFolder, result, asked, ...said };
}

const isFound = async (result: Promise<Parameters<typeof textsOf>[0]>) =>
  assert.deepEqual(textsOf(await result), found);

describe('a thumbprint may be written', () => {
  const spaced = (text = '', between = ' ') => text.match(/../g)?.join(between) ?? '';
  const written: Readonly<Record<string, string>> = {
    'SHA-1': sha1 ?? '',
    'SHA-1 in small letters': sha1?.toLowerCase() ?? '',
    'SHA-1 with colons': fingerprint,
    'SHA-1 with blanks': spaced(sha1),
    'SHA-1 in small letters with tabs, and a line break at its end': `${spaced(sha1?.toLowerCase(), '\t')}\r\n`,
    'as Windows’ dialog copies it': `\u200e${spaced(sha1?.toLowerCase())}`,
    'SHA-256': sha256 ?? '',
    'SHA-256 with colons': fingerprint256,
    'SHA-256 as Windows’ dialog copies it': `\u200e${spaced(sha256?.toLowerCase())}`,
  };
  for (const [name, thumbprint] of Object.entries(written)) {
    test(name, () => isFound(search({ 'a.pem': others, 'b.pem': pem }, { thumbprint }).result));
  }

  const refused = [
    '',
    'CANARY',
    sha1?.slice(1),
    `${sha1}0`,
    sha1?.replace(/.$/, 'G'),
    `${sha256}00`,
    `0x${sha1}`,
    '٣'.repeat(40),
  ];
  for (const thumbprint of refused) {
    test(`not ${JSON.stringify(thumbprint)}: exit 2, and it is not repeated`, async () => {
      const error = await refusalOf(search({ 'b.pem': pem }, { thumbprint: thumbprint ?? '' }).result);
      assert.deepEqual(
        [exitCodeOf(error), error.code, error.message, error.hint],
        [
          2,
          'invalid_parameters',
          'The certificate thumbprint is no SHA-1 and no SHA-256.',
          'Give 40 or 64 hexadecimal digits; letter case, colons and blanks do not matter.',
        ],
      );
    });
  }
});

describe('the folders', () => {
  const home = folderOf({});
  const under = (...names: readonly string[]): string => {
    const folder = join(home, ...names);
    mkdirSync(folder, { recursive: true });
    return folder;
  };
  const dotnet = under('.dotnet', 'corefx', 'cryptography', 'x509stores', 'my');
  const plain = under('.config', 'partner-auth', 'certificates');
  const config = folderOf({});
  mkdirSync(join(config, 'partner-auth', 'certificates'), { recursive: true });
  const first = folderOf({});
  const second = folderOf({});
  const named = { PARTNER_AUTH_CERTIFICATES: ['', first, '/not/there', second, ''].join(delimiter) };

  const places: readonly (readonly [name: string, folder: string, variables: Readonly<Record<string, string>>])[] = [
    ['the first of PARTNER_AUTH_CERTIFICATES', first, named],
    ['another of PARTNER_AUTH_CERTIFICATES', second, named],
    [
      '$XDG_CONFIG_HOME/partner-auth/certificates',
      join(config, 'partner-auth', 'certificates'),
      { XDG_CONFIG_HOME: config },
    ],
    ['~/.config/partner-auth/certificates', plain, { HOME: home }],
    ['the current user’s .NET store', dotnet, { HOME: home, ...named }],
  ];
  for (const [name, folder, variables] of places) {
    test(name, async () => {
      const certificate = folder === dotnet ? forgePfx(undefined, { algorithm: '3des' }) : pem;
      const path = join(folder, `${sha1}.pfx`);
      writeFileSync(path, certificate, { mode: 0o600 });
      const { result, asked } = search({}, { variables });
      await isFound(result);
      assert.deepEqual(asked, []);
      writeFileSync(path, 'gone');
    });
  }
});

describe('what a file holds decides, not what it is called', () => {
  const contents: readonly (readonly [name: string, files: () => Promise<Files> | Files])[] = [
    ['a PEM', () => ({ 'a.pem': others, x: pem })],
    ['a PFX without a password', async () => ({ 'a.pem': others, 'x.txt': await pfxOf(own, '') })],
    ['a name that is another’s thumbprint', () => ({ [`${sha1}.pem`]: others, [`${strangersSha1}.pem`]: pem })],
    ['certificates of others in the same file', () => ({ 'all.pem': others + pem })],
    [
      'the certificate alone in one file, with its key in another',
      () => ({ 'a.cer': own.certificatePem, 'b.pem': pem }),
    ],
    [
      'the certificate with another key, and with its own',
      () => ({ 'a.pem': own.certificatePem + stranger.privateKeyPem, 'b.pem': pem }),
    ],
  ];
  for (const [name, files] of contents) {
    test(name, async () => isFound(search(await files()).result));
  }

  test('a symbolic link, as Kubernetes mounts secrets', { skip: process.platform === 'win32' }, async () => {
    const folder = folderOf({ '..data': pem });
    symlinkSync('..data', join(folder, 'tls.pem'));
    await isFound(search({}, { variables: { PARTNER_AUTH_CERTIFICATES: folder } }).result);
  });
});

describe('in a folder of a thousand files', () => {
  const folder = folderOf(Object.fromEntries(Array.from({ length: 1000 }, (_, index) => [`${index}.pem`, 'broken'])));
  const among = async (name: string) => {
    const path = join(folder, name);
    writeFileSync(path, pem, { mode: 0o600 });
    const { result, ...said } = search({}, { variables: { PARTNER_AUTH_CERTIFICATES: folder } });
    await isFound(result);
    rmSync(path);
    return said;
  };

  for (const [kind, name] of Object.entries({
    'as .NET writes it': `${sha1}.pfx`,
    'in small letters': `${sha1?.toLowerCase()}.pem`,
    'with colons and words': `client ${fingerprint} of mine.pem`,
  })) {
    test(`the one called by the thumbprint, ${kind}, is the one that is opened`, async () => {
      assert.deepEqual((await among(name)).notes, []);
    });
  }

  test('one of another name is found too; broken ones are only noted', async () => {
    const { notes, warnings } = await among('z.pem');
    assert.deepEqual([notes.length, warnings], [1000, []]);
    assert.equal(notes[0], `${join(folder, '0.pem')} is neither PEM nor PFX.`);
  });
});

describe('a password', () => {
  const locked = async () => pfxOf(own, password);

  test('is asked for when the file called by the thumbprint needs it', async () => {
    const { result, asked, inFolder } = search({ [`${sha1}.pfx`]: await locked() }, { given: password });
    await isFound(result);
    assert.deepEqual(asked, [inFolder(`${sha1}.pfx`)]);
  });

  test('is asked for once, after everything else was looked at', async () => {
    const files = { 'a.pfx': await pfxOf(stranger, 'another'), 'b.pfx': await locked(), 'c.pem': others };
    const { result, asked, inFolder } = search(files, { given: password });
    await isFound(result);
    assert.deepEqual(asked, [inFolder('a.pfx')]);
  });

  test('is not asked for when the certificate is there without', async () => {
    const { result, asked } = search({ 'a.pfx': await locked(), 'z.pem': pem }, { given: password });
    await isFound(result);
    assert.deepEqual(asked, []);
  });

  test('opens the key of a PEM', async () => {
    const key = own.privateKey.export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: password });
    const { result, asked, inFolder } = search({ 'a.pem': own.certificatePem + key }, { given: password });
    await isFound(result);
    assert.deepEqual(asked, [inFolder('a.pem')]);
  });

  test('whose asking is cancelled ends the search', async () => {
    const key = own.privateKey.export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: password });
    for (const files of [{ 'a.pfx': await locked() }, { 'a.pem': own.certificatePem + key, 'b.pem': pem }]) {
      const { context } = certificateContext({ PARTNER_AUTH_CERTIFICATES: folderOf(files) });
      const cancelled = async () => Promise.reject(new AuthError('aborted', 'The sign-in was cancelled.'));
      const error = await refusalOf(findCertificate(context, sha1 ?? '', { password: cancelled }));
      assert.equal(error.code, 'aborted');
    }
  });
});

test('nothing found: exit 3, with where was looked and what is there', async () => {
  const files = {
    'a.pem': others,
    'b.pfx': await pfxOf(own, password),
    'c.txt': 'broken',
    'd.pem': own.certificatePem,
  };
  const wanted = '0'.repeat(40);
  const folder = folderOf(files);
  const broken = join(folder, 'c.txt');
  const { result, asked, notes } = search(
    {},
    {
      thumbprint: wanted,
      variables: { PARTNER_AUTH_CERTIFICATES: [folder, broken].join(delimiter), HOME: '/nowhere' },
    },
  );
  const error = await refusalOf(result);
  assert.deepEqual([error.code, exitCodeOf(error)], ['certificate_not_found', 3]);
  assert.equal(
    failureText(error, [], false),
    [
      `error: No certificate with the SHA-1 thumbprint ${wanted} is in the certificate folders.`,
      `  Looked in ${folder} (4 files), ${broken} (cannot be read (ENOTDIR)), ` +
        '/nowhere/.config/partner-auth/certificates (not there), ' +
        '/nowhere/.dotnet/corefx/cryptography/x509stores/my (not there).',
      '    Found there:',
      `    ${strangersSha1} CN=A client, until ${until(stranger.certificatePem)}, in ${join(folder, 'a.pem')}`,
      `    ${sha1} CN=A client, until ${until(own.certificatePem)}, in ${join(folder, 'd.pem')}`,
      `    Closed by a password that was not given, or by another: ${join(folder, 'b.pfx')}.`,
      '  next: Put it there with its key, as PEM or PFX; name its folder by PARTNER_AUTH_CERTIFICATES; or give --certificate-file.',
      '',
    ].join('\n'),
  );
  assert.deepEqual([asked, notes], [[join(folder, 'b.pfx')], [`${broken} is neither PEM nor PFX.`]]);
});

test('a screen of what is there, and how much more', async () => {
  const many = Object.fromEntries(Array.from({ length: 25 }, (_, index) => [`${index + 10}.pem`, others]));
  const { result } = search(many, { thumbprint: '0'.repeat(64) });
  const lines = (await refusalOf(result)).reason?.split('\n') ?? [];
  assert.deepEqual([lines.length, lines.at(-1)], [23, 'and 5 more']);
});

test('a name cannot rewrite the screen', { skip: process.platform === 'win32' }, async () => {
  const { result } = search({ 'a\u001b[2J\nnext: run this': others }, { thumbprint: '0'.repeat(40) });
  const text = failureText(await refusalOf(result), [], false);
  assert.equal(text.includes('\u001b'), false);
  assert.equal(text.split('\n').filter((line) => line.startsWith('  next:')).length, 1);
});

describe('row 17: found and not of use: named, without password and key', () => {
  const date = validToDate.toISOString().replace('.000Z', 'Z');
  const refused: readonly (readonly [
    name: string,
    files: () => Promise<Files> | Files,
    given: string | undefined,
    why: string,
    at?: Date,
  ])[] = [
    [
      'without its key',
      () => ({ 'a.pem': own.certificatePem, 'b.pem': others }),
      undefined,
      '{a.pem} holds no private key.',
    ],
    [
      'without its key, in DER',
      () => ({ 'a.pem': new X509Certificate(own.certificatePem).raw }),
      undefined,
      '{a.pem} holds no private key.',
    ],
    [
      'with another’s key',
      () => ({ 'a.pem': own.certificatePem + others }),
      undefined,
      'The private key of {a.pem} belongs to another certificate.',
    ],
    [
      'expired',
      () => ({ 'a.pem': pem }),
      undefined,
      `The certificate CN=A client (${sha1}) expired at ${date}.`,
      validToDate,
    ],
    [
      'behind another password',
      async () => ({
        [`${sha1}.pem`]:
          own.certificatePem +
          own.privateKey.export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: password }),
      }),
      'CANARY-other',
      `The password of {${sha1}.pem} is wrong.`,
    ],
    [
      'called by the thumbprint and closed',
      async () => ({ [`${sha1}.pfx`]: await pfxOf(own, password), 'b.pem': others }),
      undefined,
      `{${sha1}.pfx} needs a password.`,
    ],
    [
      'called by the thumbprint and closed by another password',
      async () => ({ [`${sha1}.pfx`]: await pfxOf(own, password), 'b.pem': others }),
      'CANARY-other',
      `The password of {${sha1}.pfx} is wrong.`,
    ],
    [
      'called by the thumbprint and broken',
      () => ({ [`${sha1}.pfx`]: 'CANARY', 'b.pem': others }),
      undefined,
      `{${sha1}.pfx} is neither PEM nor PFX.`,
    ],
  ];
  for (const [name, files, given, why, at] of refused) {
    test(name, async () => {
      const { result, inFolder } = search(await files(), { given, ...(at ? { at } : {}) });
      const error = await refusalOf(result);
      const message = why.replace(/\{(.*?)\}/, (_, file: string) => inFolder(file));
      assert.deepEqual([error.code, error.message, exitCodeOf(error)], ['certificate_unusable', message, 7]);
      const said = everythingSaidBy(error);
      for (const canary of ['CANARY', ...keyLines(own.privateKeyPem)]) assert.equal(said.includes(canary), false, said);
    });
  }

  test('in a file that others may write', { skip: process.platform === 'win32' }, async () => {
    const path = scratch.file('open.pem', pem, 0o600);
    chmodSync(path, 0o666);
    const folder = folderOf({});
    symlinkSync(path, join(folder, 'x'));
    const variables = { PARTNER_AUTH_CERTIFICATES: folder };
    const error = await refusalOf(search({}, { variables }).result);
    assert.equal(error.message, `${join(folder, 'x')} can be written to by others (mode 0666).`);
    writeFileSync(join(folder, 'y'), pem, { mode: 0o640 });
    const { result, warnings } = search({}, { variables });
    await isFound(result);
    assert.deepEqual(warnings, [
      `The file ${join(folder, 'y')} can be read by others (mode 0640); chmod 600 keeps it to you.`,
    ]);
  });
});
