/**
 * The sign-in service as Entra speaks it: discovery, keys, the token and device code endpoints and the pages, v1 and v2.
 * Each endpoint is one visible list of steps; a grant fills hooks and cannot leave out a shared check, and a page answers a
 * step that the domain's state machine stands at. Who exists is the directory's, the keys are the key ring's, and both
 * enter through the context. Where the two modes differ stands in `policy.ts`.
 */

export type { AuthorityContext, IssuerKeys, KeysOf, Log } from './context.ts';
export { createAuthority } from './create.ts';
export { entraIssuers, type Issuers, type IssuersOf } from './issuers.ts';
