import { z } from 'zod';
import { noun } from '../../base/noun.ts';
import {
  type Application,
  addApplication,
  changeApplication as changeApplicationIn,
  signInAudiences,
  withApplicationSettings,
} from '../../domain/index.ts';
import { administration, pageQuery, tenantName, tenantNamed } from './administration.ts';
import { type ApplicationSummary, applicationAnswer, applicationSummary } from './application-answer.ts';
import type { ControlContext } from './context.ts';
import { ControlError } from './error.ts';
import { operation } from './operation.ts';

/** An application by id. Throws `notFound`. */
export async function applicationNamed({ world }: ControlContext, appId: string): Promise<Application> {
  const application = await world.directory.applicationById(appId);
  if (application) return application;
  const message = `There is no application ${appId.slice(0, 64)}. GET /sandbox/applications lists them.`;
  throw new ControlError('notFound', message, { target: 'appId' });
}

export interface ApplicationList {
  readonly total: number;
  readonly applications: readonly ApplicationSummary[];
}

export const listApplications = operation({
  summary: 'The applications by name, searched and page by page, without their secrets. Not Microsoft’s own.',
  query: noun({ ...pageQuery, tenant: tenantName }),
  answer: async (context, { query: { tenant, ...order } }): Promise<ApplicationList> => {
    const tenantId = tenant === undefined ? undefined : (await tenantNamed(context, tenant)).id;
    const { items, total } = await context.world.directory.listApplications({ ...order, tenantId });
    return { total, applications: items.map(applicationSummary) };
  },
});

const addresses = z.array(z.string().max(2048)).max(1000).optional();
const settings = {
  displayName: z.string().min(1).max(256),
  signInAudience: z.enum(signInAudiences).optional(),
  isFallbackPublicClient: z.boolean().optional().describe('"Allow public client flows".'),
  allowsPasswordGrant: z.boolean().optional(),
  redirectUris: noun({ web: addresses, spa: addresses, publicClient: addresses })
    .optional()
    .describe('By platform; one that is left out stays as it is.'),
};

export const registerApplication = operation({
  summary: 'Registers an application, in the partner’s tenant unless another is named.',
  example: {
    displayName: 'Referrals sync',
    redirectUris: { web: ['https://localhost:3000/callback'], publicClient: ['http://localhost'] },
  },
  body: noun({ ...settings, tenant: tenantName }),
  answer: async (context, { body: { tenant: name, ...order } }) => {
    const tenant = await tenantNamed(context, name);
    return applicationAnswer(context, await addApplication(administration(context), tenant, order));
  },
});

export const readApplication = operation({
  summary: 'One application: redirect addresses, permissions and what was consented to, ids and ends of its secrets.',
  answer: async (context, { parameter }) =>
    applicationAnswer(context, await applicationNamed(context, parameter('appId'))),
});

export const changeApplication = operation({
  summary: 'Changes an application; redirect addresses are replaced platform by platform.',
  example: { redirectUris: { web: ['https://localhost:3000/callback'] } },
  body: noun({ ...settings, displayName: settings.displayName.optional() }),
  answer: async (context, { body, parameter }) => {
    const { appId } = await applicationNamed(context, parameter('appId'));
    const changed = await changeApplicationIn(administration(context), appId, (application) =>
      withApplicationSettings(application, body),
    );
    return applicationAnswer(context, changed);
  },
});
