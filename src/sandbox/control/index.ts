/**
 * What a test or a developer does to a running sandbox: its world, clock, faults, tokens and sign-ins, over HTTP under
 * `/sandbox` and as functions. The operations are the same; each validates what it is asked and says what is wrong.
 */
export type { ControlContext, KeyRings } from './context.ts';
export { controlOf } from './control-of.ts';
export { ControlError } from './error.ts';
export { controlBodyLimit, createControl } from './face.ts';
export type { SandboxControl } from './sandbox-control.ts';
