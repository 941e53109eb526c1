import { changedReferral, changeReferral, newReferral, type Referral } from '../../domain/index.ts';
import { type HttpRequest, soleHeader } from '../../http/message.ts';
import { changedReferralBody, newReferralBody } from '../referral-schema.ts';
import { jsonBody, referralOrder, writableOf } from './body.ts';
import { type Asked, referralFor, requireWriting } from './caller.ts';
import type { PartnerApiContext } from './context.ts';
import { addressOf, etagOf, referralEntity } from './entity.ts';
import { ReferralError } from './error.ts';
import { patched } from './patch.ts';
import { nameOf } from './read.ts';

export async function createReferral(context: PartnerApiContext, { request, caller }: Asked) {
  requireWriting(caller);
  const { directory, records, clock } = context;
  const organization = await directory.tenantById(caller.user.tenantId);
  if (!organization) throw new ReferralError(403, 'The user’s organization is not there.');
  const referral = newReferral(context, organization, referralOrder(jsonBody(request), newReferralBody), clock.now());
  await records.putReferral(referral);
  const entity = referralEntity(referral, organization.displayName, request.origin);
  return {
    status: 201,
    body: entity,
    headers: [
      ['ETag', etagOf(referral)],
      ['Location', addressOf(referral, request.origin)],
    ] as const,
  };
}

/** A JSON Patch of `add` and `replace`, or a JSON Merge Patch. With `Prefer: return=representation` the answer has the referral. */
export async function updateReferral(context: PartnerApiContext, { request, parameter, caller }: Asked) {
  const { id } = await referralFor(context, caller, parameter('id'));
  requireWriting(caller);
  const patch = jsonBody(request);
  const changed = await changeReferral(context, id, (before) => {
    requireMatch(request, before);
    return changedReferral(
      before,
      referralOrder(patched(writableOf(before), patch), changedReferralBody),
      context.clock.now(),
    );
  });
  if (!changed) throw new ReferralError(404, `There is no referral ${id}.`);
  const headers = [['ETag', etagOf(changed)]] as const;
  const prefers = request.headers('prefer').some((value) => /(^|[\s,;])return=representation($|[\s,;])/i.test(value));
  if (!prefers) return { status: 204, headers };
  const body = referralEntity(changed, await nameOf(context, changed.organizationId), request.origin);
  return { status: 200, body, headers: [...headers, ['Preference-Applied', 'return=representation']] as const };
}

/** RFC 9110 section 13.1.1. Without the header nobody minds who was faster. */
function requireMatch(request: HttpRequest, referral: Referral): void {
  const stated = soleHeader(request, 'if-match');
  if (stated === undefined) {
    if (request.headers('if-match').length === 0) return;
    throw new ReferralError(400, 'If-Match: must be given once.');
  }
  const tags = stated.split(',').map((tag) => tag.trim());
  if (tags.includes('*') || tags.includes(etagOf(referral))) return;
  throw new ReferralError(412, 'If-Match: the referral has changed since. Read it again and send its eTag.');
}
