/**
 * Obtaining tokens: the parameter sets of `New-PartnerAccessToken`, the exchange at Partner Center, and keeping what was
 * obtained. What goes over the wire is `protocol/`'s; who may have a token is the authority's.
 */

export { PartnerAuthError } from '../base/error.ts';
export { Secret } from '../base/secret.ts';
export {
  type Environment,
  type EnvironmentName,
  environmentNames,
  environments,
  sandboxEnvironment,
} from '../protocol/environments.ts';
export type { GenerateTokenApi } from '../protocol/generate-token.ts';
export type { RequestMediaType } from '../protocol/media-type.ts';
export { type ResourceName, resourceNames } from '../protocol/resources.ts';
export type { AbortSignalLike } from './abort-signal.ts';
export type { Account, AuthResult, AuthResultJson } from './auth-result.ts';
export type { CallEvent, CallOptions } from './context.ts';
export {
  type AccessToken,
  type GetTokenOptions,
  PartnerCredential,
  type PartnerCredentialOptions,
} from './credential.ts';
export type { EnvironmentChoice } from './environment.ts';
export { AuthError, type AuthErrorCode, errorCodes } from './errors.ts';
export type { TenantResult, Tenants } from './fan-out.ts';
export {
  type GenerateAccessTokenParameters,
  type GeneratedToken,
  generateAccessToken,
} from './generate-access-token.ts';
export { newPartnerAccessToken } from './new-partner-access-token.ts';
export type { ParameterSetName } from './parameter-sets.ts';
export type { AcquireOptions, Certificate, Credential, NewPartnerAccessTokenParameters } from './parameters.ts';
export {
  type AcquireTokenRequest,
  type ForTenantsOptions,
  PartnerClient,
  type PartnerClientParameters,
} from './partner-client.ts';
export type { StoredToken } from './stored-token.ts';
export type { KeySource } from './stores/cipher.ts';
export {
  type StoreElsewhere,
  type StoreUnderTest,
  type TokenStoreConformance,
  tokenStoreConformance,
} from './stores/conformance.ts';
export { type FileStoreOptions, type FileTokenStore, fileStore } from './stores/file/index.ts';
export { memoryStore } from './stores/memory.ts';
export {
  type PostgresClient,
  type PostgresPool,
  type PostgresRows,
  type PostgresStoreOptions,
  type PostgresTokenStore,
  postgresStore,
  postgresStoreSql,
} from './stores/postgres/index.ts';
export type { StoredValue, TokenStore, Unlock } from './stores/store.ts';
export { trustingFetch } from './trusting-fetch.ts';
