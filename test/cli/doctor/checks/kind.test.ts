import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { kind } from '../../../../src/cli/doctor/checks/kind.ts';
import { partnerCode } from '../../../../src/protocol/partner-codes.ts';
import { findingBy } from '../fixture.ts';

const partner = 'https://api.partner.microsoft.com';
const graph = 'https://graph.microsoft.com';
const app = 'App-only: the application acts for itself';
const user = 'App+user: the application acts for a user';
const some = 'The exchange takes it; of Partner Center’s operations those whose page says so.';

const cases: readonly (readonly [claims: object, expected: readonly unknown[]])[] = [
  [{ idtyp: 'app' }, ['ok', `${app}. ${some}`, undefined, undefined]],
  [{ roles: ['a'] }, ['ok', `${app}. ${some}`, undefined, undefined]],
  [{ scp: 'user_impersonation' }, ['ok', `${user}.`, undefined, undefined]],
  [{ idtyp: 'user' }, ['ok', `${user}.`, undefined, undefined]],
  [{ aud: graph, idtyp: 'app' }, ['ok', `${app}.`, undefined, undefined]],
  [{ aud: partner, scp: 'user_impersonation' }, ['ok', `${user}.`, undefined, undefined]],
  [
    { aud: partner, idtyp: 'app' },
    ['failed', `${app}, and the partner API takes app+user tokens alone.`, partnerCode('900329')?.nextStep, 5],
  ],
];

describe('kind', () => {
  for (const [claims, expected] of cases) {
    test(JSON.stringify(claims), async () => {
      const { state, found, nextStep, exitCode } = await findingBy(kind, { claims });
      assert.deepEqual([state, found, nextStep, exitCode], expected);
    });
  }
});
