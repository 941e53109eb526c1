import { fromEpochSeconds } from '../../base/clock.ts';
import type { JsonObject } from '../../base/json.ts';
import { rfc3339 } from '../../client/auth-result.ts';
import { AuthError } from '../../client/errors.ts';
import { readTokenClaims } from '../../client/token-claims.ts';
import { environments } from '../../protocol/environments.ts';
import { type ResourceName, resourceOfAudience } from '../../protocol/resources.ts';
import type { Command, CommandContext } from '../command.ts';
import { textValue } from '../options.ts';
import { readSecret, tokenOf } from '../secrets.ts';

export const decode: Command = {
  description:
    'Shows a token’s header and claims and what matters of them: audience, tenant, application, user, MFA, expiry. The ' +
    'signature is not verified, and nothing leaves this machine.',
  examples: [
    { line: 'partner-auth decode token.txt', does: 'from a file' },
    { line: 'partner-auth token … --output token | partner-auth decode', does: 'from standard input' },
    { line: 'partner-auth decode token.txt --query summary.mfa', does: 'one fact' },
  ],
  positionals: [{ name: '[file]', description: 'file with the token, or -; default standard input' }],
  options: { accessTokenFile: { value: 'FILE', description: 'the same as the file argument' } },
  run: async (context) => ({ value: decodedToken(await tokenText(context), context.io.clock.now()) }),
};

async function tokenText(context: CommandContext): Promise<string> {
  const { io, values, positionals, warn } = context;
  const [positional] = positionals;
  const option = textValue(values, 'accessTokenFile');
  if (positional !== undefined && option !== undefined) {
    throw new AuthError('invalid_parameters', 'Give the file once.');
  }
  const path = positional ?? option ?? '-';
  if (/^eyJ[\w-]+\./.test(path)) {
    throw new AuthError('invalid_parameters', 'A token on the command line can be read by everyone on this machine.', {
      hint: 'Give it by a file, or by standard input: partner-auth decode -.',
    });
  }
  if (path === '-' && io.stdin.isTerminal) {
    throw new AuthError('invalid_parameters', 'No token was given.', { hint: 'Name a file, or pipe the token in.' });
  }
  const label = path === '-' ? 'Standard input' : path;
  return tokenOf(await readSecret(io, { kind: 'file', name: path, label }, warn)).reveal();
}

function decodedToken(token: string, now: Date): object {
  const claims = readTokenClaims(token);
  if (!claims) {
    const parts = token.split('.').length;
    const encrypted = parts === 5 ? 'it is encrypted (five parts)' : 'it is no JWT of three parts';
    throw new AuthError('token_unreadable', `The token cannot be decoded: ${encrypted}. It may still be a good one.`);
  }
  return {
    header: claims.header,
    claims: claims.all,
    summary: summaryOf(claims.all, claims.mfa, now),
    signature: 'not verified',
  };
}

const instant = (value: unknown): string | null =>
  typeof value === 'number' && Math.abs(value) < 1e11 ? rfc3339(fromEpochSeconds(value)) : null;

const text = (value: unknown): string | null => (typeof value === 'string' ? value : null);

function summaryOf(claims: JsonObject, mfa: boolean | null, now: Date): object {
  const { exp } = claims;
  const left = typeof exp === 'number' ? Math.floor(exp - now.getTime() / 1000) : null;
  return {
    audience: text(claims.aud),
    resource: resourceNameOf(text(claims.aud)),
    issuer: text(claims.iss),
    tenantId: text(claims.tid),
    applicationId: text(claims.appid) ?? text(claims.azp),
    user: text(claims.upn) ?? text(claims.preferred_username) ?? text(claims.unique_name),
    actsFor: claims.scp === undefined ? 'application' : 'user',
    scopes: text(claims.scp)?.split(' ') ?? [],
    roles: Array.isArray(claims.roles) ? claims.roles : [],
    mfa,
    issuedAt: instant(claims.iat),
    notBefore: instant(claims.nbf),
    expiresOn: instant(exp),
    secondsLeft: left,
    expired: left === null ? null : left <= 0,
  };
}

/** In whichever cloud: a token does not say, and no two clouds give one audience to two resources. */
const resourceNameOf = (audience: string | null): ResourceName | null =>
  Object.values(environments)
    .map((environment) => (audience === null ? undefined : resourceOfAudience(environment, audience)))
    .find((resource) => resource !== undefined)?.name ?? null;
