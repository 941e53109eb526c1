import type { UserSubject } from '../../domain/index.ts';
import type { AuthorityContext } from '../context.ts';
import { opaqueClaims, pairwiseSubject, tokenIdentifier, validity } from './claims.ts';
import type { Issue } from './issue.ts';

/** The ID token's version follows the endpoint. No `nonce` here: a client that sent none rejects one. */
export function idTokenClaims(
  context: AuthorityContext,
  { authorization, asked, call }: Issue,
  { user, methods }: UserSubject,
): object {
  const { tenant, client } = authorization;
  const issuers = context.issuers(call.http.origin, tenant.id);
  const { rh } = opaqueClaims(context);
  const identity = {
    name: user.displayName,
    oid: user.id,
    rh,
    sub: pairwiseSubject(context.directory, user, client.application.appId),
    tid: tenant.id,
    uti: tokenIdentifier(context),
  };
  if (call.version === 'v1') {
    return {
      aud: client.application.appId,
      iss: issuers.v1,
      ...validity(call.now),
      amr: methods,
      family_name: user.surname,
      given_name: user.givenName,
      ipaddr: call.http.remoteAddress,
      ...identity,
      unique_name: user.userPrincipalName,
      upn: user.userPrincipalName,
      ver: '1.0',
    };
  }
  const { name, ...withoutName } = identity;
  return {
    aud: client.application.appId,
    iss: issuers.v2,
    ...validity(call.now),
    ...(asked.openIdScopes.includes('email') && user.mail !== undefined ? { email: user.mail } : {}),
    ...(asked.openIdScopes.includes('profile') ? { name, preferred_username: user.userPrincipalName } : {}),
    ...withoutName,
    ver: '2.0',
  };
}
