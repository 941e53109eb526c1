/**
 * partner-auth, the library: tokens for Microsoft Partner Center. It re-exports the client and the tables a caller
 * needs; servers are under `partner-auth/server` and `partner-auth/testing`.
 */
export { PartnerAuthError } from './base/error.ts';
export { Secret } from './base/secret.ts';
export * from './client/index.ts';
export { type Environment, type EnvironmentName, environmentNames, environments } from './protocol/environments.ts';
export type { GenerateTokenApi } from './protocol/generate-token.ts';
export type { RequestMediaType } from './protocol/media-type.ts';
export { type ResourceName, resourceNames } from './protocol/resources.ts';
