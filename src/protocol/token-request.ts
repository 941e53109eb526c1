import { Secret } from '../base/secret.ts';
import { encodeForm, type Form } from './form.ts';

/** v1: `/oauth2/token`, one `resource`. v2: `/oauth2/v2.0/token`, `scope`. */
export type TokenEndpointVersion = 'v1' | 'v2';

/** The members of a token request of any grant; which of them a grant needs is the grant's rule, not the wire's. */
export interface TokenRequest {
  readonly grantType?: string;
  readonly clientId?: string;
  readonly clientSecret?: Secret;
  readonly clientAssertion?: Secret;
  readonly clientAssertionType?: string;
  readonly scope?: string;
  readonly resource?: string;
  readonly username?: string;
  readonly password?: Secret;
  readonly code?: Secret;
  readonly redirectUri?: string;
  readonly codeVerifier?: Secret;
  readonly refreshToken?: Secret;
  readonly deviceCode?: Secret;
  readonly assertion?: Secret;
  readonly requestedTokenUse?: string;
  readonly claims?: string;
  readonly clientInfo?: string;
}

type SecretMember = {
  [Member in keyof TokenRequest]-?: NonNullable<TokenRequest[Member]> extends Secret ? Member : never;
}[keyof TokenRequest];
type TextMember = Exclude<keyof TokenRequest, SecretMember>;

/** Every member and its parameter's name, in the order they are written. */
const textParameters = {
  resource: 'resource',
  grantType: 'grant_type',
  scope: 'scope',
  clientId: 'client_id',
  clientAssertionType: 'client_assertion_type',
  username: 'username',
  redirectUri: 'redirect_uri',
  requestedTokenUse: 'requested_token_use',
  claims: 'claims',
  clientInfo: 'client_info',
} as const satisfies Record<TextMember, string>;

const secretParameters = {
  clientSecret: 'client_secret',
  clientAssertion: 'client_assertion',
  password: 'password',
  code: 'code',
  codeVerifier: 'code_verifier',
  refreshToken: 'refresh_token',
  deviceCode: 'device_code',
  assertion: 'assertion',
} as const satisfies Record<SecretMember, string>;

const textMembers = Object.entries(textParameters) as [TextMember, string][];
const secretMembers = Object.entries(secretParameters) as [SecretMember, string][];

/** The names that mean something in a token request: given in the address and in the body, they are given twice. */
export const tokenParameters: ReadonlySet<string> = new Set([
  ...Object.values(textParameters),
  ...Object.values(secretParameters),
]);

/** What is to be written: members that are undefined are left out. */
export type TokenRequestToSend = { readonly [Member in keyof TokenRequest]?: TokenRequest[Member] | undefined };

export const encodeTokenRequest = (request: TokenRequestToSend): string =>
  encodeForm([
    ...textMembers.map(([member, parameter]) => [parameter, request[member]] as const),
    ...secretMembers.map(([member, parameter]) => [parameter, request[member]?.reveal()] as const),
  ]);

/** The members of a decoded form. Parameters nobody knows (telemetry, mostly) are ignored, as Entra does. */
export function decodeTokenRequest(form: Form): TokenRequest {
  const texts = textMembers.flatMap(([member, parameter]) => {
    const value = form.get(parameter);
    return value === undefined ? [] : [[member, value] as const];
  });
  const secrets = secretMembers.flatMap(([member, parameter]) => {
    const value = form.get(parameter);
    return value === undefined ? [] : [[member, new Secret(value)] as const];
  });
  return Object.fromEntries<string | Secret>([...texts, ...secrets]);
}
