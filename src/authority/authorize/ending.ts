import { base64url } from '../../base/bytes.ts';
import { addSeconds } from '../../base/clock.ts';
import {
  type AuthorizationCode,
  authorizationCodeLifetimeSeconds,
  entryKey,
  type Purpose,
  type SignIn,
  unguessable,
} from '../../domain/index.ts';
import type { HttpReply } from '../../http/message.ts';
import type { AuthorityContext } from '../context.ts';
import type { End, Ending } from '../interaction/ending.ts';
import { respondAt, respondError } from './respond.ts';

/** Seconds an entry stays after it was made, so that a code that is too old can be told from one never issued. */
const rememberedSeconds = 3600;

type Authorize = Extract<Purpose, { kind: 'authorize' }>;

export const authorizeEnding: Ending<Authorize> = {
  complete: async (context, end) => respondWithCode(context, end),
  refuse: async (_, { purpose, call }, error) => respondError(purpose.target, error, call),
};

async function respondWithCode(context: AuthorityContext, end: End<Authorize>): Promise<HttpReply> {
  const { purpose, signIn, tenant } = end;
  const code = unguessable(context);
  const now = context.clock.now();
  await context.entries.add('authorizationCode', entryKey(code), {
    value: codeValue(end, now),
    expiresAt: addSeconds(now, rememberedSeconds),
    owner: signIn.userId,
  });
  const fields = [
    ['code', code],
    ['client_info', purpose.wantsClientInfo ? clientInfo(signIn) : undefined],
    ['session_state', signIn.sessionId],
  ] as const;
  return respondAt(purpose.target, fields, tenant.id);
}

const codeValue = ({ purpose, signIn, tenant }: End<Authorize>, now: Date): AuthorizationCode => ({
  signIn,
  appId: purpose.appId,
  tenantId: tenant.id,
  tenantPath: purpose.tenantPath,
  redirectUri: purpose.target.redirectUri,
  platform: purpose.platform,
  ...(purpose.codeChallenge ? { codeChallenge: purpose.codeChallenge } : {}),
  ...(purpose.nonce === undefined ? {} : { nonce: purpose.nonce }),
  asked: purpose.asked,
  endsAt: addSeconds(now, authorizationCodeLifetimeSeconds),
});

/** Whose account it is, in the home tenant: clients name it in their caches. */
const clientInfo = ({ userId, userTenantId }: SignIn): string =>
  base64url(JSON.stringify({ uid: userId, utid: userTenantId }));
