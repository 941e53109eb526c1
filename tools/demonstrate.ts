import { readFileSync } from 'node:fs';
import { systemClock } from '../src/base/clock.ts';
import { generateAccessToken, newPartnerAccessToken, trustingFetch } from '../src/index.ts';
import { sandboxEnvironment } from '../src/protocol/environments.ts';
import { resourceIn } from '../src/protocol/resources.ts';
import type { Sandbox } from '../src/server/index.ts';
import { remoteKeys, verifyIssuedToken } from '../src/verify/index.ts';

/** Obtains one partner token through a running sandbox with the public library, and tells each step in a line. */
export async function demonstrate(sandbox: Sandbox, say: (line: string) => void): Promise<void> {
  const { applications, tenants } = sandbox.credentials();
  const application = applications.find(({ secret }) => secret !== undefined);
  const tenant = tenants.find(({ id, partner }) => partner && id === application?.tenantId);
  if (!application?.secret || !tenant) {
    say('The seed holds no partner’s application with a secret, so there is no token to obtain.');
    return;
  }
  const environment = sandboxEnvironment(sandbox.url);
  const ownFetch = sandbox.tls ? trustingFetch(readFileSync(sandbox.tls.caFile, 'utf8')) : fetch;
  const resource = resourceIn(environment, 'partner-center');
  if (!resource) throw new TypeError('the sandbox offers Partner Center');

  say(`One partner token, obtained the way ${tenant.displayName} would:`);
  const entra = await newPartnerAccessToken({
    servicePrincipal: true,
    applicationId: application.appId,
    credential: { userName: application.appId, password: application.secret },
    tenant: tenant.domain,
    scopes: [resource.defaultScope],
    environment,
    fetch: ownFetch,
  });
  say(
    `  1. client credentials for ${application.displayName}: an Entra token for ${resource.identifier}, until ${time(entra.expiresOn)}`,
  );

  const issued = await generateAccessToken({ bearer: entra.accessToken, environment, fetch: ownFetch });
  say(
    `  2. POST /v3/generatetoken, ms-requestid ${issued.requestId}: a Partner Center token, until ${time(issued.expiresOn)}`,
  );

  const again = await generateAccessToken({
    bearer: entra.accessToken,
    requestId: issued.requestId,
    environment,
    fetch: ownFetch,
  });
  if (again.accessToken !== issued.accessToken || !again.replayed) throw new Error('the repeat got another token');
  say('  3. the same ms-requestid again: the same token (Idempotent-Replayed: true)');

  const keysAt = new URL('/.well-known/jwks.json', sandbox.url);
  const keys = remoteKeys({ url: keysAt, algorithms: ['RS256'], fetch: ownFetch, clock: systemClock, warn: say });
  const rule = { clock: systemClock, issuer: sandbox.url, audience: resource.identifier, keys };
  const claims = await verifyIssuedToken(rule, issued.accessToken);
  say(`  4. verified against ${keysAt.href}: issuer ${claims.iss}, tenant ${claims.tid}, application ${claims.appid}`);
}

const time = (instant: Date): string => `${instant.toISOString().slice(11, 19)} UTC`;
