import { Secret } from '../../../base/secret.ts';
import { rfc3339 } from '../../../client/auth-result.ts';
import { exchangeBearer } from '../../../client/generate-access-token.ts';
import { openPartnerCenter, withinTimeout } from '../calls.ts';
import { type Check, ok, Skipped } from '../check.ts';
import { tokenForPartnerCenter } from './partner-center.ts';

/** One exchange at Generate access token v3; what it gives is thrown away. */
export const exchange: Check = {
  name: 'exchange',
  run: async (examination) => {
    if (!examination.mode.exchange) throw new Skipped('not asked for: --exchange');
    const { accessToken } = await tokenForPartnerCenter(examination);
    const { resolved } = await openPartnerCenter(examination);
    const bearer = accessToken.reveal();
    // What would be warned of, the mfa check has said.
    const generated = await withinTimeout(examination.client, (client) =>
      exchangeBearer({ ...client, warn: () => {} }, resolved, { bearer }),
    );
    examination.context.secrets.push(new Secret(generated.accessToken));
    return ok(`Partner Center exchanged the token for one of its own, good until ${rfc3339(generated.expiresOn)}.`);
  },
};
