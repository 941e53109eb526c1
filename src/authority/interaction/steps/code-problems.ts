import { aadsts } from '../../../protocol/aadsts.ts';
import type { CodeJudgement } from '../../one-time-code.ts';
import type { Problem } from '../../pages/frame.ts';

const { code } = aadsts.secondFactorFailed;

export const codeProblems: Readonly<Record<Exclude<CodeJudgement, 'right'>, Problem>> = {
  wrong: {
    field: 'otc',
    text: 'That code was not right, or has been used. Wait for the next one and enter its 6 digits.',
    code,
  },
  locked: {
    field: 'otc',
    text: 'Too many wrong codes. Wait 15 minutes and try again; your password is not locked.',
    code,
  },
};
