import { AuthorityError } from '../../error-table.ts';
import type { TokenGrant } from '../grant.ts';

/** RFC 6749 section 4.4: the application acts for itself, and has proved who it is before this. */
export const clientCredentialsGrant: TokenGrant = {
  actsFor: 'application',
  tenantOfAlias: async () => {
    throw new AuthorityError('tenantNotNamed');
  },
  isAllowedFor: () => true,
  prove: async () => ({ subject: { kind: 'application' } }),
};
