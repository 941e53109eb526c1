import type { Purpose } from '../../domain/index.ts';
import { decodeAuthorizeRequest } from '../../protocol/authorize-request.ts';
import { requireOnce } from '../authorize/checks.ts';
import { issuerNamed, requireGet, requireSeveralTenants } from '../authorize/endpoint.ts';
import { applicationAsked, redirectAsked } from '../authorize/redirect.ts';
import { respondError } from '../authorize/respond.ts';
import type { Endpoint } from '../call.ts';
import { AuthorityError } from '../error-table.ts';
import { begin } from '../interaction/begin.ts';
import { namedTenant } from '../tenancy.ts';

/**
 * `/adminconsent` and `/v2.0/adminconsent`: an administrator gives an application its permissions for everybody, and the
 * application becomes known in the tenant.
 */
export const adminConsentEndpoint: Endpoint = async (context, call) => {
  requireGet(call);
  const received = decodeAuthorizeRequest(call.http.query);
  const { get } = received;
  requireOnce(received);
  const named = await namedTenant(context, call.tenant);
  const application = await applicationAsked(context, named, get('client_id'));
  const { redirectUri } = redirectAsked(application, get('redirect_uri'));
  const state = get('state');
  const scope = get('scope');
  const target = {
    redirectUri,
    responseMode: 'query' as const,
    ...(state === undefined ? {} : { state }),
    ...issuerNamed(context, call, named),
  };
  const purpose: Purpose = {
    kind: 'adminConsent',
    appId: application.appId,
    tenantPath: call.tenant,
    version: call.version,
    asked: scope === undefined || call.version === 'v1' ? {} : { scope },
    target,
  };
  try {
    if ('alias' in named) requireSeveralTenants(application);
    return await begin(context, call, { purpose, demands: { consent: 'tenant' } });
  } catch (cause) {
    if (!(cause instanceof AuthorityError)) throw cause;
    return respondError(target, cause, call);
  }
};
