import { type Environment, environments } from '../protocol/environments.ts';
import type { GenerateTokenApi } from '../protocol/generate-token.ts';
import { audienceName, audiencesOf, azureAdGraphApplicationId } from '../protocol/resources.ts';
import type { ClientContext } from './context.ts';
import { AuthError } from './errors.ts';
import { readTokenClaims, type TokenClaims } from './token-claims.ts';

/**
 * What a bearer says of itself, looked at before it goes to Partner Center. One that cannot be read is sent as it is: the
 * service decides.
 */
export function checkBearer(
  context: ClientContext,
  environment: Environment,
  { bearer, api }: { readonly bearer: string; readonly api: GenerateTokenApi },
): void {
  const claims = readTokenClaims(bearer);
  if (!claims) return;
  requireAudience(environment, claims, api);
  warnOfMissingMfa(context, claims);
}

/** A token for another resource would be refused there (900420), and shown to a host that is not its own. */
function requireAudience(environment: Environment, { audience }: TokenClaims, api: GenerateTokenApi): void {
  if (audience === undefined) return;
  const name = audienceName(audience);
  const clouds = [environment, ...Object.values(environments)];
  // In whichever cloud: a proxy or a service of one's own may take another's, and says so itself where it does not.
  if (clouds.some((cloud) => audiencesOf(cloud, cloud.partnerCenter).has(name))) return;
  const legacy = [azureAdGraphApplicationId, ...clouds.map(({ azureAdGraph }) => audienceName(azureAdGraph))];
  if (api === 'legacy' && legacy.includes(name)) return;
  throw new AuthError('audience_refused', `The bearer is for ${audience}, not for ${environment.partnerCenter}.`, {
    partnerCode: '900420',
    reason: 'Partner Center refuses it, whatever its user may do; nothing was sent.',
    hint: 'Obtain a token for Partner Center: --resource partner-center. Signing in again or with MFA does not help.',
  });
}

/** Whether MFA is enforced is the service's to say. The remedy is the sign-in's, so it is told before the refusal. */
function warnOfMissingMfa({ warn }: ClientContext, { mfa, scopes, all }: TokenClaims): void {
  if (mfa !== false || scopes.length === 0) return;
  const methods = Array.isArray(all.amr) ? all.amr.join(' ') : '';
  warn(
    `The bearer’s user passed no MFA (amr: ${methods}), and Partner Center refuses such tokens while it is enforced ` +
      '(900421). Sign in with MFA, in the browser or by device code; a password grant and its refresh tokens cannot pass it.',
  );
}
