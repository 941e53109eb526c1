import { z } from 'zod';
import { noun } from '../../base/noun.ts';
import { type Approval, endOfTime, putEntry } from '../../domain/index.ts';
import type { ApprovalAnswer } from './answers.ts';
import { operation } from './operation.ts';
import { methodNames, methodsOf, userNamed } from './people.ts';

const keyOf = (userPrincipalName: string): string => userPrincipalName.toLowerCase();

export const listApprovals = operation({
  summary: 'The users whose sign-ins are decided without pages.',
  answer: async ({ entries }): Promise<{ readonly approvals: readonly ApprovalAnswer[] }> => {
    const approvals = await entries.list('approval');
    return {
      approvals: approvals.map(({ key, value: { decision, methods } }) => ({
        userPrincipalName: key,
        decision,
        methods,
      })),
    };
  },
});

export const putApproval = operation({
  summary: 'From now on authorize requests with this login_hint are decided at once, without a page.',
  example: { decision: 'approve', methods: ['pwd', 'mfa'] },
  body: noun({
    decision: z.enum(['approve', 'decline']).default('approve'),
    methods: methodNames.optional(),
  }),
  answer: async (context, { body: { decision, methods }, parameter }): Promise<ApprovalAnswer> => {
    const user = await userNamed(context, parameter('userPrincipalName'));
    const value: Approval = {
      userId: user.id,
      userTenantId: user.tenantId,
      decision,
      methods: methodsOf(user, methods),
    };
    const key = keyOf(user.userPrincipalName);
    await putEntry(context.entries, 'approval', key, { value, expiresAt: endOfTime, owner: user.id });
    return { userPrincipalName: user.userPrincipalName, decision, methods: value.methods };
  },
});

export const removeApproval = operation({
  summary: 'From now on this user signs in by the pages again.',
  answer: async ({ entries }, { parameter }) => ({
    removed: (await entries.take('approval', keyOf(parameter('userPrincipalName')))) ? 1 : 0,
  }),
});
