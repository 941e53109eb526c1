import assert from 'node:assert/strict';

/** Follows an authorize address the way a browser does whose user was approved beforehand, up to the redirect's target. */
export async function follow(address: string): Promise<URL> {
  const answer = await fetch(address, { redirect: 'manual' });
  assert.equal(answer.status, 302, await answer.text());
  return new URL(answer.headers.get('location') ?? '');
}

/** Decides a device code for a user, as the sandbox's control API does it without pages. */
export async function decideDevice(url: string, userCode: string, userPrincipalName: string): Promise<number> {
  const answer = await fetch(`${url}/sandbox/device-codes/${userCode}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ userPrincipalName, decision: 'approve' }),
  });
  assert.ok(answer.ok, await answer.text());
  return answer.status;
}
