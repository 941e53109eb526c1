import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import { appToken, json, partnerRefusal, type Reply, type Sent, tokenAnswer } from '../../client/wire.ts';
import { partnerAuth } from '../command.ts';
import { asked, given, lines } from './given.ts';

describe('the list', () => {
  const lists: readonly [string, string][] = [
    ['lines', 'a.example\nb.example\n'],
    ['without a line end', 'a.example\nb.example'],
    ['with Windows line ends', 'a.example\r\nb.example\r\n'],
    ['with a byte order mark', '\ufeffa.example\nb.example\n'],
    ['blanks and comments', '# all of them\n\n  a.example  # the first\n\t\nb.example\n#c.example\n'],
    ['a tenant twice, in another letter case', 'a.example\nb.example\nA.EXAMPLE\n'],
    ['a JSON array', '["a.example","b.example"]'],
    ['a JSON array over lines', '\n[\n  "a.example",\n  "b.example"\n]\n'],
  ];
  for (const [name, list] of lists) {
    test(`in a file: ${name}`, async (context) => {
      const { exitCode, sent } = await given(context).over(list);
      assert.deepEqual([exitCode, asked(sent)], [0, ['a.example', 'b.example']]);
    });

    test(`by standard input: ${name}`, async (context) => {
      const { who } = given(context);
      const { exitCode, sent } = await partnerAuth([...who, '--tenants-file', '-'], { stdin: list });
      assert.deepEqual([exitCode, asked(sent)], [0, ['a.example', 'b.example']]);
    });
  }

  test('an empty one is asked to its end', async (context) => {
    const { exitCode, stdout, stderr } = await given(context).over('# none yet\n');
    assert.deepEqual([exitCode, stdout, stderr], [0, '', 'fan-out: 0 ok, 0 failed, in 0.0 s\n']);
  });

  test('a line that names no tenant is a result', async (context) => {
    const { exitCode, stdout, sent } = await given(context).over('a.example\nb example\n');
    assert.deepEqual([exitCode, asked(sent)], [8, ['a.example']]);
    const failures = lines(stdout).filter(({ ok }) => ok === false);
    assert.deepEqual(
      failures.map(({ tenant, error }) => [tenant, (error as { code: string }).code]),
      [['b example', 'invalid_parameters']],
    );
  });
});

describe('--customers', () => {
  const isList = ({ url }: Sent): boolean => new URL(url).pathname === '/v1/customers';
  const page = (tenants: readonly string[], next?: object) =>
    json({
      totalCount: 3,
      items: tenants.map((tenantId) => ({ id: tenantId, companyProfile: { tenantId, domain: 'd', companyName: 'n' } })),
      links: { self: { uri: '/customers?size=200', method: 'GET', headers: [] }, ...(next ? { next } : {}) },
    });
  const next = (uri: string, value = 'AQAAAA==') => ({
    uri,
    method: 'GET',
    headers: [{ key: 'MS-ContinuationToken', value }],
  });
  const run = async (context: TestContext, list: Reply, args: readonly string[] = ['--tenant', 'contoso.com']) => {
    let pages = 0;
    const reply: Reply = (sent, index) => (isList(sent) ? list(sent, pages++) : tokenAnswer({ scope: String(index) }));
    const ended = await partnerAuth([...given(context).who, '--customers', ...args], { reply });
    return { ...ended, lists: ended.sent.filter(isList), tokens: ended.sent.filter((sent) => !isList(sent)) };
  };

  test('the token for Partner Center in the partner’s tenant, then every page, then every tenant', async (context) => {
    const pages = [
      page(['a.example', 'b.example'], next('/customers?size=200&seekOperation=Next')),
      page(['c.example', 'A.example']),
    ];
    const { exitCode, lists, tokens, stdout } = await run(context, (_, index) => pages[index] ?? page([]));
    assert.equal(exitCode, 0);
    assert.deepEqual(asked(tokens), ['a.example', 'b.example', 'c.example', 'contoso.com']);
    assert.equal(tokens[0]?.form.get('scope'), 'https://api.partnercenter.microsoft.com/.default');
    assert.deepEqual(
      lists.map(({ url }) => url),
      [
        'https://api.partnercenter.microsoft.com/v1/customers?size=200',
        'https://api.partnercenter.microsoft.com/v1/customers?size=200&seekOperation=Next',
      ],
    );
    assert.deepEqual(
      lists.map(({ headers }) => headers.get('ms-continuationtoken')),
      [null, 'AQAAAA=='],
    );
    for (const { headers } of lists) assert.equal(headers.get('authorization'), `Bearer ${appToken}`);
    assert.equal(lines(stdout).length, 3);
  });

  const unreadable: readonly [string, Reply][] = [
    ['leads to another host', () => page(['a.example'], next('https://evil.test/v1/customers'))],
    ['leads to another host, relatively', () => page(['a.example'], next('\\\\evil.test/customers'))],
    ['leads in a circle', () => page(['a.example'], next('/customers?size=200&seekOperation=Next'))],
    ['continues with a line break', () => page(['a.example'], next('/customers', 'a\r\nx: y'))],
    ['is none', () => json({ value: [] })],
    ['is a page', () => new Response('<html>')],
    ['has a customer without a tenant', () => json({ items: [{ companyProfile: {} }] })],
  ];
  for (const [name, list] of unreadable) {
    test(`a list that ${name}: exit 6, no tenant is asked`, async (context) => {
      const { exitCode, stdout, tokens, lists, sent } = await run(context, list);
      assert.deepEqual([exitCode, stdout, tokens.length, lists.length <= 2], [6, '', 1, true]);
      for (const { url } of sent)
        assert.equal(new URL(url).hostname.endsWith('microsoft.com') || url.includes('microsoftonline'), true);
    });
  }

  test('what Partner Center refuses is said in its words', async (context) => {
    const { exitCode, stderr } = await run(context, () => partnerRefusal(401, '900421'));
    assert.deepEqual([exitCode, stderr.includes('900421')], [5, true]);
  });

  test('a page that was throttled is asked for again, as another request', async (context) => {
    const { exitCode, lists } = await run(context, (_, index) =>
      index === 0 ? partnerRefusal(429, '800002', { 'retry-after': '3' }) : page(['a.example']),
    );
    assert.equal(exitCode, 0);
    assert.equal(new Set(lists.map(({ headers }) => headers.get('ms-requestid'))).size, 2);
  });
});
