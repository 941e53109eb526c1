import {
  type Application,
  type BrowserSession,
  type Interaction,
  microsoftServicesTenantId,
  type SignIn,
  type Situation,
  stands,
  type Tenant,
  type User,
} from '../../domain/index.ts';
import type { Call } from '../call.ts';
import type { AuthorityContext } from '../context.ts';
import { AuthorityError } from '../error-table.ts';
import { type ConsentRequest, consentOf } from './consent-of.ts';
import { strangerIn, tenantForUser } from './tenant-of.ts';

/** A sign-in of the browser's session that would do, with its user. */
export interface Account {
  readonly signIn: SignIn;
  readonly user: User;
}

/** Where an interaction stands: what decides the next step, and what its page shows. */
export interface Standing extends Situation {
  readonly application: Application;
  /** The organization the application is registered in. */
  readonly publisher: string;
  readonly accounts: readonly Account[];
  /** Where the tokens will be good; known once there is a user. */
  readonly tenant: Tenant | undefined;
  readonly requests: readonly ConsentRequest[];
  readonly openIdScopes: readonly string[];
}

/** Read anew at every request: nothing about users, consent or applications is remembered between two pages. */
export async function standingOf(
  context: AuthorityContext,
  { now, http }: Call,
  { interaction, session }: { interaction: Interaction; session: BrowserSession | undefined },
): Promise<Standing> {
  const { directory } = context;
  const { purpose, demands, signIn } = interaction;
  const place = { ...purpose, now };
  const application = await directory.applicationById(purpose.appId);
  if (!application) throw new AuthorityError('unknownApplication', { application: purpose.appId, tenant: '' });
  const publisher = await publisherOf(context, application);
  const accounts = await accountsAt(context, place, session?.signIns ?? []);
  const user = signIn && (await directory.userById(signIn.userTenantId, signIn.userId));
  const standing = { now, application, publisher, accounts, signIns: accounts.map((account) => account.signIn), user };
  if (!signIn || !stands(signIn, user)) {
    return { ...standing, tenant: undefined, consent: 'given', requests: [], openIdScopes: [] };
  }
  const tenant = await tenantForUser(context, place, user);
  if (!tenant) throw await strangerIn(context, { ...purpose, origin: http.origin }, user);
  return { ...standing, tenant, ...(await consentOf(context, { purpose, demands, application, tenant, user })) };
}

async function publisherOf({ directory }: AuthorityContext, { appOwnerOrganizationId }: Application): Promise<string> {
  if (appOwnerOrganizationId === microsoftServicesTenantId) return 'Microsoft';
  return (await directory.tenantById(appOwnerOrganizationId))?.displayName ?? 'an unknown organization';
}

async function accountsAt(
  context: AuthorityContext,
  place: { tenantPath: string; now: Date },
  signIns: readonly SignIn[],
): Promise<readonly Account[]> {
  const accounts = await Promise.all(
    signIns.map(async (signIn) => {
      const user = await context.directory.userById(signIn.userTenantId, signIn.userId);
      if (!stands(signIn, user)) return [];
      return (await tenantForUser(context, place, user)) ? [{ signIn, user }] : [];
    }),
  );
  return accounts.flat();
}
