import { judgeOneTimeCode } from '../../one-time-code.ts';
import { verifyPage } from '../../pages/verify-page.ts';
import { frameOf } from '../frame-of.ts';
import { refuseForm } from '../marker.ts';
import { proceed } from '../proceed.ts';
import { codeProblems } from './code-problems.ts';
import type { StepPage } from './step-page.ts';

export const verifyStep: StepPage = {
  show: (visit, problem) => verifyPage(frameOf(visit), problem),

  answer: async (context, visit, form) => {
    const { user } = visit.standing;
    if (!user?.mfa.totpSecret) refuseForm('The second factor is no longer there.');
    const { totpSecret: secret } = user.mfa;
    const judgement = await judgeOneTimeCode(context, user, { secret, code: form.get('otc') ?? '' });
    return judgement === 'right'
      ? proceed(context, visit, { step: 'verify' })
      : verifyStep.show(visit, codeProblems[judgement]);
  },
};
