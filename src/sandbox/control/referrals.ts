import { z } from 'zod';
import { noun } from '../../base/noun.ts';
import { newReferral, type Referral, referralStates, referralTypes } from '../../domain/index.ts';
import { tenantName, tenantNamed } from './administration.ts';
import { ControlError } from './error.ts';
import { operation } from './operation.ts';

const text = z.string().min(1).max(256);

export const listReferrals = operation({
  summary: 'The referrals of all partners, or of one.',
  query: noun({ partner: tenantName }),
  answer: async (context, { query: { partner } }): Promise<{ readonly referrals: readonly Referral[] }> => {
    const organizationId = partner === undefined ? undefined : (await tenantNamed(context, partner)).id;
    return { referrals: await context.world.records.listReferrals(organizationId) };
  },
});

export const addReferral = operation({
  summary: 'Adds a referral to the partner’s, as one that came in. The Referrals API creates outgoing ones.',
  example: { name: 'New workplace', customerName: 'Fabrikam, Inc.', country: 'US', team: ['mary.major@contoso.com'] },
  body: noun({
    name: text,
    customerName: text,
    country: text,
    type: z.enum(referralTypes).default('Independent'),
    notes: z.string().max(4096).default(''),
    dealValue: z.number().nonnegative().default(0),
    currency: text.default('USD'),
    location: noun({ id: text, name: text, country: text }).optional(),
    team: z.array(text).max(100).default([]).describe('User names.'),
    partner: tenantName,
  }),
  answer: async (context, { body }): Promise<Referral> => {
    const { records, directory } = context.world;
    const organization = await tenantNamed(context, body.partner);
    const team = await Promise.all(
      body.team.map(async (email) => {
        const user = await directory.userByPrincipalName(organization.id, email);
        const [first = email, ...others] = (user?.displayName ?? email).split(' ');
        return { firstName: user?.givenName ?? first, lastName: user?.surname ?? (others.join(' ') || first), email };
      }),
    );
    const { name, customerName, country, type, notes, dealValue, currency, location } = body;
    const order = {
      ...({ name, type, team, status: 'New', qualification: 'Direct' } as const),
      substatus: referralStates.New.substatuses[0] ?? '',
      customerProfile: { name: customerName, country },
      details: { notes, dealValue, currency },
      ...(location === undefined ? {} : { location }),
    };
    const referral: Referral = {
      ...newReferral(context, organization, order, context.clock.now()),
      direction: 'Incoming',
    };
    await records.putReferral(referral);
    return referral;
  },
});

export const removeReferral = operation({
  summary: 'Removes a referral.',
  answer: async ({ world: { records } }, { parameter }) => {
    const id = parameter('id');
    if (!(await records.referral(id))) {
      const message = `There is no referral ${id.slice(0, 64)}. GET /sandbox/referrals lists them.`;
      throw new ControlError('notFound', message, { target: 'id' });
    }
    await records.removeReferral(id);
    return { removed: 1 };
  },
});
