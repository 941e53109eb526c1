import { epochSeconds } from '../../base/clock.ts';
import { base32Bytes, totpCode } from '../../domain/index.ts';
import type { TotpAnswer } from './answers.ts';
import { ControlError } from './error.ts';
import { operation } from './operation.ts';
import { userNamed } from './people.ts';

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
