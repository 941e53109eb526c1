import { askPartnerCenter } from '../../../client/ask-partner-center.ts';
import { partnerCode } from '../../../protocol/partner-codes.ts';
import { resourceOfAudience } from '../../../protocol/resources.ts';
import { openPartnerCenter, withinTimeout } from '../calls.ts';
import { type Check, type Finding, ok, Skipped, warning } from '../check.ts';
import type { Examination } from '../examination.ts';
import { readToken } from '../read-token.ts';

/** One call with the token that changes nothing. */
export const partnerCenter: Check = {
  name: 'partner-center',
  run: async (examination) => {
    if (!examination.mode.live) throw new Skipped('not asked for: --live');
    const { accessToken } = await tokenForPartnerCenter(examination);
    const { resolved } = await openPartnerCenter(examination);
    const answer = await withinTimeout(examination.client, (client) => askPartnerCenter(client, resolved, accessToken));
    return answerFinding(answer.isMfaCompliant);
  },
};

/** A token is shown to no host that it is not for. */
export async function tokenForPartnerCenter(examination: Examination) {
  const token = await readToken(examination);
  const { claims, environment } = token;
  // Another cloud's Partner Center is another host.
  if (resourceOfAudience(environment, claims.audience ?? '')?.name === 'partner-center') return token;
  throw new Skipped('needs a token for Partner Center');
}

export function answerFinding(isMfaCompliant: boolean | undefined): Finding {
  const answered = 'Partner Center answered GET /v1/customers';
  if (isMfaCompliant === undefined) return ok(`${answered}, and did not say what it thinks of the MFA.`);
  return isMfaCompliant
    ? ok(`${answered}, and finds the MFA enough (isMfaCompliant: true).`)
    : warning(`${answered}, and finds no MFA in the token (isMfaCompliant: false).`, partnerCode('900421')?.nextStep);
}
