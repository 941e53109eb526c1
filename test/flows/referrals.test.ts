import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { trustingFetch } from '../../src/index.ts';
import { runChild } from '../support/child.ts';
import { type ServedSandbox, scratchFolder, serveSandbox } from '../support/served-sandbox.ts';

/**
 * The document "Referrals API authentication": its sample request, word for word but for the host, and what the token is
 * for.
 */
const sample = readFileSync(join(import.meta.dirname, 'referrals-sample-request.txt'), 'utf8');
const [head = '', body = ''] = sample.split('\n\n');
const [requestLine = '', ...headers] = head.split('\n');
const [, address = ''] = requestLine.split(' ');
const { pathname } = new URL(address);

let sandbox: ServedSandbox;
let trusting: typeof fetch;
const folder = scratchFolder();

before(async () => {
  sandbox = await serveSandbox(folder);
  trusting = trustingFetch(readFileSync(sandbox.caFile, 'utf8'));
});

after(() => sandbox.stop());

interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly fields: Record<string, unknown>;
}

const answerOf = async (response: Response): Promise<Answer> => ({
  status: response.status,
  headers: response.headers,
  fields: (await response.json()) as Record<string, unknown>,
});

const fields = headers.map((line) => line.split(': ') as [string, string]);
const byFetch = async (text: string): Promise<Answer> =>
  answerOf(await trusting(sandbox.url + pathname, { method: 'POST', headers: fields, body: text }));

/** `--data @file` drops the line breaks; `--data-binary` keeps them. */
async function byCurl(option: '--data' | '--data-binary', text: string): Promise<Answer> {
  const file = join(folder, 'body.txt');
  writeFileSync(file, text);
  const args = ['-sS', '-i', '--http1.1', '--cacert', sandbox.caFile, sandbox.url + pathname, option, `@${file}`];
  const { exitCode, stdout, stderr } = await runChild('curl', [...args, ...headers.flatMap((line) => ['-H', line])]);
  assert.deepEqual([exitCode, stderr], [0, '']);
  const [answerHead = '', json = ''] = stdout.split('\r\n\r\n');
  const [statusLine = '', ...lines] = answerHead.split('\r\n');
  return answerOf(
    new Response(json, {
      status: Number(statusLine.split(' ')[1]),
      headers: lines.map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1).trim()]),
    }),
  );
}

const noCurl = spawnSync('curl', ['--version']).status !== 0 && 'curl is not here';

const senders = [
  ['curl --data @file, which joins the lines', noCurl, () => byCurl('--data', body)],
  ['curl --data-binary @file, line breaks and all', noCurl, () => byCurl('--data-binary', body)],
  ['fetch, with the line breaks as printed', false, () => byFetch(body)],
  ['fetch, with the line breaks of Windows', false, () => byFetch(body.replaceAll('\n', '\r\n'))],
] as const;

describe('the sample request', () => {
  for (const [name, skip, send] of senders) {
    test(`sent by ${name}: the document’s answer`, { skip }, async () => {
      const { status, headers: got, fields: answer } = await send();
      assert.equal(status, 200, JSON.stringify(answer));
      assert.deepEqual(
        ['cache-control', 'pragma', 'content-type', 'expires'].map((header) => got.get(header)),
        ['no-cache, no-store', 'no-cache', 'application/json; charset=utf-8', '-1'],
      );
      const { token_type, expires_in, ext_expires_in, expires_on, not_before, resource, access_token } = answer;
      assert.deepEqual(
        { token_type, expires_in, ext_expires_in, resource },
        {
          token_type: 'Bearer',
          expires_in: '3600',
          ext_expires_in: '3600',
          resource: 'https://api.partner.microsoft.com',
        },
      );
      assert.deepEqual([typeof expires_on, typeof not_before, typeof access_token], ['string', 'string', 'string']);
      assert.equal(Number(expires_on) - Number(not_before), 3900);
      assert.equal((await referrals(String(access_token))).status, 200);
    });
  }

  test('the document’s fields are in its order; besides them there is what clients need', async () => {
    const { fields: answer } = await byFetch(body);
    const documented = [
      'token_type',
      'expires_in',
      'ext_expires_in',
      'expires_on',
      'not_before',
      'resource',
      'access_token',
    ];
    const names = Object.keys(answer);
    assert.deepEqual(
      names.filter((name) => documented.includes(name)),
      documented,
    );
    const besides = ['id_token', 'refresh_token', 'scope'];
    assert.deepEqual(names.filter((name) => !documented.includes(name)).sort(), besides);
  });

  test('with another user’s password is refused in Entra’s words', async () => {
    const { status, fields: answer } = await byFetch(body.replace('PCTestPassword@123', 'PCTestPassword@321'));
    assert.deepEqual([status, answer.error, answer.error_codes], [400, 'invalid_grant', [50126]]);
    assert.equal(JSON.stringify(answer).includes('PCTestPassword'), false);
  });
});

async function referrals(token: string) {
  const response = await trusting(`${sandbox.url}/v1.0/engagements/referrals`, {
    headers: { authorization: `Bearer ${token}`, accept: 'application/json' },
  });
  const { value } = (await response.json()) as { value?: readonly { name: string }[] };
  return { status: response.status, names: value?.map(({ name }) => name).sort() };
}

const tokenOf = async (text: string): Promise<string> => {
  const { status, fields: answer } = await byFetch(text);
  assert.equal(status, 200, JSON.stringify(answer));
  return String(answer.access_token);
};

describe('GET /v1.0/engagements/referrals', () => {
  const all = ['Cloud migration', 'Modern workplace', 'Security review'];
  const mary = body.replace('john.doe', 'mary.major').replace('PCTestPassword@123', 'PCTestPassword@321');
  const partnerCenter = body.replace('https://api.partner.microsoft.com', 'https://api.partnercenter.microsoft.com');
  const appOnly = body
    .split('\n')
    .filter((line) => !/username|password=|scope/.test(line))
    .join('\n')
    .replace('grant_type=password', 'grant_type=client_credentials');
  const cases = [
    ['a Referrals Admin reads all', body, 200, all],
    ['a Referrals User reads those whose team they are on', mary, 200, ['Modern workplace']],
    ['a Partner Center token does not open it', partnerCenter, 401, undefined],
  ] as const;
  for (const [name, text, status, names] of cases) {
    test(`${name}: ${status}`, async () => {
      assert.deepEqual(await referrals(await tokenOf(text)), { status, names });
    });
  }

  test('an application alone has no role: 403', async () => {
    const { fields: answer } = await answerOf(
      await trusting(`${sandbox.url}/contoso.com/oauth2/token`, { method: 'POST', headers: fields, body: appOnly }),
    );
    assert.deepEqual(await referrals(String(answer.access_token)), { status: 403, names: undefined });
  });

  test('no token, or one that was tampered with: 401', async () => {
    const token = await tokenOf(body);
    assert.equal((await referrals(`${token}x`)).status, 401);
    assert.equal((await trusting(`${sandbox.url}/v1.0/engagements/referrals`)).status, 401);
  });
});
