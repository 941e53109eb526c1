import { canonicalGuid, isGuid } from '../../base/guid.ts';
import { type Application, isSingleTenant, type RedirectPlatform, redirectPlatform } from '../../domain/index.ts';
import type { AuthorityContext } from '../context.ts';
import { AuthorityError } from '../error-table.ts';
import type { NamedTenant } from '../tenancy.ts';

/** Throws 900144, 700038 and 700016: all of them to be shown, for there is nobody to send the browser back to. */
export async function applicationAsked(
  { directory }: AuthorityContext,
  named: NamedTenant,
  clientId: string | undefined,
): Promise<Application> {
  if (!clientId) throw new AuthorityError('missingParameter', { parameter: 'client_id' });
  const id = canonicalGuid(clientId);
  if (!isGuid(id)) throw new AuthorityError('invalidApplicationIdentifier', { application: clientId });
  const application = await directory.applicationById(id);
  const tenantId = 'tenant' in named ? named.tenant.id : undefined;
  const isElsewhere =
    application &&
    tenantId !== undefined &&
    isSingleTenant(application) &&
    application.appOwnerOrganizationId !== tenantId;
  if (application && !isElsewhere) return application;
  const tenant = 'tenant' in named ? named.tenant.displayName : named.alias;
  throw new AuthorityError('unknownApplication', { application: id, tenant });
}

/** The redirect address and its platform. One that is left out is the only one registered. Throws 900971 and 50011. */
export function redirectAsked(
  application: Application,
  given: string | undefined,
): { redirectUri: string; platform: RedirectPlatform } {
  const registered = Object.values(application.redirectUris).flat();
  const redirectUri = given ?? (registered.length === 1 ? registered[0] : undefined);
  if (redirectUri === undefined) throw new AuthorityError('redirectMissing');
  const platform = redirectPlatform(application, redirectUri);
  if (platform) return { redirectUri, platform };
  throw new AuthorityError('redirectNotRegistered', { redirect: redirectUri, application: application.appId });
}
