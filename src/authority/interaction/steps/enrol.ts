import { createHmac } from 'node:crypto';
import { Secret } from '../../../base/secret.ts';
import { base32Text, type User } from '../../../domain/index.ts';
import { judgeOneTimeCode } from '../../one-time-code.ts';
import { enrolPage } from '../../pages/enrol-page.ts';
import type { Problem } from '../../pages/frame.ts';
import { changeUser } from '../change-user.ts';
import { frameOf } from '../frame-of.ts';
import { refuseForm } from '../marker.ts';
import { proceed } from '../proceed.ts';
import type { Visit } from '../visit.ts';
import { codeProblems } from './code-problems.ts';
import type { StepPage } from './step-page.ts';

/** The second factor is set up when a code proves that the app has it, and proves it in the same breath. */
export const enrolStep: StepPage = {
  show: (visit, problem) => pageOf(visit, problem),

  answer: async (context, visit, form) => {
    const user = userOf(visit);
    const totpSecret = enrolmentSecret(visit, user);
    const judgement = await judgeOneTimeCode(context, user, { secret: totpSecret, code: form.get('otc') ?? '' });
    if (judgement !== 'right') return pageOf(visit, codeProblems[judgement]);
    return proceed(context, visit, { step: 'enrol' }, () =>
      changeUser(context, user, (now) => {
        // Of two that set a factor up at once, the other must neither take its place nor pass for it.
        if (now.mfa.totpSecret) refuseForm('A second factor was set up meanwhile.');
        return { ...now, mfa: { ...now.mfa, totpSecret } };
      }),
    );
  },
};

function userOf({ standing: { user } }: Visit): User {
  if (!user) refuseForm('The account is no longer there.');
  return user;
}

/**
 * 160 bits (RFC 4226 section 4), the same each time the page is shown, and kept nowhere until it is proven: it takes the
 * id, which only the browser holds, and the browser's own, which only the store holds.
 */
const enrolmentSecret = ({ id, browser }: Visit, user: User): Secret =>
  new Secret(
    base32Text(
      createHmac('sha256', browser.session.browserId).update(`enrol\n${id}\n${user.id}`).digest().subarray(0, 20),
    ),
  );

function pageOf(visit: Visit, problem?: Problem) {
  const user = userOf(visit);
  return enrolPage(frameOf(visit), { secret: enrolmentSecret(visit, user), userName: user.userPrincipalName }, problem);
}
