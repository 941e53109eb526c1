import { domainOf, type SignInRefusal, signInRefusal } from '../../../domain/index.ts';
import type { AadstsName } from '../../../protocol/aadsts.ts';
import { AuthorityError } from '../../error-table.ts';
import { provePassword } from '../../password.ts';
import type { TokenGrant } from '../grant.ts';
import type { ReceivedRequest } from '../request.ts';

const refusals: Readonly<Record<SignInRefusal, AadstsName>> = {
  disabled: 'userDisabled',
  passwordExpired: 'passwordExpired',
  mfaRequired: 'mfaRequired',
  mfaNotEnrolled: 'mfaNotEnrolled',
};

/** RFC 6749 section 4.3, which RFC 9700 section 2.4 forbids: here because the Referrals document uses it. */
export const passwordGrant: TokenGrant = {
  actsFor: 'user',

  /** The user name's domain says which tenant is meant. v2 refuses `common`, which the Referrals document uses at v1. */
  tenantOfAlias: async ({ directory }, call, request, alias) => {
    if (alias === 'consumers' || (alias === 'common' && call.version === 'v2')) {
      throw new AuthorityError('aliasNotSupportedForGrant');
    }
    const domain = domainOf(userNameOf(request));
    const tenant = domain === undefined ? undefined : await directory.tenantByDomain(domain);
    if (!tenant) throw new AuthorityError('tenantNotNamed');
    return tenant;
  },

  isAllowedFor: (application) => application.allowsPasswordGrant || application.isFallbackPublicClient,

  findSubject: async (context, { request, tenant, asked }) => {
    const userName = userNameOf(request);
    const { password } = request.parameters;
    if (!password) throw new AuthorityError('missingParameter', { parameter: 'password' });
    const user = await provePassword(context, { tenant, userName, password });
    const methods = ['pwd'];
    const refusal = signInRefusal(user, methods);
    if (refusal) throw new AuthorityError(refusals[refusal], { resource: asked.resource.application.appId });
    return { kind: 'user', user, methods };
  },
};

function userNameOf({ parameters: { username } }: ReceivedRequest): string {
  if (!username) throw new AuthorityError('missingParameter', { parameter: 'username' });
  return username.toLowerCase();
}
