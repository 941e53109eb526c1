import { mayConsentForTenant } from '../../../domain/index.ts';
import type { AuthorityContext } from '../../context.ts';
import { AuthorityError } from '../../error-table.ts';
import { consentPage } from '../../pages/consent-page.ts';
import { finishWith } from '../finish.ts';
import { frameOf } from '../frame-of.ts';
import { giveConsent } from '../give-consent.ts';
import { refuseForm } from '../marker.ts';
import { proceed } from '../proceed.ts';
import type { Visit } from '../visit.ts';
import type { StepPage } from './step-page.ts';

/** The form holds a decision and nothing to decide about: what is granted is what was shown, worked out here again. */
export const consentStep: StepPage = {
  shown: shownBy,

  show: (visit) => consentPage(frameOf(visit, shownBy(visit)), questionOf(visit)),

  answer: async (context, visit, form) => {
    if (form.get('decision') !== 'accept') {
      return finishWith.refusal(context, visit, new AuthorityError('consentRefused'));
    }
    return proceed(context, visit, { step: 'consent' }, () =>
      grant(context, visit, form.get('organization') === 'yes'),
    );
  },
};

function shownBy({ standing: { requests, openIdScopes } }: Visit): string {
  const permissions = requests.flatMap(({ resource, permissions }) =>
    permissions.map(({ value }) => `${resource.appId}/${value}`),
  );
  return [...permissions, ...openIdScopes].join(' ');
}

async function grant(context: AuthorityContext, visit: Visit, isForTenant: boolean): Promise<void> {
  const { user, tenant, requests } = visit.standing;
  const { purpose, demands } = visit.interaction;
  if (!user || !tenant) refuseForm('The account is no longer there.');
  const forTenant = (demands.consent === 'tenant' || isForTenant) && mayConsentForTenant(user, tenant.id);
  await giveConsent(context, { appId: purpose.appId, tenant, user, forTenant, requests });
}

function questionOf({ standing, interaction: { demands } }: Visit) {
  const { publisher, tenant, user, requests, openIdScopes } = standing;
  return {
    publisher,
    tenantName: tenant?.displayName ?? '',
    forTenant: demands.consent === 'tenant',
    mayDecideForTenant: user !== undefined && tenant !== undefined && mayConsentForTenant(user, tenant.id),
    requests,
    openIdScopes,
  };
}
