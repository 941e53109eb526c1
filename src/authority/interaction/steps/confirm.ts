import { AuthorityError } from '../../error-table.ts';
import { confirmDevicePage } from '../../pages/device-pages.ts';
import { finishWith } from '../finish.ts';
import { frameOf } from '../frame-of.ts';
import { proceed } from '../proceed.ts';
import type { StepPage } from './step-page.ts';

/** Somebody else's device may have sent the person here (RFC 8628 section 5.4): it is never confirmed by itself. */
export const confirmStep: StepPage = {
  show: (visit) => confirmDevicePage(frameOf(visit), visit.standing.publisher),

  answer: async (context, visit, form) =>
    form.get('decision') === 'accept'
      ? proceed(context, visit, { step: 'confirm' })
      : finishWith.refusal(context, visit, new AuthorityError('consentRefused')),
};
