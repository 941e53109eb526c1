import { Secret } from '../../../base/secret.ts';
import { maximumPasswordLength, passwordMatches, passwordRecord, type User } from '../../../domain/index.ts';
import { aadsts } from '../../../protocol/aadsts.ts';
import { changePasswordPage } from '../../pages/change-password-page.ts';
import type { Problem } from '../../pages/frame.ts';
import { changeUser } from '../change-user.ts';
import { frameOf } from '../frame-of.ts';
import { refuseForm } from '../marker.ts';
import { proceed } from '../proceed.ts';
import type { StepPage } from './step-page.ts';

/** As Entra has it; more characters are better than more kinds of them. */
const minimumPasswordLength = 8;

/** A temporary password is changed before anything else; what was signed in with it elsewhere ends. */
export const changePasswordStep: StepPage = {
  show: (visit, problem) => changePasswordPage(frameOf(visit), minimumPasswordLength, problem),

  answer: async (context, visit, form) => {
    const { user } = visit.standing;
    if (!user) refuseForm('The account is no longer there.');
    const chosen = new Secret(form.get('new-password') ?? '');
    const problem = await problemOf(user, chosen, new Secret(form.get('confirm-password') ?? ''));
    if (problem) return changePasswordStep.show(visit, problem);
    const password = await passwordRecord(context, chosen, user.password.cost);
    return proceed(context, visit, { step: 'changePassword' }, () =>
      changeUser(context, user, (now) => {
        if (!now.forceChangePasswordNextSignIn) refuseForm('The password was changed meanwhile.');
        const changed = { password, forceChangePasswordNextSignIn: false, signInSessionsValidFrom: visit.call.now };
        return { ...now, ...changed };
      }),
    );
  },
};

async function problemOf(user: User, chosen: Secret, confirmed: Secret): Promise<Problem | undefined> {
  const { length } = chosen.reveal();
  if (length < minimumPasswordLength) {
    return { field: 'new-password', text: `Choose a password of at least ${minimumPasswordLength} characters.` };
  }
  if (length > maximumPasswordLength) {
    return { field: 'new-password', text: `Choose a password of at most ${maximumPasswordLength} characters.` };
  }
  if (!chosen.equals(confirmed)) return { field: 'confirm-password', text: 'The two passwords are not the same.' };
  if (await passwordMatches(user.password, chosen)) {
    const text = 'Choose a password that differs from the temporary one.';
    return { field: 'new-password', text, code: aadsts.passwordExpired.code };
  }
  return undefined;
}
