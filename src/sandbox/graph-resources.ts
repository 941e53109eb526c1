import type { Directory, User } from '../domain/index.ts';
import type { ApiBearer } from './bearer.ts';

/** Why Graph answers no resource, in its words. */
export interface GraphRefusal {
  readonly status: number;
  readonly code: string;
  readonly message: string;
}

export interface GraphResource {
  /** One of these opens it. */
  readonly permissions: readonly string[];
  readonly read: (directory: Directory, bearer: ApiBearer) => Promise<{ readonly body: object } | GraphRefusal>;
}

const metadata = 'https://graph.microsoft.com/v1.0/$metadata';
const readers = ['User.Read', 'Directory.Read.All', 'Directory.ReadWrite.All', 'Directory.AccessAsUser.All'];

export const denied: GraphRefusal = {
  status: 403,
  code: 'Authorization_RequestDenied',
  message: 'Insufficient privileges to complete the operation.',
};

const needsUser: GraphRefusal = {
  status: 400,
  code: 'BadRequest',
  message: '/me request is only valid with delegated authentication flow.',
};

export const graphResources: Readonly<Record<string, GraphResource>> = {
  '/v1.0/me': {
    permissions: readers,
    async read(directory, bearer) {
      const user = await userOf(directory, bearer);
      return user ? { body: userEntity(user) } : needsUser;
    },
  },
  '/v1.0/organization': {
    permissions: readers,
    read: async (directory, { tenantId }) => ({ body: await organizations(directory, tenantId) }),
  },
  '/oidc/userinfo': {
    permissions: ['openid'],
    async read(directory, bearer) {
      const user = await userOf(directory, bearer);
      if (!user) return denied;
      const { displayName: name, surname: family_name, givenName: given_name, mail: email } = user;
      return { body: { sub: bearer.subject, name, family_name, given_name, email } };
    },
  },
};

const userOf = async (directory: Directory, { tenantId, userId }: ApiBearer): Promise<User | undefined> =>
  userId === undefined ? undefined : directory.userById(tenantId, userId);

/** The properties Graph gives unasked. */
const userEntity = (user: User): object => ({
  '@odata.context': `${metadata}#users/$entity`,
  businessPhones: [],
  displayName: user.displayName,
  givenName: user.givenName ?? null,
  jobTitle: null,
  mail: user.mail ?? null,
  mobilePhone: null,
  officeLocation: null,
  preferredLanguage: null,
  surname: user.surname ?? null,
  userPrincipalName: user.userPrincipalName,
  id: user.id,
});

async function organizations(directory: Directory, tenantId: string): Promise<object> {
  const tenant = await directory.tenantById(tenantId);
  const value = (tenant ? [tenant] : []).map(({ id, displayName, verifiedDomains }) => ({
    id,
    displayName,
    tenantType: 'AAD',
    verifiedDomains: verifiedDomains.map((name, index) => ({
      name,
      type: 'Managed',
      isDefault: index === 0,
      isInitial: name.endsWith('.onmicrosoft.com'),
    })),
  }));
  return { '@odata.context': `${metadata}#organization`, value };
}
