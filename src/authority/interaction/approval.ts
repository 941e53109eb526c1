import type { Approval, SignIn } from '../../domain/index.ts';
import type { HttpReply } from '../../http/message.ts';
import type { Call } from '../call.ts';
import type { AuthorityContext } from '../context.ts';
import { AuthorityError } from '../error-table.ts';
import { type Beginning, draftOf } from './beginning.ts';
import { complete } from './finish.ts';
import { giveConsent } from './give-consent.ts';
import { type Standing, standingOf } from './standing.ts';

/**
 * The standing decision for the hinted user, which the sandbox's control API made: no page is shown. Undefined without
 * one. Throws 65004 when the decision is no, and what a page would have refused.
 */
export async function answerByApproval(
  context: AuthorityContext,
  call: Call,
  beginning: Beginning,
): Promise<HttpReply | undefined> {
  const { purpose } = beginning;
  const name = purpose.kind === 'authorize' ? purpose.loginHint?.toLowerCase() : undefined;
  const approval = name === undefined ? undefined : await context.entries.find('approval', name);
  if (!approval) return undefined;
  if (approval.decision === 'decline') throw new AuthorityError('consentRefused');
  const interaction = { ...draftOf(call, beginning, ''), signIn: signInOf(context, call, approval), isFresh: true };
  const standing = await standingOf(context, call, { interaction, session: undefined });
  await consentAsWell(context, standing, beginning.demands.consent === 'tenant');
  return complete(context, { call, interaction, standing });
}

const signInOf = ({ random }: AuthorityContext, { now }: Call, approval: Approval): SignIn => ({
  userId: approval.userId,
  userTenantId: approval.userTenantId,
  methods: approval.methods,
  authenticatedAt: now,
  sessionId: random.guid(),
});

/** Throws 50057 for a user who is disabled or gone, 90094 for what only an administrator may give. */
async function consentAsWell(context: AuthorityContext, standing: Standing, forTenant: boolean): Promise<void> {
  const { user, tenant, consent, application, requests } = standing;
  if (!user || !tenant) throw new AuthorityError('userDisabled');
  if (consent === 'administrator') {
    const values = { tenant: tenant.displayName, name: application.displayName };
    throw new AuthorityError('adminConsentRequired', values);
  }
  if (consent !== 'missing' && !forTenant) return;
  await giveConsent(context, { appId: application.appId, tenant, user, forTenant, requests });
}
