import {
  applicationRoleTemplateId,
  type Client,
  type ClientAuthentication,
  microsoftServicesTenantId,
  type UserSubject,
} from '../../domain/index.ts';
import { resourceApplicationIds } from '../../protocol/resources.ts';
import type { AuthorityContext } from '../context.ts';
import {
  homeClaims,
  opaque,
  opaqueClaims,
  pairwiseSubject,
  roleTemplateIds,
  tokenIdentifier,
  validity,
} from './claims.ts';
import type { Issue } from './issue.ts';

const authenticationClass: Readonly<Record<ClientAuthentication, string>> = {
  none: '0',
  secret: '1',
  certificate: '2',
  // Entra knows no fourth class; another's signature stands where the client's own would.
  federated: '2',
};

type Claims = Readonly<Record<string, unknown>>;

/** The resource decides the version of its tokens, whichever endpoint was asked. A claim that is undefined is left out. */
export function accessTokenClaims(context: AuthorityContext, issue: Issue): Claims {
  return issue.authorization.resource.application.requestedAccessTokenVersion === 1
    ? v1Claims(context, issue)
    : v2Claims(context, issue);
}

function v1Claims(context: AuthorityContext, issue: Issue): Claims {
  const { authorization, call } = issue;
  const { tenant, client, subject, resource } = authorization;
  const issuer = context.issuers(call.http.origin, tenant.id).v1;
  const isMicrosofts = resource.application.appOwnerOrganizationId === microsoftServicesTenantId;
  const isGraph = resource.application.appId === resourceApplicationIds.graph;
  return {
    aud: authorization.audience,
    iss: issuer,
    ...validity(call.now),
    ...(subject.kind === 'user' ? { acr: '1' } : {}),
    ...opaqueClaims(context, subject),
    app_displayname: client.application.displayName,
    appid: client.application.appId,
    appidacr: authenticationClass[client.authentication],
    ...(subject.kind === 'user'
      ? { ...v1UserClaims(subject, call.http.remoteAddress), ...homeClaims(context, issue, subject) }
      : {
          idp: issuer,
          ...(isMicrosofts ? { idtyp: 'app' } : {}),
          ...(isGraph ? { wids: [applicationRoleTemplateId] } : {}),
        }),
    ...subjectClaims(context, issue),
    tenant_region_scope: 'WW',
    tid: tenant.id,
    uti: tokenIdentifier(context),
    ver: '1.0',
    ...capabilityClaims(issue),
  };
}

const v1UserClaims = ({ user, methods, rolesElsewhere }: UserSubject, address: string): Claims => ({
  amr: methods,
  family_name: user.surname,
  given_name: user.givenName,
  ipaddr: address,
  name: user.displayName,
  unique_name: user.userPrincipalName,
  upn: user.userPrincipalName,
  wids: rolesElsewhere ?? roleTemplateIds(user),
});

function v2Claims(context: AuthorityContext, issue: Issue): Claims {
  const { authorization, call, asked } = issue;
  const { tenant, client, subject, resource } = authorization;
  return {
    aud: resource.application.appId,
    iss: context.issuers(call.http.origin, tenant.id).v2,
    ...validity(call.now),
    ...opaqueClaims(context, subject),
    azp: client.application.appId,
    azpacr: authenticationClass[client.authentication],
    ...(subject.kind === 'user' && asked.openIdScopes.includes('profile')
      ? { name: subject.user.displayName, preferred_username: subject.user.userPrincipalName }
      : {}),
    ...(subject.kind === 'user' ? homeClaims(context, issue, subject) : {}),
    ...subjectClaims(context, issue),
    tid: tenant.id,
    uti: tokenIdentifier(context),
    ver: '2.0',
    ...capabilityClaims(issue),
    xms_ftd: opaque(context, 48),
  };
}

/** Who the token is about, and what they may do. An application is its own pairwise subject. */
function subjectClaims({ directory }: AuthorityContext, issue: Issue): Claims {
  const { client, subject, roles } = issue.authorization;
  return {
    ...(roles.length > 0 ? { roles } : {}),
    ...(subject.kind === 'user'
      ? {
          oid: subject.user.id,
          scp: scopeClaim(issue),
          sub: pairwiseSubject(directory, subject.user, client.application.appId),
        }
      : applicationSubject(client)),
  };
}

/** Clients that can answer a claims challenge say so, and their tokens tell the resource. Nothing else may be declared. */
const capabilityClaims = ({ request }: Issue): Claims =>
  request.capabilities.includes('cp1') ? { xms_cc: ['cp1'] } : {};

/** At Graph the scopes of OpenID Connect are permissions too. */
function scopeClaim({ authorization: { resource, scopes }, asked }: Issue): string {
  const isGraph = resource.application.appId === resourceApplicationIds.graph;
  const openId = isGraph ? asked.openIdScopes.filter((scope) => scope !== 'offline_access') : [];
  return [...new Set([...scopes, ...openId])].join(' ');
}

const applicationSubject = ({ servicePrincipal }: Client): Claims => ({
  oid: servicePrincipal.id,
  sub: servicePrincipal.id,
});
