/**
 * The composition root: the only place that knows every part, opens stores and keys, and listens. Published as
 * `partner-auth/server`.
 */
export type { SandboxControl } from '../sandbox/control/sandbox-control.ts';
export type { SandboxApplication, SandboxCredentials, SandboxUser } from './credentials.ts';
export { createLog, type LogLevel } from './log.ts';
export { inProcessSandbox, type Sandbox, type SandboxOptions, startSandbox } from './sandbox.ts';
