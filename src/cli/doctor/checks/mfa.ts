import type { FlowName } from '../../../client/flows.ts';
import { partnerCode } from '../../../protocol/partner-codes.ts';
import type { ResourceName } from '../../../protocol/resources.ts';
import { exitCodes } from '../../exit-codes.ts';
import { type Check, type Finding, failed, ok, warning } from '../check.ts';
import { type KindOfToken, readToken } from '../read-token.ts';

/** Whether `amr` holds `mfa`, which flow lost it, and who minds. */
export const mfa: Check = {
  name: 'mfa',
  run: async (examination) => {
    const { claims, kind, plan, resource } = await readToken(examination);
    return mfaFinding({ amr: claims.all.amr, kind, flow: plan?.flow, resource: resource?.name });
  },
};

export interface MfaFacts {
  readonly amr: unknown;
  readonly kind: KindOfToken;
  /** Undefined: the token was given. */
  readonly flow: FlowName | undefined;
  readonly resource: ResourceName | undefined;
}

export function mfaFinding({ amr, kind, flow, resource }: MfaFacts): Finding {
  if (kind === 'application') return ok('An application acts for itself: no MFA is asked of it.');
  const nextStep = partnerCode('900421')?.nextStep;
  if (!Array.isArray(amr)) {
    const found =
      'The token does not say how its user signed in (no amr); whether it passes is for the service to say.';
    return warning(found, 'partner-auth doctor --live asks Partner Center.');
  }
  const methods = amr.filter((each) => typeof each === 'string').join(' ');
  if (amr.includes('mfa')) return ok(`The user passed MFA (amr: ${methods}).`);
  const found = `The user passed no MFA (amr: ${methods || 'empty'}). ${(flow && lostBy[flow]) ?? ''}`.trim();
  if (resource === 'partner-center') return failed(exitCodes.refused, `${found} ${refused}`, nextStep);
  return resource === 'partner' ? warning(found, nextStep) : ok(found);
}

const refused = 'Partner Center refuses such tokens (900421).';

/** Where MFA is lost. */
const lostBy: Partial<Record<FlowName, string>> = {
  password: 'The password grant cannot pass it.',
  refreshToken: 'The sign-in that the refresh token comes from had none, and a refresh never adds it.',
  browser: 'The sign-in was not asked for it, and a refresh never adds it.',
  deviceCode: 'The sign-in was not asked for it, and a refresh never adds it.',
};
