import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { runtimeFinding } from '../../../../src/cli/doctor/checks/runtime.ts';

const cases = [
  ['24.21.0', { state: 'ok', found: 'Node.js 24.21.0 on linux x64.', nextStep: undefined }],
  [
    '22.18.0',
    {
      state: 'failed',
      found: 'partner-auth needs Node.js 22.19 or later of 22, or 24.5 and later; this is Node.js 22.18.0.',
      nextStep: 'Install a newer Node.js; the sandbox’s repository brings its own.',
      exitCode: 7,
    },
  ],
] as const;

describe('runtime', () => {
  for (const [version, expected] of cases) {
    test(version, () => assert.deepEqual(runtimeFinding(version, 'linux x64'), expected));
  }
});
