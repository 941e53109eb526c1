import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { applicationId, json, oauthRefusal, type Reply, tokenAnswer, unsigned } from '../../client/wire.ts';
import { home } from '../home.ts';

const secret = 'CANARY+secret/of=the&app~0123456789';
const refreshToken = 'CANARY-refresh/token+0123456789==';
const accessToken = unsigned({
  canary: 'CANARY-access',
  tid: 'aaaabbbb-0000-cccc-1111-dddd2222eeee',
  exp: 2_000_000_000,
});
const canaries = [secret, refreshToken, accessToken].flatMap((value) => [
  value,
  encodeURIComponent(value),
  new URLSearchParams([['', value]]).toString().slice(1),
  Buffer.from(value).toString('base64'),
  Buffer.from(value).toString('base64url'),
]);

const granted = () => tokenAnswer({ access_token: accessToken, refresh_token: refreshToken });
const wires: Readonly<Record<string, Reply>> = {
  'a success': granted,
  'the request repeated in an error': ({ body }) =>
    oauthRefusal('invalid_grant', 50173, 400, { error_description: body, error: body }),
  'a sign-in that has ended': ({ body }) => oauthRefusal('invalid_grant', 50173, 400, { error_description: body }),
  'a page': ({ body }) => new Response(`<html>${body}`, { status: 502 }),
  'a success that is none': ({ body }) => json({ access_token: body }),
  'a failure of the network': ({ body }) => Promise.reject(new TypeError(body)),
};

/** A verb that prints tokens on purpose is not among them. */
const verbs = [
  ['login'],
  ['login', '--profile', 'another'],
  ['status'],
  ['status', '--all', '--warn-days', '100'],
  ['list'],
  ['renew', '--all'],
  ['profile', 'show'],
  ['profile', 'rename', 'john', 'johnny'],
  ['use', 'john'],
  ['exec', '--force-refresh', '--', '/nowhere/at/all'],
  ['logout', '--all'],
];

describe('row 17: no verb about what is stored prints or writes a secret, at any verbosity, whatever fails', () => {
  for (const [failure, reply] of Object.entries(wires)) {
    test(failure, async (context) => {
      const here = home(context);
      const who = ['--application-id', applicationId, '--tenant', 'contoso.com'];
      const from = [
        '--client-secret-file',
        here.file('secret', secret),
        '--refresh-token-file',
        here.file('refresh', refreshToken),
      ];
      for (const verbosity of [['--verbose'], ['--debug']]) {
        for (const [verb = '', ...args] of verbs) {
          const signsIn = await here.run(['login', '--profile', 'john', '--use', ...who, ...from], { reply: granted });
          assert.equal(signsIn.exitCode, 0, signsIn.stderr);
          const more = verb === 'login' ? [...who, ...from] : [];
          for (const format of verb === 'exec' ? [[]] : [[], ['--output', 'table']]) {
            const argv = [verb, ...verbosity, ...format, ...more, ...args];
            const { stdout, stderr } = await here.run(argv, { reply });
            for (const canary of canaries)
              assert.equal((stdout + stderr).includes(canary), false, argv.join(' ') + stderr);
          }
          await here.run(['profile', 'delete', 'johnny']);
        }
      }
      const given = ['secret', 'refresh'];
      for (const file of readdirSync(here.folder, { recursive: true, withFileTypes: true })) {
        if (!file.isFile() || given.includes(file.name)) continue;
        const bytes = readFileSync(join(file.parentPath, file.name));
        for (const canary of canaries) assert.equal(bytes.includes(canary), false, file.name);
      }
    });
  }
});
