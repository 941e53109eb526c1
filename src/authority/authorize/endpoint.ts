import { CheckTrail } from '../../base/check-trail.ts';
import {
  type Application,
  type Demands,
  isPublicClient,
  isSingleTenant,
  type Purpose,
  type RedirectPlatform,
  type RedirectTarget,
} from '../../domain/index.ts';
import { type AuthorizeParameters, decodeAuthorizeRequest } from '../../protocol/authorize-request.ts';
import { tenantPlaceholder } from '../../protocol/tenants.ts';
import type { Call, Endpoint } from '../call.ts';
import type { AuthorityContext } from '../context.ts';
import { AuthorityError } from '../error-table.ts';
import { begin } from '../interaction/begin.ts';
import type { Beginning } from '../interaction/beginning.ts';
import { policyOf } from '../policy.ts';
import { type NamedTenant, namedTenant } from '../tenancy.ts';
import { readPermissions } from '../token/permissions.ts';
import {
  askedFor,
  codeChallenge,
  maxAgeSeconds,
  promptsAsked,
  refuseRequestObjects,
  requireCode,
  requireKnownMode,
  requireOnce,
  responseMode,
} from './checks.ts';
import { postedAgainByGet } from './posted.ts';
import { applicationAsked, redirectAsked } from './redirect.ts';
import { respondError } from './respond.ts';

/**
 * `/oauth2/authorize` and `/oauth2/v2.0/authorize`. Until the client and its redirect address are known every refusal is
 * a page; after that the application hears of it.
 */
export const authorizeEndpoint: Endpoint = async (context, call) => {
  // Before anything is answered with the path in it.
  const named = await namedTenant(context, call.tenant);
  if (call.http.method === 'POST') return postedAgainByGet(call);
  const trail = new CheckTrail(authorizeChecks);
  call.trail = trail;
  requireGet(call);
  trail.passed('tenant', 'tenant' in named ? named.tenant.displayName : named.alias);
  const received = decodeAuthorizeRequest(call.http.query);
  const { get, repeated } = received;
  if (repeated.has('client_id') || repeated.has('redirect_uri')) requireOnce(received);
  const application = await applicationAsked(context, named, get('client_id'));
  trail.passed('client', application.displayName);
  const { redirectUri, platform } = redirectAsked(application, get('redirect_uri'));
  trail.passed('redirect', platform);
  const target = {
    redirectUri,
    responseMode: repeated.has('response_mode') ? ('query' as const) : responseMode(get),
    ...given('state', repeated.has('state') ? undefined : get('state')),
    ...issuerNamed(context, call, named),
  };
  try {
    const beginning = await checked(context, call, { received, named, application, platform, target });
    trail.passed('parameters');
    const reply = await begin(context, call, beginning);
    trail.passed('beginning');
    return reply;
  } catch (cause) {
    if (!(cause instanceof AuthorityError)) throw cause;
    return respondError(target, cause, call);
  }
};

/** What every authorize request passes, in this order: each as the flow viewer names it. */
const authorizeChecks = {
  tenant: 'The tenant is known',
  client: 'The application is known',
  redirect: 'redirect_uri is registered for the application',
  parameters: 'Each parameter stands once, can be read, and fits the application: response_type, PKCE, prompt, scope',
  beginning: 'A page can be shown, or nothing has to be asked',
} as const;

interface Known {
  readonly received: AuthorizeParameters;
  readonly named: NamedTenant;
  readonly application: Application;
  readonly platform: RedirectPlatform;
  readonly target: RedirectTarget;
}

/** The checks whose refusals the application hears of. */
async function checked(context: AuthorityContext, call: Call, known: Known): Promise<Beginning> {
  const { received, named, application, platform, target } = known;
  const { get } = received;
  requireOnce(received);
  refuseRequestObjects(get);
  requireCode(get);
  requireKnownMode(get);
  const challenge = codeChallenge(context, get, { application, platform });
  const prompts = promptsAsked(get);
  const demands = demandsOf(context, application, { prompts, maxAge: maxAgeSeconds(get) });
  if ('alias' in named) requireSeveralTenants(application);
  const asked = askedFor(get, call.version);
  await requireReadable(context, call, { named, asked });
  const purpose: Purpose = {
    kind: 'authorize',
    appId: application.appId,
    tenantPath: call.tenant,
    version: call.version,
    asked,
    target,
    platform,
    ...(challenge ? { codeChallenge: challenge } : {}),
    ...given('nonce', get('nonce')),
    ...given('loginHint', get('login_hint')),
    wantsClientInfo: get('client_info') === '1',
  };
  return { purpose, demands, isSilent: prompts.has('none') };
}

export function requireGet({ http }: Call): void {
  if (http.method === 'GET' || http.method === 'HEAD') return;
  throw new AuthorityError('wrongVerb', { accepted: 'GET, POST', received: http.method });
}

const given = <Name extends string>(name: Name, value: string | undefined): { readonly [_ in Name]?: string } =>
  value === undefined ? {} : ({ [name]: value } as { readonly [_ in Name]: string });

/** At an alias the user says later whose it is. */
export function issuerNamed(context: AuthorityContext, call: Call, named: NamedTenant): { issuer?: string } {
  if (!policyOf(context).responsesNameIssuer) return {};
  const tenant = 'tenant' in named ? named.tenant.id : tenantPlaceholder;
  return { issuer: context.issuers(call.http.origin, tenant)[call.version] };
}

export function requireSeveralTenants(application: Application): void {
  if (isSingleTenant(application)) {
    throw new AuthorityError('singleTenantApplicationOnAlias', { application: application.appId });
  }
}

function demandsOf(
  context: AuthorityContext,
  application: Application,
  { prompts, maxAge }: { prompts: ReadonlySet<string>; maxAge: number | undefined },
): Demands {
  const isUnverified = policyOf(context).publicClientsAlwaysAsk && isPublicClient(application);
  return {
    ...(prompts.has('login') ? { freshSignIn: true } : {}),
    ...(maxAge === undefined ? {} : { maxAgeSeconds: maxAge }),
    ...(prompts.has('select_account') ? { accountChoice: true } : {}),
    ...(prompts.has('admin_consent') ? { consent: 'tenant' } : {}),
    ...(!prompts.has('admin_consent') && (prompts.has('consent') || isUnverified) ? { consent: 'user' } : {}),
  };
}

/** In a tenant that is known, what is wrong with scope or resource is said before anybody signs in. */
async function requireReadable(
  context: AuthorityContext,
  { version }: Call,
  { named, asked: written }: { named: NamedTenant; asked: { scope?: string; resource?: string } },
): Promise<void> {
  if (!('tenant' in named) || (version === 'v1' && !written.resource)) return;
  await readPermissions(context, named.tenant, { version, written, actsFor: 'user' });
}
