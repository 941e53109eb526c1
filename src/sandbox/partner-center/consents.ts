import { z } from 'zod';
import { utf8Text } from '../../base/bytes.ts';
import { firstIssue } from '../../base/issue.ts';
import { isJsonObject, strictJson } from '../../base/json.ts';
import {
  type Application,
  type ConsentOrder,
  consentForCustomer,
  isSingleTenant,
  Refusal,
  withdrawFromCustomer,
} from '../../domain/index.ts';
import { type HttpRequest, soleHeader } from '../../http/message.ts';
import { mediaTypeOf } from '../../protocol/media-type.ts';
import { customerOf, requireActive, requireRole, requireUser } from './caller.ts';
import type { PartnerCenterContext } from './context.ts';
import { refuse } from './error.ts';
import type { Asked } from './face.ts';

const consentBody = z.object({
  applicationid: z.guid({ error: 'must be an application id.' }).toLowerCase(),
  displayname: z.string().max(256).optional(),
  applicationgrants: z
    .array(
      z.object({
        enterpriseapplicationid: z.guid({ error: 'must be an application id.' }).toLowerCase(),
        scope: z.string().max(8192),
      }),
    )
    .min(1)
    .max(100),
});

/** Document: "Get customer consent as Control Panel Vendor". */
export async function createConsent(context: PartnerCenterContext, { request, parameter, caller }: Asked) {
  requireUser(caller);
  requireRole(caller, ['adminAgent']);
  const customer = await customerOf(context, caller, parameter('id'));
  await requireActive(context, customer);
  const body = bodyOf(request);
  const application = await clientNamed(context, caller.bearer.tenantId, body.applicationid);
  const orders = await ordersOf(context, body.applicationgrants);
  try {
    await consentForCustomer(context, { application, tenantId: customer.tenantId }, orders);
  } catch (thrown) {
    throw thrown instanceof Refusal ? refuse('consentExists', { data: [thrown.field] }) : thrown;
  }
  return {
    status: 201,
    body: {
      applicationId: application.appId,
      displayName: body.displayname ?? application.displayName,
      applicationGrants: orders.map(({ resource, scopes }) => ({
        enterpriseApplicationId: resource.appId,
        scope: scopes.join(','),
      })),
      attributes: { objectType: 'ApplicationConsent' },
    },
  };
}

/** The application and all it was given are gone from the customer's tenant. */
export async function deleteConsent(context: PartnerCenterContext, { parameter, caller }: Asked) {
  requireUser(caller);
  requireRole(caller, ['adminAgent']);
  const customer = await customerOf(context, caller, parameter('id'));
  await requireActive(context, customer);
  const application = await clientNamed(context, caller.bearer.tenantId, parameter('application'));
  const withdrawn = await withdrawFromCustomer(context, { application, tenantId: customer.tenantId });
  return withdrawn ? { status: 204 } : refuse('consentUnknown');
}

/** Names of members count in any letter case, as programs send them in two; other members are left alone. */
function bodyOf(request: HttpRequest): z.output<typeof consentBody> {
  if (mediaTypeOf(soleHeader(request, 'content-type') ?? '') !== 'application/json') {
    refuse('inputInvalid', { description: 'Send Content-Type: application/json.', data: ['Content-Type'] });
  }
  const value = request.body && strictJson(utf8Text(request.body) ?? '');
  if (value === undefined) refuse('inputInvalid', { description: 'The body cannot be read as JSON.' });
  const parsed = consentBody.safeParse(folded(value));
  if (parsed.success) return parsed.data;
  const { place, sentence } = firstIssue(parsed.error);
  const name = documented(place);
  return refuse('propertyInvalid', name === '' ? {} : { description: `${name}: ${sentence}`, data: [name] });
}

function folded(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(folded);
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name.toLowerCase(), folded(member)]));
}

/** A place in the body, spelled as the document does. */
const documented = (place: string): string =>
  ['applicationId', 'displayName', 'applicationGrants', 'enterpriseApplicationId'].reduce(
    (text, name) => text.replace(new RegExp(`\\b${name}\\b`, 'i'), name),
    place,
  );

/** An application the partner knows, and other tenants may. Throws 400. */
async function clientNamed({ directory }: PartnerCenterContext, partner: string, appId: string): Promise<Application> {
  const application = await directory.applicationById(appId);
  const known = application && (await directory.servicePrincipal(partner, appId));
  if (!known) return notValid('applicationId', 'names no application of the partner’s tenant.');
  if (!isSingleTenant(application)) return application;
  return notValid('applicationId', 'is for its own tenant alone. Set signInAudience to AzureADMultipleOrgs first.');
}

/** What is asked for by resource, each permission in the resource's own spelling. Throws 400. */
async function ordersOf(
  { directory }: PartnerCenterContext,
  grants: z.output<typeof consentBody>['applicationgrants'],
): Promise<readonly ConsentOrder[]> {
  const orders = new Map<string, ConsentOrder>();
  for (const { enterpriseapplicationid: appId, scope } of grants) {
    const resource = await directory.applicationById(appId);
    if (!resource) return notValid('enterpriseApplicationId', `There is no application ${appId}.`);
    const scopes = scope
      .split(/[\s,]+/)
      .filter((name) => name !== '')
      .map((name) => offered(resource, name));
    if (scopes.length === 0) return notValid('scope', 'must name at least one permission.');
    const before = orders.get(appId)?.scopes ?? [];
    orders.set(appId, { resource, scopes: [...new Set([...before, ...scopes])] });
  }
  return [...orders.values()];
}

function offered({ displayName, oauth2PermissionScopes }: Application, name: string): string {
  const found = oauth2PermissionScopes.find(({ value }) => value.toLowerCase() === name.toLowerCase());
  return found?.value ?? notValid('scope', `${displayName} offers no permission ${name.slice(0, 128)}.`);
}

const notValid = (name: string, sentence: string): never =>
  refuse('propertyInvalid', { description: `${name}: ${sentence}`, data: [name] });
