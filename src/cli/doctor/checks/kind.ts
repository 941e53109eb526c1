import { partnerCode } from '../../../protocol/partner-codes.ts';
import type { ResourceName } from '../../../protocol/resources.ts';
import { exitCodes } from '../../exit-codes.ts';
import { type Check, type Finding, failed, ok } from '../check.ts';
import { type KindOfToken, readToken } from '../read-token.ts';

/** Whether the token is an application’s own or a user’s, and whether its API takes that kind. */
export const kind: Check = {
  name: 'kind',
  run: async (examination) => {
    const { kind, resource } = await readToken(examination);
    return kindFinding(kind, resource?.name);
  },
};

const words: Readonly<Record<KindOfToken, string>> = {
  application: 'App-only: the application acts for itself',
  user: 'App+user: the application acts for a user',
};

function kindFinding(kind: KindOfToken, resource: ResourceName | undefined): Finding {
  if (kind === 'application' && resource === 'partner') {
    const found = `${words.application}, and the partner API takes app+user tokens alone.`;
    return failed(exitCodes.refused, found, partnerCode('900329')?.nextStep);
  }
  const more =
    kind === 'application' && resource === 'partner-center'
      ? ' The exchange takes it; of Partner Center’s operations those whose page says so.'
      : '';
  return ok(`${words[kind]}.${more}`);
}
