import type { AuthorityContext } from '../../../src/authority/index.ts';
import type { JsonObject } from '../../../src/base/json.ts';
import {
  type AssertionChanges,
  assertionType,
  certificateAssertion,
  newCertificate,
  type TestCertificate,
} from '../../support/client-assertion.ts';
import { origin, start, testAuthority } from '../fixture.ts';

export const tenant = 'aaaabbbb-0000-cccc-1111-dddd2222eeee';
/** Registered with the certificate `own`. */
export const app = '20000000-0000-0000-0000-00000000000a';
/** Registered with the certificate `others`. */
export const otherApp = '20000000-0000-0000-0000-00000000000b';
export const v1 = `/${tenant}/oauth2/token`;
export const v2 = `/${tenant}/oauth2/v2.0/token`;
export const graph = 'https://graph.microsoft.com';

const [own, others, ended, early, stranger] = await Promise.all(Array.from({ length: 5 }, () => newCertificate(start)));
export const certificates = { own, others, ended, early, stranger } as Readonly<
  Record<'own' | 'others' | 'ended' | 'early' | 'stranger', TestCertificate>
>;

const registered = (certificate: TestCertificate | undefined, more: object = {}) => ({
  key: certificate?.certificatePem,
  ...more,
});
/** A redirect of a public client, which these are not: they have a credential. */
const inContoso = {
  appOwnerOrganizationId: tenant,
  allowsPasswordGrant: true,
  publicClient: { redirectUris: ['http://localhost'] },
};
/** JSON is YAML. */
export const seed = JSON.stringify({
  applications: [
    {
      ...inContoso,
      appId: app,
      displayName: 'With a certificate',
      keyCredentials: [
        registered(own),
        registered(ended, { endDateTime: start.toISOString() }),
        registered(early, { startDateTime: new Date(start.getTime() + 1).toISOString() }),
      ],
      requiredResourceAccess: [],
    },
    { ...inContoso, appId: otherApp, displayName: 'Another', keyCredentials: [registered(others)] },
  ],
  oauth2PermissionGrants: [
    { tenantId: tenant, clientAppId: app, resourceAppId: '00000003-0000-0000-c000-000000000000', scope: 'User.Read' },
  ],
});

export const assertionAuthority = (overrides: Partial<AuthorityContext> = {}) => testAuthority(seed, overrides);

export type AssertionAuthority = Awaited<ReturnType<typeof assertionAuthority>>;

/** One of `app`, for the v2 endpoint, unless a change makes it another. */
export const assertion = (changes: AssertionChanges = {}, certificate: TestCertificate = certificates.own): string =>
  certificateAssertion({ certificate, clientId: app, audience: `${origin}${v2}`, now: start }, changes);

export const appOnly = (clientAssertion: string): Readonly<Record<string, string>> => ({
  grant_type: 'client_credentials',
  client_id: app,
  client_assertion_type: assertionType,
  client_assertion: clientAssertion,
  scope: `${graph}/.default`,
  resource: graph,
});

/** The status and, for a refusal, what it says. */
export async function sent(
  { post }: Pick<AssertionAuthority, 'post'>,
  parameters: Readonly<Record<string, string>>,
  path: string = v2,
) {
  const { resource, ...others } = parameters;
  const form = path.includes('v2.0') || resource === undefined ? others : parameters;
  const response = await post(path, new URLSearchParams(form).toString());
  const body = (await response.json()) as JsonObject & { error_codes?: readonly number[] };
  return { status: response.status, error: body.error, code: body.error_codes?.[0], body };
}
