/**
 * What the sandbox adds to the authority and the token service: its fixed data, seed files, and the few answers of
 * Partner Center's own APIs that tokens are for. It owns no storage; what it makes is plain data for the domain.
 */
export { fixedIds } from './fixed-data.ts';
export { readingPages } from './pages.ts';
export {
  createPartnerApi,
  type PartnerApiContext,
  type PartnerBearer,
  type ReferralSource,
  type VerifyPartnerBearer,
} from './partner-api.ts';
export { proxyHosts } from './proxy-hosts.ts';
export { type SandboxData, sandboxData } from './sandbox-data.ts';
export { fixedSeed, readSeed, SeedError, seedJsonSchema } from './seed.ts';
export { type Seed, type SeedFile, seedFileSchema } from './seed-schema.ts';
export { openWorld, type World } from './world/index.ts';
