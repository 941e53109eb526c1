import { canonicalGuid, isGuid } from '../../base/guid.ts';
import type { Secret } from '../../base/secret.ts';
import {
  type Application,
  type ClientAuthentication,
  isPublicClient,
  isSingleTenant,
  judgeClientSecret,
  type ServicePrincipal,
  type Tenant,
} from '../../domain/index.ts';
import { isTenantAlias } from '../../protocol/tenants.ts';
import type { Call } from '../call.ts';
import type { AuthorityContext } from '../context.ts';
import { AuthorityError } from '../error-table.ts';
import { authenticateByAssertion } from './assertion/index.ts';
import type { Exchange, TokenGrant } from './grant.ts';
import type { ReceivedRequest } from './request.ts';

/** A client found in the tenant, not yet authenticated. */
export interface Identified {
  readonly application: Application;
  readonly servicePrincipal: ServicePrincipal;
}

/** Throws 700038, 700016, 7000112, and 50194 at v2’s aliases. v1 takes single-tenant applications there too. */
export async function findClient(
  { directory }: AuthorityContext,
  { call, request, tenant }: { call: Call; request: ReceivedRequest; tenant: Tenant },
): Promise<Identified> {
  const id = applicationIdOf(request);
  const application = await directory.applicationById(id);
  const servicePrincipal = application && (await directory.servicePrincipal(tenant.id, id));
  if (!application || !servicePrincipal) {
    throw new AuthorityError('unknownApplication', { application: id, tenant: tenant.displayName });
  }
  requireSeveralTenants(call, application);
  if (!servicePrincipal.accountEnabled) {
    throw new AuthorityError('applicationDisabled', { application: id, name: application.displayName });
  }
  return { application, servicePrincipal };
}

/** The application where no tenant is known yet: whether it is in the user's is asked when there is one. */
export async function findApplication(
  { directory }: AuthorityContext,
  call: Call,
  request: ReceivedRequest,
): Promise<Application> {
  const id = applicationIdOf(request);
  const application = await directory.applicationById(id);
  if (!application) throw new AuthorityError('unknownApplication', { application: id, tenant: call.tenant });
  requireSeveralTenants(call, application);
  return application;
}

function applicationIdOf({ clientId }: ReceivedRequest): string {
  const id = canonicalGuid(clientId);
  if (!isGuid(id)) throw new AuthorityError('invalidApplicationIdentifier', { application: clientId });
  return id;
}

function requireSeveralTenants(call: Call, application: Application): void {
  if (call.version === 'v2' && isTenantAlias(call.tenant) && isSingleTenant(application)) {
    throw new AuthorityError('singleTenantApplicationOnAlias', { application: application.appId });
  }
}

/**
 * Throws 7000216 and 7000218 without a credential, 700025 with one too many, 7000215 and 7000222 with a wrong secret, and
 * what `authenticateByAssertion` throws.
 */
export async function authenticateClient(
  context: AuthorityContext,
  grant: TokenGrant,
  exchange: Exchange,
): Promise<ClientAuthentication> {
  const { application } = exchange.client;
  const { clientSecret, clientAssertion } = exchange.request;
  if (!clientSecret && !clientAssertion) {
    if (grant.actsFor === 'application') throw new AuthorityError('credentialRequiredForClientCredentials');
    if (isPublicClient(application) || application.isFallbackPublicClient) return 'none';
    throw new AuthorityError('credentialRequired');
  }
  if (isPublicClient(application)) throw new AuthorityError('publicClientSentCredential');
  return clientSecret
    ? authenticateBySecret(exchange.call, application, clientSecret)
    : authenticateByAssertion(context, exchange);
}

function authenticateBySecret({ now }: Call, { appId, passwordCredentials }: Application, secret: Secret): 'secret' {
  const judgement = judgeClientSecret(passwordCredentials, secret, now);
  if (judgement === 'expired') throw new AuthorityError('expiredClientSecret', { application: appId });
  if (judgement === 'wrong') throw new AuthorityError('invalidClientSecret', { application: appId });
  return 'secret';
}
