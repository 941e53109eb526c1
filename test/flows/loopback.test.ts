import assert from 'node:assert/strict';
import { test } from 'node:test';
import { systemRandom } from '../../src/base/random.ts';
import { openLoopback } from '../../src/client/loopback/index.ts';
import { newProofKey } from '../../src/client/pkce.ts';
import { encodeAuthorizeRequest } from '../../src/protocol/authorize-request.ts';
import { startSandbox } from '../../src/testing/index.ts';
import { john, publicApplication, tenant } from '../authority/authorize/fixture.ts';
import { ask, freePorts } from '../client/loopback/fixture.ts';
import { tokenParts } from '../support/answer.ts';

const scope = 'https://api.partnercenter.microsoft.com/.default openid profile offline_access';

for (const mode of ['entra', 'strict'] as const) {
  for (const at of [tenant, 'contoso.com', 'organizations']) {
    for (const decision of ['approve', 'decline'] as const) {
      test(`a sign-in of ${at} at the ${mode} authority comes back to this machine: ${decision}`, async () => {
        await using sandbox = await startSandbox({ mode });
        const url = `${sandbox.url}/${at}`;
        const { issuer, ...announced } = (await (
          await sandbox.fetch(`${url}/v2.0/.well-known/openid-configuration`)
        ).json()) as Readonly<Record<string, string>>;
        await sandbox.fetch(`${sandbox.url}/sandbox/approvals/${john.username}`, {
          method: 'PUT',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ decision, methods: ['pwd', 'mfa'] }),
        });
        await using loopback = await openLoopback({ port: await freePorts(1) });
        const { verifier, challenge, method } = newProofKey(systemRandom);
        const state = systemRandom.guid();
        const requireIssuer = Boolean(announced.authorization_response_iss_parameter_supported);
        assert.equal(requireIssuer, mode === 'strict');
        const answer = loopback.wait({ state, issuer, requireIssuer });
        const query = encodeAuthorizeRequest({
          client_id: publicApplication,
          redirect_uri: loopback.redirectUri,
          response_type: 'code',
          scope,
          state,
          login_hint: john.username,
          code_challenge: challenge,
          code_challenge_method: method,
        });
        const sent = await sandbox.fetch(`${url}/oauth2/v2.0/authorize?${query}`, { redirect: 'manual' });
        const back = new URL(sent.headers.get('location') ?? '');
        assert.equal(back.origin, loopback.redirectUri);
        assert.equal((await ask(loopback.port, `/${back.search}`)).status, 303);
        const { shown } = await ask(loopback.port, '/done');
        assert.equal(shown, decision === 'approve' ? 'signedIn' : 'notSignedIn');
        if (decision === 'decline') {
          await assert.rejects(answer, { code: 'access_refused', error: 'access_denied', aadsts: [65_004] });
          return;
        }
        const { code } = await answer;
        const response = await sandbox.fetch(`${url}/oauth2/v2.0/token`, {
          method: 'POST',
          body: new URLSearchParams({
            grant_type: 'authorization_code',
            client_id: publicApplication,
            code: code.reveal(),
            redirect_uri: loopback.redirectUri,
            code_verifier: verifier.reveal(),
          }),
        });
        const tokens = (await response.json()) as Readonly<Record<string, string>>;
        assert.deepEqual(tokenParts(tokens.access_token).claims.amr, ['pwd', 'mfa']);
      });
    }
  }
}
