import { epochSeconds } from '../../base/clock.ts';
import { base32Bytes, forgetSecondFactor, setTemporaryPassword, totpCode } from '../../domain/index.ts';
import { administration } from './administration.ts';
import type { TotpAnswer } from './answers.ts';
import { ControlError } from './error.ts';
import { operation } from './operation.ts';
import { userNamed } from './people.ts';
import { type PasswordAnswer, userAnswer } from './user-answer.ts';

const periodSeconds = 30;

export const readTotp = operation({
  summary: 'The one-time code of this moment, as the user’s authenticator app would show it.',
  answer: async (context, { parameter }): Promise<TotpAnswer> => {
    const user = await userNamed(context, parameter('userPrincipalName'));
    const secret = user.mfa.totpSecret && base32Bytes(user.mfa.totpSecret.reveal());
    if (!secret) {
      const message = `${user.userPrincipalName} has no authenticator app. Sign in once to enrol, or seed mfa.totpSecret.`;
      throw new ControlError('conflict', message, { target: 'userPrincipalName' });
    }
    const now = context.clock.now();
    return {
      userPrincipalName: user.userPrincipalName,
      code: totpCode(secret, now),
      secondsLeft: periodSeconds - (epochSeconds(now) % periodSeconds),
    };
  },
});

export const resetPassword = operation({
  summary: 'Gives a user a temporary password, which this answer alone tells. What was signed in with the other ends.',
  answer: async (context, { parameter }): Promise<PasswordAnswer> => {
    const named = await userNamed(context, parameter('userPrincipalName'));
    const { user, temporaryPassword } = await setTemporaryPassword(administration(context), named);
    return { user: userAnswer(user), temporaryPassword: temporaryPassword.reveal() };
  },
});

export const forgetFactor = operation({
  summary: 'Takes a user’s second factor away: who needs one enrols anew. What was signed in with it ends.',
  answer: async (context, { parameter }) => {
    const named = await userNamed(context, parameter('userPrincipalName'));
    return userAnswer(await forgetSecondFactor(administration(context), named));
  },
});
