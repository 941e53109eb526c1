import { pickAccountPage } from '../../pages/account-page.ts';
import { frameOf } from '../frame-of.ts';
import { refuseForm } from '../marker.ts';
import { proceed } from '../proceed.ts';
import type { StepPage } from './step-page.ts';

export const pickAccountStep: StepPage = {
  show: (visit) =>
    pickAccountPage(
      frameOf(visit),
      visit.standing.accounts.map(({ user }) => user),
    ),

  answer: async (context, visit, form) => {
    const chosen = form.get('account');
    if (chosen === 'other') return proceed(context, visit, { step: 'pickAccount' });
    const account = visit.standing.accounts.find(({ user }) => user.id === chosen);
    if (!account) refuseForm('That account is no longer signed in.');
    return proceed(context, visit, { step: 'pickAccount', signIn: account.signIn });
  },
};
