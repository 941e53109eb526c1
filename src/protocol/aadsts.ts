/**
 * Entra's error codes: what the authority answers with and what `explain` says about them, from one table. Programs must
 * not branch on the numbers (Microsoft says they are for people); `error` and `suberror` are for programs.
 */
export interface AadstsEntry {
  readonly code: number;
  /** `error` at the v2 endpoint, and at v1 where `v1Error` says nothing else. */
  readonly error: string;
  readonly v1Error?: string;
  readonly status: 400 | 401 | 403 | 429 | 500 | 503;
  readonly suberror?: string;
  /** Entra's sentence. `{name}` is filled in from the request. */
  readonly message: string;
  /** Whether Entra sends an `error_uri` with it. */
  readonly hasPage: boolean;
  /** For a partner: why this happens. */
  readonly cause: string;
  /** For a partner: what to do or type next. */
  readonly nextStep: string;
}

const entry = <const Entry extends AadstsEntry>(entry: Entry): AadstsEntry => entry;

export const aadsts = {
  unknownTenant: entry({
    code: 90002,
    error: 'invalid_request',
    status: 400,
    message:
      "Tenant '{tenant}' not found. Check to make sure you have the correct tenant ID and are signing into the correct cloud.",
    hasPage: true,
    cause: 'The tenant in the address does not exist in this cloud.',
    nextStep: 'Check --tenant (a GUID or a verified domain) and --environment.',
  }),
  malformedTenant: entry({
    code: 900023,
    error: 'invalid_request',
    status: 400,
    message: "Specified tenant identifier '{tenant}' is neither a valid DNS name, nor a valid external domain.",
    hasPage: true,
    cause: 'The tenant is neither a GUID nor a domain name.',
    nextStep: 'Give --tenant a GUID or a verified domain such as contoso.onmicrosoft.com.',
  }),
  tenantNotNamed: entry({
    code: 50059,
    error: 'invalid_request',
    status: 400,
    message: 'No tenant-identifying information found in either the request or implied by any provided credentials.',
    hasPage: true,
    cause: 'An application signed in without saying in which tenant: common and organizations are for users.',
    nextStep: 'Give --tenant the partner tenant’s GUID or domain.',
  }),
  unknownApplication: entry({
    code: 700016,
    error: 'unauthorized_client',
    status: 400,
    message:
      "Application with identifier '{application}' was not found in the directory '{tenant}'. This can happen if the application has not been installed by the administrator of the tenant or consented to by any user in the tenant.",
    hasPage: true,
    cause: 'The application is not registered in this tenant, and was not consented to there.',
    nextStep:
      'Check --application-id and --tenant; a multi-tenant application must be consented to in the customer’s tenant first.',
  }),
  invalidApplicationIdentifier: entry({
    code: 700038,
    error: 'unauthorized_client',
    status: 400,
    message: '{application} is not a valid application identifier.',
    hasPage: false,
    cause: 'The client id is not a GUID.',
    nextStep: 'Give --application-id the "Application (client) ID" of the app registration.',
  }),
  invalidClientSecret: entry({
    code: 7000215,
    error: 'invalid_client',
    status: 401,
    message:
      "Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, not the client secret ID, for a secret added to app '{application}'.",
    hasPage: true,
    cause: 'The secret is wrong. Often the id of the secret was copied instead of its value.',
    nextStep: 'Copy the secret’s Value when it is created, or create a new one, and pass it with --client-secret-file.',
  }),
} as const satisfies Record<string, AadstsEntry>;

export type AadstsName = keyof typeof aadsts;

const byCode: ReadonlyMap<number, AadstsEntry> = new Map(Object.values(aadsts).map((entry) => [entry.code, entry]));

export const aadstsByCode = (code: number): AadstsEntry | undefined => byCode.get(code);
