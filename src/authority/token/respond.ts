import type { Authorization } from '../../domain/index.ts';
import type { HttpReply } from '../../http/message.ts';
import { oidcScopes } from '../../protocol/scopes.ts';
import { encodeTokenResponse, type TokenResponse } from '../../protocol/token-response.ts';
import { type Call, notStored } from '../call.ts';
import { lifetimeSeconds, validity } from './claims.ts';
import type { Issue, IssuedTokens } from './issue.ts';
import type { AskedPermissions } from './permissions.ts';

/** Writes the answer in the endpoint's own form: v1 as the Referrals document prints it, v2 as captured from Entra. */
export function respond(
  { call, authorization, asked }: Issue,
  tokens: IssuedTokens & { readonly refreshToken: string | undefined },
): HttpReply {
  const scope = authorization.subject.kind === 'user' ? { scope: grantedScope(call, authorization, asked) } : {};
  const response: TokenResponse = {
    tokenType: 'Bearer',
    ...scope,
    ...(call.version === 'v1' ? v1Times(call.now, authorization.audience) : v2Times),
    accessToken: tokens.accessToken,
    ...(tokens.refreshToken === undefined ? {} : { refreshToken: tokens.refreshToken }),
    ...(tokens.idToken === undefined ? {} : { idToken: tokens.idToken }),
    ...(tokens.clientInfo === undefined ? {} : { clientInfo: tokens.clientInfo }),
  };
  return { status: 200, headers: notStored, body: encodeTokenResponse(response, call.version) };
}

/** `expires_on` and `not_before` are the token's own `exp` and `nbf`: 3900 seconds apart. */
function v1Times(now: Date, resource: string) {
  const { exp, nbf } = validity(now);
  return {
    expiresInSeconds: lifetimeSeconds,
    extExpiresInSeconds: lifetimeSeconds,
    expiresOn: exp,
    notBefore: nbf,
    resource,
  };
}

const v2Times = { expiresInSeconds: lifetimeSeconds - 1, extExpiresInSeconds: lifetimeSeconds - 1 };

/**
 * v1 says the permissions' names; v2 spells them as they were asked for, and echoes `.default` beside what it stood for:
 * clients keep a token under this text and look for what they ask for in it.
 */
function grantedScope(call: Call, { scopes, audience }: Authorization, asked: AskedPermissions): string {
  if (call.version === 'v1') return scopes.join(' ');
  const resourceScopes =
    asked.permissions === 'all'
      ? [...scopes.map((scope) => (oidcScopes.has(scope) ? scope : `${audience}/${scope}`)), ...asked.scopesAsWritten]
      : asked.scopesAsWritten;
  const granted = new Set([...asked.openIdScopes, ...resourceScopes]);
  granted.delete('offline_access');
  return [...granted].join(' ');
}
