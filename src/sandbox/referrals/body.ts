import { utf8Text } from '../../base/bytes.ts';
import { firstIssue } from '../../base/issue.ts';
import { isJsonObject, type JsonObject, strictJson } from '../../base/json.ts';
import type { Referral, ReferralOrder } from '../../domain/index.ts';
import { type HttpRequest, maximumBodyBytes, soleHeader } from '../../http/message.ts';
import { mediaTypeOf } from '../../protocol/media-type.ts';
import type { changedReferralBody, newReferralBody } from '../referral-schema.ts';
import { ReferralError } from './error.ts';

/** The body as JSON. Throws 400, 413 and 415. */
export function jsonBody(request: HttpRequest): unknown {
  const mediaType = mediaTypeOf(soleHeader(request, 'content-type') ?? '');
  if (mediaType !== 'application/json' && !mediaType?.endsWith('+json')) {
    throw new ReferralError(415, 'Content-Type: must be application/json.');
  }
  if (!request.body) throw new ReferralError(413, `The body is larger than ${maximumBodyBytes} bytes.`);
  const value = strictJson(utf8Text(request.body) ?? '');
  if (value !== undefined) return value;
  throw new ReferralError(400, 'The body is not JSON in which every member is named once.');
}

/** Members the service alone sets. Who sends back what was read sends them too. */
const servicesOwn: ReadonlySet<string> = new Set([
  'id',
  'organizationId',
  'organizationName',
  'createdDateTime',
  'updatedDateTime',
  'direction',
  'eTag',
  'links',
]);

export const isServicesOwn = (member: string): boolean => servicesOwn.has(member);

const withoutServicesOwn = (body: JsonObject): JsonObject =>
  Object.fromEntries(Object.entries(body).filter(([member]) => !isServicesOwn(member)));

/** What may be changed of a referral, as JSON of its own. */
export const writableOf = ({ engagementId: _, ...referral }: Referral): JsonObject =>
  JSON.parse(JSON.stringify(withoutServicesOwn(referral)));

/** What a body says, with its defaults. Throws 400 with the first member that is not valid. */
export function referralOrder(
  body: unknown,
  schema: typeof newReferralBody | typeof changedReferralBody,
): ReferralOrder {
  const parsed = schema.safeParse(isJsonObject(body) ? withoutServicesOwn(body) : body);
  if (!parsed.success) {
    const { place, sentence } = firstIssue(parsed.error);
    throw new ReferralError(400, place === '' ? sentence : `${place}: ${sentence}`);
  }
  const { name, customerProfile, location, engagementId, ...stated } = parsed.data;
  const country = customerProfile.country ?? customerProfile.address?.country;
  if (!country) throw new ReferralError(400, 'customerProfile.address.country: must be a country such as US.');
  return {
    ...stated,
    name: name ?? `Referral for ${customerProfile.name}`,
    substatus: stated.substatus ?? (stated.status === 'New' ? 'Received' : ''),
    customerProfile: { ...customerProfile, country },
    ...(location === undefined ? {} : { location }),
    ...(engagementId === undefined ? {} : { engagementId }),
  };
}
