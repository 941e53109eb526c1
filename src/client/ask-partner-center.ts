import type { Secret } from '../base/secret.ts';
import { decodePartnerError } from '../protocol/partner-error.ts';
import type { ClientContext } from './context.ts';
import { fetchFor, type ResolvedEnvironment } from './environment.ts';
import { send } from './http.ts';
import { partnerRefusal } from './refusals.ts';

/**
 * One call that changes nothing: the first of the partner's customers, asked for with `ValidateMfa: true`. The answer's
 * `isMfaCompliant` says whether the token would pass where MFA is enforced; undefined where the service does not say.
 *
 * Throws `AuthError`: what `send` throws, and for a refusal `bearer_refused`, `mfa_needed`, `audience_refused`,
 * `access_refused`, `not_found`, `throttled`, `service_unavailable` or `request_refused`.
 */
export async function askPartnerCenter(
  context: ClientContext,
  resolved: ResolvedEnvironment,
  bearer: Secret,
): Promise<{ readonly isMfaCompliant: boolean | undefined }> {
  const { apiOrigin, partnerCenter } = resolved.environment;
  const requestId = context.random.guid();
  const correlationId = context.random.guid();
  const answer = await send(context, fetchFor(context, resolved), {
    method: 'GET',
    url: `${apiOrigin ?? partnerCenter}/v1/customers?size=1`,
    headers: {
      authorization: `Bearer ${bearer.reveal()}`,
      accept: 'application/json',
      'ms-requestid': requestId,
      'ms-correlationid': correlationId,
      validatemfa: 'true',
    },
    correlationId,
  });
  if (answer.status !== 200) {
    const body = decodePartnerError(answer.text, 'application/json', noXml);
    const now = context.clock.now();
    throw partnerRefusal({ answer, now, body, requestId, correlationId, secrets: [bearer] });
  }
  return { isMfaCompliant: yesOrNo[answer.headers.get('ismfacompliant')?.toLowerCase() ?? ''] };
}

/** Never called: nothing but JSON was asked for. */
const noXml = () => {
  throw new TypeError('not XML');
};

const yesOrNo: Readonly<Record<string, boolean>> = { true: true, false: false };
