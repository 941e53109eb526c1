import { readableReferrals } from '../../domain/index.ts';
import { type Asked, referralFor } from './caller.ts';
import type { PartnerApiContext } from './context.ts';
import { etagOf, referralEntity } from './entity.ts';
import { referralsPath } from './path.ts';
import { readQuery } from './query.ts';

export async function listReferrals(context: PartnerApiContext, { request, caller: { user } }: Asked) {
  const query = readQuery(request.query);
  const organizationName = await nameOf(context, user.tenantId);
  const all = readableReferrals(user, await context.records.listReferrals(user.tenantId)) ?? [];
  const entities = all.map((referral) => referralEntity(referral, organizationName, request.origin));
  const { items, total, next } = query.apply(entities);
  return {
    status: 200,
    body: {
      '@odata.context': `${request.origin}/v1.0/$metadata#Referrals`,
      '@odata.count': total,
      value: items,
      ...(next === undefined ? {} : { '@odata.nextLink': `${request.origin}${referralsPath}?${next}` }),
    },
  };
}

export async function readReferral(context: PartnerApiContext, { request, parameter, caller }: Asked) {
  const referral = await referralFor(context, caller, parameter('id'));
  const organizationName = await nameOf(context, referral.organizationId);
  return {
    status: 200,
    body: referralEntity(referral, organizationName, request.origin),
    headers: [['ETag', etagOf(referral)]] as const,
  };
}

export const nameOf = async ({ directory }: PartnerApiContext, tenantId: string): Promise<string> =>
  (await directory.tenantById(tenantId))?.displayName ?? tenantId;
