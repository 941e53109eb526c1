import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { permissions } from '../../../../src/cli/doctor/checks/permissions.ts';
import { aadsts } from '../../../../src/protocol/aadsts.ts';
import { findingBy } from '../fixture.ts';

const partner = 'https://api.partner.microsoft.com';
const graph = 'https://graph.microsoft.com';
const arm = 'https://management.azure.com';
const { nextStep } = aadsts.consentRequired;
const elsewhere = 'Which roles the user has in Partner Center it does not say; --live shows.';
const needsNone = 'It holds no application permission and needs none';
const member = 'b79fbf4d-3ef9-4689-8143-76b194e85509';
const globalAdministrator = '62e90394-69f5-4237-9190-012177145e10';

const cases: readonly (readonly [claims: object, expected: readonly unknown[]])[] = [
  [{ scp: 'user_impersonation' }, ['ok', `It holds user_impersonation. ${elsewhere}`, undefined, undefined]],
  [
    { scp: 'user_impersonation', wids: [member] },
    ['ok', `It holds user_impersonation. ${elsewhere}`, undefined, undefined],
  ],
  [
    { scp: 'user_impersonation', wids: [globalAdministrator, member] },
    ['ok', `It holds user_impersonation. The user has 1 directory role. ${elsewhere}`, undefined, undefined],
  ],
  [{ aud: partner, scp: 'openid' }, ['failed', 'It holds openid, and user_impersonation is needed.', nextStep, 5]],
  [{ idtyp: 'user' }, ['failed', 'It holds no delegated permission, and user_impersonation is needed.', nextStep, 5]],
  [{ aud: graph, scp: 'User.Read Mail.Read' }, ['ok', 'It holds User.Read Mail.Read.', undefined, undefined]],
  [{ aud: graph, idtyp: 'user' }, ['warning', 'It holds no delegated permission.', nextStep, undefined]],
  [
    { aud: graph, idtyp: 'app', roles: ['Directory.Read.All'] },
    ['ok', 'It holds the application permissions Directory.Read.All.', undefined, undefined],
  ],
  [{ aud: graph, idtyp: 'app' }, ['warning', 'It holds no application permission (roles).', nextStep, undefined]],
  [
    { idtyp: 'app' },
    [
      'ok',
      `${needsNone}: Partner Center asks its App management whether the application is enabled (2032 where not).`,
      undefined,
      undefined,
    ],
  ],
  [{ aud: arm, idtyp: 'app' }, ['ok', `${needsNone}: Azure asks its role assignments.`, undefined, undefined]],
];

describe('permissions', () => {
  for (const [claims, expected] of cases) {
    test(JSON.stringify(claims), async () => {
      const { state, found, nextStep, exitCode } = await findingBy(permissions, { claims });
      assert.deepEqual([state, found, nextStep, exitCode], expected);
    });
  }
});
