/**
 * What the sandbox adds to the authority and the token service: its fixed data, seed files, the world that is made of
 * them and lasts, the control of it, and the few answers of Partner Center's own APIs that tokens are for. It owns no
 * storage: what it keeps are entries of the domain.
 */
export { createAzureManagement } from './azure-management.ts';
export type { ApiBearer, VerifyApiBearer } from './bearer.ts';
export { hasSampleCertificate, withSampleCertificate } from './certificates.ts';
export {
  ControlError,
  controlBodyLimit,
  controlOf,
  createControl,
  type KeyRings,
  type SandboxControl,
} from './control/index.ts';
export { faultEndpointNames } from './faults/endpoints.ts';
export type { FaultOrder } from './faults/fault.ts';
export { faultBook } from './faults/fault-book.ts';
export { withFaults } from './faults/with-faults.ts';
export { fixedIds } from './fixed-data.ts';
export { createGraph, retiredGraph } from './graph.ts';
export { readingPages } from './pages.ts';
export { createPartnerCenter, type PartnerCenterContext } from './partner-center/index.ts';
export { playedHosts, proxyHosts } from './proxy-hosts.ts';
export { createPartnerApi, type PartnerApiContext } from './referrals/index.ts';
export { type FlowBook, flowBook } from './requests/flows.ts';
export { recorded } from './requests/recorded.ts';
export { redaction } from './requests/redaction.ts';
export { requestLog } from './requests/request-log.ts';
export { type SandboxData, sandboxData } from './sandbox-data.ts';
export { fixedSeed, readSeed, SeedError, seedJsonSchema } from './seed.ts';
export { type Seed, type SeedFile, seedFileSchema } from './seed-schema.ts';
export { openWorld, type World } from './world/index.ts';
