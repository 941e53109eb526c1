/**
 * The sign-in service as Entra speaks it: discovery, keys, the token endpoints and the pages, v1 and v2. Each endpoint is
 * one visible list of steps; a grant fills hooks and cannot leave out a shared check, and a page answers a step that the
 * domain's state machine stands at. Who exists is the directory's, the keys
 * are the key ring's, and both enter through the context.
 */

export type { AuthorityContext, Log } from './context.ts';
export { createAuthority } from './create.ts';
export { entraIssuers, type Issuers, type IssuersOf } from './issuers.ts';
