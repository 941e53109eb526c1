import type { Step } from '../../../domain/index.ts';
import { changePasswordStep } from './change-password.ts';
import { confirmStep } from './confirm.ts';
import { consentStep } from './consent.ts';
import { enrolStep } from './enrol.ts';
import { needsAdministratorStep } from './needs-administrator.ts';
import { pickAccountStep } from './pick-account.ts';
import { signInStep } from './sign-in.ts';
import type { StepPage } from './step-page.ts';
import { verifyStep } from './verify.ts';

export const stepPages: Readonly<Record<Exclude<Step, 'done'>, StepPage>> = {
  pickAccount: pickAccountStep,
  signIn: signInStep,
  verify: verifyStep,
  changePassword: changePasswordStep,
  enrol: enrolStep,
  confirm: confirmStep,
  needsAdministrator: needsAdministratorStep,
  consent: consentStep,
};
