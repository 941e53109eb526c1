import { domainOf } from '../../../domain/index.ts';
import { AuthorityError } from '../../error-table.ts';
import { provePassword } from '../../password.ts';
import { userSubject } from '../../standing.ts';
import type { TokenGrant } from '../grant.ts';
import type { ReceivedRequest } from '../request.ts';

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

  prove: async (context, exchange) => {
    const { request, tenant, call } = exchange;
    const userName = userNameOf(request);
    const { password } = request.parameters;
    if (!password) throw new AuthorityError('missingParameter', { parameter: 'password' });
    const user = await provePassword(context, { tenant, userName, password });
    const signIn = { methods: ['pwd'], authenticatedAt: call.now };
    return { subject: await userSubject(context, { user, signIn }, exchange) };
  },
};

function userNameOf({ parameters: { username } }: ReceivedRequest): string {
  if (!username) throw new AuthorityError('missingParameter', { parameter: 'username' });
  return username.toLowerCase();
}
