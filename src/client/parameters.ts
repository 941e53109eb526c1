import type { KeyObject } from 'node:crypto';
import type { CallOptions } from './context.ts';
import type { EnvironmentChoice } from './environment.ts';
import type { TokenStore } from './stores/store.ts';

/** A value under one of its names, never under two. */
type OneOf<Name extends string, Value> = {
  [Each in Name]: { readonly [Key in Each]: Value } & { readonly [Key in Exclude<Name, Each>]?: undefined };
}[Name];
/** Under one of its names or none; that two are not given at once is checked when the call is made. */
type Maybe<Name extends string, Value> = { readonly [Key in Name]?: Value | undefined };

/** The cmdlet's parameters under their names and aliases. */
interface Named {
  readonly accessToken: OneOf<'accessToken', string>;
  readonly applicationId: OneOf<'applicationId' | 'clientId', string>;
  readonly certificate: OneOf<'certificate', Certificate>;
  readonly credential: OneOf<'credential', Credential>;
  readonly module: OneOf<'module' | 'moduleName', 'ExchangeOnline' | (string & {})>;
  readonly password: OneOf<'password', string>;
  readonly refreshToken: OneOf<'refreshToken', string>;
  /** `resource`: a short name (`partner-center`, `partner`, `graph`, `arm`, `exchange`) or an absolute URI. */
  readonly scopes:
    | { readonly scopes: string | readonly string[]; readonly resource?: undefined }
    | { readonly resource: string; readonly scopes?: undefined };
  readonly servicePrincipal: OneOf<'servicePrincipal', boolean>;
  readonly tenant: OneOf<'tenant' | 'domain' | 'tenantId', string>;
  readonly useAuthorizationCode: OneOf<'useAuthorizationCode' | 'authCode', boolean>;
  readonly useDeviceAuthentication: OneOf<'useDeviceAuthentication' | 'deviceCode' | 'deviceAuth' | 'device', boolean>;
  readonly username: OneOf<'username', string>;
}

interface MaybeNamed {
  readonly applicationId: Maybe<'applicationId' | 'clientId', string>;
  readonly certificate: Maybe<'certificate', Certificate>;
  readonly credential: Maybe<'credential', Credential>;
  readonly module: Maybe<'module' | 'moduleName', 'ExchangeOnline' | (string & {})>;
  readonly refreshToken: Maybe<'refreshToken', string>;
  readonly servicePrincipal: Maybe<'servicePrincipal', boolean>;
  readonly tenant: Maybe<'tenant' | 'domain' | 'tenantId', string>;
  readonly useAuthorizationCode: Maybe<'useAuthorizationCode' | 'authCode', boolean>;
  readonly useDeviceAuthentication: Maybe<'useDeviceAuthentication' | 'deviceCode' | 'deviceAuth' | 'device', boolean>;
}

/** Members of every parameter set; a set forbids those it does not list. */
type AnyName = Names<Named[keyof Named]>;
type Names<Union> = Union extends unknown ? keyof Union : never;
type Only<Set> = Set & { readonly [Key in Exclude<AnyName, Names<Set>>]?: undefined };

export interface Credential {
  /** The application's id. Left out: `applicationId`. */
  readonly userName?: string | undefined;
  readonly password: string;
}

/** A certificate and its private key: PEM texts, or a key that never leaves its holder. */
export interface Certificate {
  /** PEM. Of several, the one that fits the key; the others are its chain. A private key beside them is not looked at. */
  readonly certificate: string;
  /**
   * An RSA key of 2048 bits or more: PEM (PKCS#1 or PKCS#8), a `KeyObject`, or a function that signs for a key elsewhere
   * with RSASSA-PSS, SHA-256, MGF1 with SHA-256 and a salt of 32 bytes (PS256, RFC 7518 section 3.5); the first
   * certificate is then the key's.
   */
  readonly privateKey: string | KeyObject | ((signingInput: Uint8Array) => Promise<Uint8Array>);
  /** Opens an encrypted PEM key. */
  readonly passphrase?: string | undefined;
  /** Send the certificate and its chain (`x5c`), for applications that trust a subject name and issuer. Default false. */
  readonly sendCertificateChain?: boolean | undefined;
}

type AccessTokenSet = Only<
  Named['accessToken'] & Named['applicationId'] & Named['scopes'] & MaybeNamed['credential'] & MaybeNamed['tenant']
>;
type RefreshTokenSet = Only<
  Named['refreshToken'] &
    (Named['scopes'] | Named['module']) &
    MaybeNamed['applicationId'] &
    MaybeNamed['module'] &
    MaybeNamed['servicePrincipal'] &
    MaybeNamed['tenant'] &
    (MaybeNamed['credential'] | MaybeNamed['certificate'])
>;
type ServicePrincipalSet = Only<
  Named['applicationId'] &
    Named['credential'] &
    Named['scopes'] &
    Named['tenant'] &
    MaybeNamed['servicePrincipal'] &
    MaybeNamed['useAuthorizationCode']
>;
type ServicePrincipalCertificateSet = Only<
  Named['applicationId'] &
    Named['certificate'] &
    Named['scopes'] &
    Named['tenant'] &
    MaybeNamed['servicePrincipal'] &
    MaybeNamed['useAuthorizationCode']
>;
type UserSet = Only<
  Named['applicationId'] &
    Named['scopes'] &
    MaybeNamed['tenant'] &
    MaybeNamed['useAuthorizationCode'] &
    MaybeNamed['useDeviceAuthentication']
>;
type ByModuleSet = Only<
  Named['module'] & MaybeNamed['refreshToken'] & MaybeNamed['tenant'] & MaybeNamed['useAuthorizationCode']
>;
type PasswordSet = Only<
  Named['applicationId'] &
    Named['username'] &
    Named['password'] &
    Named['scopes'] &
    MaybeNamed['credential'] &
    MaybeNamed['tenant']
>;

/** What every set takes besides. */
export interface AcquireOptions extends CallOptions {
  /** Default: AzureCloud. */
  readonly environment?: EnvironmentChoice | undefined;
  readonly environmentName?: EnvironmentChoice | undefined;
  /** A claims challenge from an error, handed back to the authority. */
  readonly claims?: string | undefined;
  /** Where tokens are kept between calls; default: nowhere. */
  readonly store?: TokenStore | undefined;
  /** Ask the authority even when a kept token is still good. Default false. */
  readonly forceRefresh?: boolean | undefined;
  /** Port of the redirect address of a sign-in in the browser; default: the first free one from 8400 to 8999. */
  readonly redirectPort?: number | undefined;
  /** Whose name the sign-in page fills in. */
  readonly loginHint?: string | undefined;
  /** Ask no person: without a kept sign-in that still serves, `sign_in_needed`. Default false. */
  readonly silent?: boolean | undefined;
}

/** Each parameter set of `New-PartnerAccessToken`, and ours for the password grant: one of them, no mixture. */
export type ParameterSetMembers =
  | AccessTokenSet
  | RefreshTokenSet
  | ServicePrincipalSet
  | ServicePrincipalCertificateSet
  | UserSet
  | ByModuleSet
  | PasswordSet;

export type NewPartnerAccessTokenParameters = ParameterSetMembers & AcquireOptions;
