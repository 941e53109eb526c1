import { z } from 'zod';
import { noun } from '../../base/noun.ts';
import { type ConsentOrder, consentedApplications, consentToListed, withdrawFromCustomer } from '../../domain/index.ts';
import { administration, tenantName } from './administration.ts';
import { applicationNamed } from './applications.ts';
import { customerNamed } from './customers.ts';
import { ControlError } from './error.ts';
import { operation } from './operation.ts';

export interface CustomerConsentAnswer {
  readonly appId: string;
  readonly displayName: string;
  readonly grants: readonly { readonly resourceAppId: string; readonly scopes: readonly string[] }[];
}

export const listCustomerConsents = operation({
  summary: 'The applications consented to in a customer’s tenant for all of its users, but for Microsoft’s own.',
  query: noun({ partner: tenantName }),
  answer: async (context, { parameter, query }): Promise<{ readonly consents: readonly CustomerConsentAnswer[] }> => {
    const { tenantId } = await customerNamed(context, parameter('tenantId'), query.partner);
    const consented = await consentedApplications(context.world.directory, tenantId);
    return {
      consents: consented.map(({ application: { appId, displayName }, grants }) => ({
        ...{ appId, displayName, grants: grants.map(grantAnswer) },
      })),
    };
  },
});

export const consentAtCustomer = operation({
  summary: 'Consents in a customer’s tenant to what an application lists, as a partner does by Partner Center’s API.',
  example: { appId: '11112222-bbbb-3333-cccc-4444dddd5555' },
  body: noun({ appId: z.guid({ error: 'must be an application id.' }), partner: tenantName }),
  answer: async (context, { body: { appId, partner }, parameter }): Promise<CustomerConsentAnswer> => {
    const customer = await customerNamed(context, parameter('tenantId'), partner);
    const application = await applicationNamed(context, appId);
    const orders = await consentToListed(administration(context), customer, application);
    return { appId: application.appId, displayName: application.displayName, grants: orders.map(grantAnswer) };
  },
});

export const withdrawAtCustomer = operation({
  summary: 'Takes from an application what it was given in a customer’s tenant; it is no longer known there.',
  query: noun({ partner: tenantName }),
  answer: async (context, { parameter, query }) => {
    const { tenantId } = await customerNamed(context, parameter('tenantId'), query.partner);
    const application = await applicationNamed(context, parameter('appId'));
    if (await withdrawFromCustomer(administration(context), { application, tenantId })) return { withdrawn: 1 };
    throw new ControlError('notFound', `appId: ${application.displayName} is not known there.`, { target: 'appId' });
  },
});

const grantAnswer = ({ resource, scopes }: ConsentOrder) => ({ resourceAppId: resource.appId, scopes });
