import { z } from 'zod';
import { noun } from '../../base/noun.ts';
import { canonicalUserCode, type DeviceGrant, entryKey } from '../../domain/index.ts';
import type { DeviceCodeAnswer } from './answers.ts';
import { ControlError } from './error.ts';
import { operation } from './operation.ts';
import { methodNames, signInOf, userNamed } from './people.ts';

export const decideDeviceCode = operation({
  summary: 'Approves or declines the device that shows this user code, as its user would on the page.',
  example: { userPrincipalName: 'john.doe@contoso.com', decision: 'approve' },
  body: noun({
    userPrincipalName: z.string().min(1).max(256),
    decision: z.enum(['approve', 'decline']).default('approve'),
    methods: methodNames.optional(),
  }),
  answer: async (context, { body, parameter }): Promise<DeviceCodeAnswer> => {
    const { entries } = context;
    const user = await userNamed(context, body.userPrincipalName);
    const code = await entries.find('userCode', entryKey(canonicalUserCode(parameter('userCode'))));
    const decided = code && (await entries.change('deviceGrant', code.deviceGrantKey, decide));
    if (!decided) {
      const message = 'There is no such user code, or it has ended. Ask at the devicecode endpoint for a new one.';
      throw new ControlError('notFound', message, { target: 'userCode' });
    }
    return { state: decided.state, application: decided.appId };

    function decide(grant: DeviceGrant): DeviceGrant {
      if (grant.state !== 'pending') {
        throw new ControlError('conflict', `This device code is ${grant.state} already. Ask for a new one.`, {
          target: 'userCode',
        });
      }
      return body.decision === 'approve'
        ? { ...grant, state: 'approved', signIn: signInOf(context, user, body.methods) }
        : { ...grant, state: 'declined' };
    }
  },
});
