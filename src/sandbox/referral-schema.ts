import { z } from 'zod';
import { noun } from '../base/noun.ts';
import { referralDirections, referralQualifications, referralStatuses, referralTypes } from '../domain/index.ts';

/** What a referral may hold, for seed files and for the API alike (Partner Center: "Referral resources"). */

const text = z.string().min(1).max(1024);
const optionalText = z.string().max(1024).optional();
/** With up to seven decimals, as .NET writes an instant. */
const instant = z.iso.datetime({ error: 'must be a date and time in UTC such as 2026-11-21T08:59:27Z.' });
/** A part nothing here looks into. */
const described = z.record(z.string().max(128), z.unknown());

const member = noun({
  firstName: text,
  lastName: text,
  email: z
    .string()
    .max(256)
    .regex(/^[^@\s]+@[^@\s]+$/, { error: 'must be an address such as john.doe@contoso.com.' }),
  phoneNumber: optionalText,
  contactPreference: described.optional(),
});

const address = noun({
  addressLine1: optionalText,
  addressLine2: optionalText,
  city: optionalText,
  state: optionalText,
  postalCode: optionalText,
  country: optionalText,
  region: optionalText,
});

const customer = {
  name: text,
  address: address.optional(),
  size: optionalText,
  team: z.array(member).max(100).optional(),
  ids: z.array(described).max(100).optional(),
};

const details = {
  notes: z.string().max(4096).default(''),
  currency: text.default('USD'),
  closingDateTime: instant.optional(),
  requirements: described.optional(),
};

/** What anybody may say of a referral. */
const stated = {
  externalReferenceId: optionalText,
  expirationDateTime: instant.optional(),
  statusReason: optionalText,
  consent: described.optional(),
  inviteContext: described.optional(),
  target: z.array(described).max(100).optional(),
};

export const seedReferral = noun({
  id: z.guid().toLowerCase(),
  engagementId: z.guid().toLowerCase(),
  name: text,
  organizationId: z.guid().toLowerCase().describe('The partner tenant.'),
  createdDateTime: instant,
  updatedDateTime: instant,
  status: z.enum(referralStatuses),
  substatus: text,
  type: z.enum(referralTypes).default('Independent'),
  qualification: z.enum(referralQualifications).default('Direct'),
  direction: z.enum(referralDirections).default('Incoming'),
  location: noun({ id: text, name: text, country: text }),
  customerProfile: noun({ ...customer, country: text }),
  details: noun({ ...details, dealValue: z.number().nonnegative() }),
  team: z.array(member).max(100).default([]),
  ...stated,
});

const amount = z
  .union([z.number(), z.string().regex(/^\d{1,15}(\.\d{1,6})?$/)], { error: 'must be a number, or a number as text.' })
  .transform(Number)
  .pipe(z.number().nonnegative());

const body = {
  ...stated,
  name: text.optional(),
  engagementId: z.guid().toLowerCase().optional(),
  status: z.enum(referralStatuses).default('New'),
  substatus: text.optional(),
  type: z.enum(referralTypes),
  qualification: z.enum(referralQualifications).default('Direct'),
  location: noun({ id: text, name: text, country: text }).optional(),
  customerProfile: noun({ ...customer, country: optionalText }),
  details: noun({ ...details, dealValue: amount.default(0) }),
  team: z.array(member).max(100).default([]),
};

/** What a person says of a new referral, without the members that are the service’s own: the document's required are. */
export const newReferralBody = noun({ ...body, consent: described });
/** What a referral is to be after a change. */
export const changedReferralBody = noun(body);
