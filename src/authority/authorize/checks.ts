import { type Application, type AuthorizationCode, isPublicClient, type RedirectPlatform } from '../../domain/index.ts';
import type { RedirectTarget } from '../../domain/interaction.ts';
import type { AuthorizeParameters } from '../../protocol/authorize-request.ts';
import { scopesOf } from '../../protocol/scopes.ts';
import type { TokenEndpointVersion } from '../../protocol/token-request.ts';
import type { AuthorityContext } from '../context.ts';
import { AuthorityError } from '../error-table.ts';
import { policyOf } from '../policy.ts';

type Get = AuthorizeParameters['get'];

const invalid = (reason: string, error = 'invalid_request'): AuthorityError =>
  new AuthorityError('invalidRequest', { reason }, { differing: { error } });

export function requireOnce({ repeated }: AuthorizeParameters): void {
  const [parameter] = repeated;
  if (parameter !== undefined) throw new AuthorityError('repeatedParameter', { parameter });
}

/** What stands in a request object could contradict the request, and its address would be fetched (RFC 9101 section 10). */
export function refuseRequestObjects(get: Get): void {
  if (get('request')) throw invalid('Request objects are not supported.', 'request_not_supported');
  if (get('request_uri')) throw invalid('Request objects are not supported.', 'request_uri_not_supported');
}

const knownTypes: ReadonlySet<string> = new Set(['code', 'id_token', 'token', 'none']);

/** A code alone: tokens in an address end in histories and logs (RFC 9700 section 2.1.2). Throws 70005 and 700054. */
export function requireCode(get: Get): void {
  const responseType = get('response_type');
  if (!responseType) throw new AuthorityError('missingParameter', { parameter: 'response_type' });
  if (responseType === 'code') return;
  const isKnown = scopesOf(responseType).every((type) => knownTypes.has(type));
  throw new AuthorityError(isKnown ? 'responseTypeNotEnabled' : 'unsupportedResponseType', { responseType });
}

const responseModes: ReadonlySet<string> = new Set(['query', 'fragment', 'form_post']);

/** An unknown mode is refused in the usual one. */
export const responseMode = (get: Get): RedirectTarget['responseMode'] =>
  responseModes.has(get('response_mode') ?? '') ? (get('response_mode') as RedirectTarget['responseMode']) : 'query';

export function requireKnownMode(get: Get): void {
  const mode = get('response_mode');
  if (mode !== undefined && !responseModes.has(mode)) throw invalid(`The response_mode '${mode}' is not supported.`);
}

/** RFC 7636 section 4.2: 43 to 128 of these characters; a digest of SHA-256 is 43. */
const challengeForm = { S256: /^[A-Za-z0-9_-]{43}$/, plain: /^[A-Za-z0-9._~-]{43,128}$/ };

/** Throws 50147 and 9002325 (RFC 9700 section 2.1.1). */
export function codeChallenge(
  context: AuthorityContext,
  get: Get,
  { application, platform }: { application: Application; platform: RedirectPlatform },
): AuthorizationCode['codeChallenge'] {
  const { codeChallengeMethods, publicClientsNeedChallenge } = policyOf(context);
  const value = get('code_challenge');
  const named = get('code_challenge_method') ?? 'plain';
  if (value === undefined) {
    if (get('code_challenge_method') !== undefined) throw challengeInvalid();
    const isNeeded = platform === 'spa' || (publicClientsNeedChallenge && isPublicClient(application));
    if (isNeeded) throw new AuthorityError('codeChallengeRequired');
    return undefined;
  }
  const method = codeChallengeMethods.find((one) => one === named);
  if (!method || !challengeForm[method].test(value)) throw challengeInvalid();
  return { value, method };
}

const challengeInvalid = () =>
  new AuthorityError('codeChallengeInvalid', {}, { differing: { error: 'invalid_request' } });

/** What is asked for, in its own words. Throws 901002 and 900144. */
export function askedFor(get: Get, version: TokenEndpointVersion): { scope?: string; resource?: string } {
  const scope = get('scope');
  const resource = get('resource');
  if (version === 'v2' && resource !== undefined) throw new AuthorityError('resourceParameterNotSupported');
  if (version === 'v2' && scope === undefined) throw new AuthorityError('missingParameter', { parameter: 'scope' });
  return { ...(scope === undefined ? {} : { scope }), ...(resource === undefined ? {} : { resource }) };
}

const prompts: ReadonlySet<string> = new Set([
  'login',
  'none',
  'consent',
  'select_account',
  'admin_consent',
  'create',
  'no_session',
]);

/** Throws 90023: `none` says that nothing may be asked, and goes with nothing that does (OpenID Connect Core 3.1.2.1). */
export function promptsAsked(get: Get): ReadonlySet<string> {
  const asked = new Set(scopesOf(get('prompt') ?? ''));
  for (const prompt of asked) if (!prompts.has(prompt)) throw invalid(`The prompt '${prompt}' is not supported.`);
  if (asked.has('none') && asked.size > 1) throw invalid("The prompt 'none' cannot be combined with another.");
  return asked;
}

export function maxAgeSeconds(get: Get): number | undefined {
  const text = get('max_age');
  if (text === undefined) return undefined;
  if (!/^\d{1,9}$/.test(text)) throw invalid('max_age is no number of seconds.');
  return Number(text);
}
