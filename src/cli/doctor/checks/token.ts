import { type Check, type Finding, ok, warning, withWarnings } from '../check.ts';
import type { ExaminedToken } from '../token.ts';

/** Whether there is a token: the one that was given, a kept one, or one that nobody has to be asked for. */
export const token: Check = {
  name: 'token',
  run: async (examination) => {
    const examined = await examination.token();
    return withWarnings(tokenFinding(examined), examined.warnings);
  },
};

const sources: Readonly<Record<ExaminedToken['from'], string>> = {
  given: 'It was given',
  store: 'It is in the token store',
  authority: 'The authority gave one',
};

export function tokenFinding({ from, claims, plan }: Pick<ExaminedToken, 'from' | 'claims' | 'plan'>): Finding {
  const source = plan ? `${sources[from]} (${plan.flow})` : sources[from];
  if (!claims) {
    const found = `${source}; it cannot be read, so no more can be said of it.`;
    return warning(found, 'A token of Partner Center’s own (generatetoken) is not to be read. Check the Entra token.');
  }
  const { applicationId, tenantId, username } = claims;
  const about = [
    ...(applicationId === undefined ? [] : [`application ${applicationId}`]),
    ...(username === undefined ? [] : [`user ${username}`]),
    ...(tenantId === undefined ? [] : [`tenant ${tenantId}`]),
  ];
  return ok(about.length === 0 ? `${source}.` : `${source}: ${about.join(', ')}.`);
}
