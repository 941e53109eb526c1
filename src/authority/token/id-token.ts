import { epochSeconds } from '../../base/clock.ts';
import type { UserSubject } from '../../domain/index.ts';
import type { AuthorityContext } from '../context.ts';
import { homeClaims, opaqueClaims, pairwiseSubject, tokenIdentifier, validity } from './claims.ts';
import type { Issue } from './issue.ts';

/** The ID token's version follows the endpoint. A client that sent no `nonce` rejects one. */
export function idTokenClaims(context: AuthorityContext, issue: Issue, subject: UserSubject): object {
  const { authorization, asked, call, nonce } = issue;
  const { user, methods } = subject;
  const { tenant, client } = authorization;
  const issuers = context.issuers(call.http.origin, tenant.id);
  const { rh } = opaqueClaims(context, subject);
  const identity = {
    ...homeClaims(context, issue, subject),
    name: user.displayName,
    ...(nonce === undefined ? {} : { nonce }),
    oid: user.id,
    rh,
    ...sessionClaims(subject),
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

/** Of a sign-in in a browser: its session, and when the user last proved who they are (for `max_age`). */
const sessionClaims = ({ sessionId, authenticatedAt }: UserSubject) =>
  sessionId === undefined ? {} : { auth_time: epochSeconds(authenticatedAt), sid: sessionId };
