import type { DeviceGrant, Purpose } from '../../domain/index.ts';
import type { AuthorityContext } from '../context.ts';
import { AuthorityError } from '../error-table.ts';
import type { Ending } from '../interaction/ending.ts';
import { deviceAnsweredPage } from '../pages/device-pages.ts';

type Device = Extract<Purpose, { kind: 'device' }>;

export const deviceEnding: Ending<Device> = {
  complete: async (context, { purpose, signIn, applicationName }) => {
    await answerDevice(context, purpose, { state: 'approved', signIn });
    return deviceAnsweredPage({ applicationName, approved: true });
  },
  refuse: async (context, { purpose, applicationName }, error) => {
    await answerDevice(context, purpose, { state: 'declined' });
    if (error.code !== 'consentRefused') throw error;
    return deviceAnsweredPage({ applicationName, approved: false });
  },
};

/** Throws 70019 when it is too late and 90120 when somebody answered before: of two who answer, one does. */
async function answerDevice(
  { entries, clock }: AuthorityContext,
  { deviceGrantKey }: Device,
  answer: Pick<DeviceGrant, 'state' | 'signIn'>,
): Promise<void> {
  const answered = await entries.change('deviceGrant', deviceGrantKey, (grant) => {
    requireOpen(grant, clock.now());
    return { ...grant, ...answer };
  });
  if (!answered) throw new AuthorityError('codeExpired');
}

export function requireOpen({ state, endsAt }: DeviceGrant, now: Date): void {
  if (endsAt <= now) throw new AuthorityError('codeExpired');
  if (state !== 'pending') throw new AuthorityError('deviceAlreadyAnswered');
}
