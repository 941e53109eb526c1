import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fetchOf } from '../../src/http/message.ts';
import { aadsts } from '../../src/protocol/aadsts.ts';
import { readingPages } from '../../src/sandbox/index.ts';

const { handler } = readingPages();
const get = (path: string) => fetchOf(handler)(`https://localhost:8443${path}`);

test('the sandbox’s own address says where everything is', async () => {
  const response = await get('/');
  const page = await response.text();
  assert.equal(response.status, 200);
  assert.equal(response.headers.get('content-type'), 'text/html; charset=utf-8');
  for (const link of ['/docs', '/.well-known/jwks.json', '/metrics', '/console', '/sandbox'])
    assert.ok(page.includes(`href="${link}"`), link);
});

test('the address in error_uri says what explain says', async () => {
  const { code, cause, nextStep } = aadsts.invalidClientSecret;
  const page = await (await get(`/error?code=${code}`)).text();
  for (const text of [`AADSTS${code}`, cause, nextStep]) assert.ok(page.includes(text), text);
});

for (const code of ['', '1', '<script>', '7000215x', '9'.repeat(400)]) {
  test(`row 98: the code ${code.slice(0, 12)} is unknown, and never repeated in the page`, async () => {
    const response = await get(`/error?code=${encodeURIComponent(code)}`);
    assert.equal(response.status, 404);
    assert.ok(!(await response.text()).includes('<script>'));
  });
}

test('row 99: the pages are never framed and run no script', async () => {
  for (const path of ['/', '/error?code=7000215']) {
    const policy = (await get(path)).headers.get('content-security-policy') ?? '';
    assert.ok(policy.includes("default-src 'none'") && policy.includes("frame-ancestors 'none'"), path);
  }
});
