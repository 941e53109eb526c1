import { z } from 'zod';
import { noun } from '../../base/noun.ts';
import { addUser as addUserIn, changeSettings, domainOf } from '../../domain/index.ts';
import { administration, pageQuery, tenantName, tenantNamed } from './administration.ts';
import { operation } from './operation.ts';
import { userNamed } from './people.ts';
import {
  directoryRoleNames,
  type PasswordAnswer,
  partnerRoleNames,
  type UserAnswer,
  userAnswer,
} from './user-answer.ts';

const name = z.string().min(1).max(256);

export const listUsers = operation({
  summary: 'The users by name, searched and page by page, without their secrets.',
  query: noun({ ...pageQuery, tenant: tenantName }),
  answer: async (context, { query: { tenant, ...order } }): Promise<UserList> => {
    const tenantId = tenant === undefined ? undefined : (await tenantNamed(context, tenant)).id;
    const { items, total } = await context.world.directory.listUsers({ ...order, tenantId });
    return { total, users: items.map(userAnswer) };
  },
});

export interface UserList {
  readonly total: number;
  readonly users: readonly UserAnswer[];
}

export const addUser = operation({
  summary: 'Adds a user with a temporary password, which this answer alone tells.',
  example: {
    userPrincipalName: 'alex.wilber@contoso.com',
    displayName: 'Alex Wilber',
    partnerRoles: ['Referrals User'],
    mfaRequired: false,
  },
  body: noun({
    userPrincipalName: name.describe('Its domain is a verified domain of a tenant.'),
    displayName: name,
    givenName: name.optional(),
    surname: name.optional(),
    otherMails: z.array(name).max(10).optional().describe('For the recovery of a password. Nothing is sent there.'),
    partnerRoles: partnerRoleNames,
    directoryRoles: directoryRoleNames,
    mfaRequired: z.boolean().default(false),
  }),
  answer: async (context, { body }): Promise<PasswordAnswer> => {
    const tenant = await tenantNamed(context, domainOf(body.userPrincipalName) ?? body.userPrincipalName);
    const { user, temporaryPassword } = await addUserIn(administration(context), tenant, body);
    return { user: userAnswer(user), temporaryPassword: temporaryPassword.reveal() };
  },
});

export const readUser = operation({
  summary: 'One user.',
  answer: async (context, { parameter }) => userAnswer(await userNamed(context, parameter('userPrincipalName'))),
});

export const changeUser = operation({
  summary: 'Changes a user: display name, roles, whether a second factor is required, whether the account is enabled.',
  example: { partnerRoles: ['Referrals User'], mfaRequired: false, accountEnabled: true },
  body: noun({
    displayName: name.optional(),
    accountEnabled: z.boolean().optional(),
    mfaRequired: z.boolean().optional().describe('Off keeps an enrolled second factor.'),
    partnerRoles: partnerRoleNames,
    directoryRoles: directoryRoleNames,
  }),
  answer: async (context, { body, parameter }) => {
    const user = await userNamed(context, parameter('userPrincipalName'));
    return userAnswer(await changeSettings(administration(context), user, body));
  },
});
