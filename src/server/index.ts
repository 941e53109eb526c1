/**
 * The composition root: the only place that knows every part, opens stores and keys, and listens. Published as
 * `partner-auth/server`.
 */
export type { ExternalKey, ExternalSigner } from '../keys/index.ts';
export type { SandboxControl } from '../sandbox/control/sandbox-control.ts';
export type { SandboxApplication, SandboxCredentials, SandboxUser } from './credentials.ts';
export { createLog, type LogLevel } from './log.ts';
export type { ProductionConfig } from './production/config-schema.ts';
export { openKeys, type ServiceKeys } from './production/keys.ts';
export {
  checkProduction,
  type Production,
  type ProductionOptions,
  startNode,
  startProduction,
} from './production/production.ts';
export { type ConfigSource, readConfig } from './production/read-config.ts';
export { openRegistry, type RegisterOrder, type Registry } from './production/registry.ts';
export { isWorker } from './production/workers.ts';
export { inProcessSandbox, type Sandbox, type SandboxOptions, startSandbox } from './sandbox.ts';
