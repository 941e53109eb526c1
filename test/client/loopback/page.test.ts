import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { ask, isError, right, state, waiting } from './fixture.ts';

describe('row 25: what the browser is shown', () => {
  const hostile = '<script>alert(1)</script>"\'><img src=x onerror=alert(1)>\u001b[2J';
  test('row 25: nothing that was said is in any answer', async () => {
    const { port, answer } = await waiting();
    const said = new URLSearchParams({ error: hostile, error_description: hostile, error_uri: hostile, x: hostile });
    const refused = await ask(port, `/?${said}`);
    assert.deepEqual([refused.status, refused.shown], [400, 'refused']);
    const answers = [refused, await ask(port, `/?${said}&state=${state}`), await ask(port, '/done')];
    assert.deepEqual(
      answers.map(({ shown }) => shown),
      ['refused', '', 'notSignedIn'],
    );
    for (const { head } of answers) assert.equal(head.join('\n').includes('alert'), false);
    await assert.rejects(answer, isError('request_refused'));
  });

  test('row 25: every answer says that it is not kept, not framed, not read and runs nothing', async () => {
    const { port, answer } = await waiting();
    const answers = [
      await ask(port, '/?x'),
      await ask(port, '/x'),
      await ask(port, `/?${right}`),
      await ask(port, '/done'),
    ];
    await answer;
    for (const { head } of answers) {
      const fields = new Map(head.slice(1).map((line) => line.split(': ') as [string, string]));
      const policy = fields.get('content-security-policy')?.split('; ') ?? [];
      assert.deepEqual(
        policy.filter((directive) => !directive.startsWith('style-src ')),
        ["default-src 'none'", "base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'"],
      );
      const names = [
        'cache-control',
        'referrer-policy',
        'x-content-type-options',
        'cross-origin-opener-policy',
        'connection',
      ];
      assert.deepEqual(
        names.map((name) => fields.get(name)),
        ['no-store', 'no-referrer', 'nosniff', 'same-origin', 'close'],
      );
    }
  });
});
