/**
 * The sandbox's world while it runs: tenants, users and applications in memory, made from the seed, changed by sign-ins
 * and by the control API, and kept in the store so that the next start finds it as it was. Two sandboxes on one data
 * folder each have their own memory: what one changes the other sees when it starts again.
 */
export { openWorld, type World, type WorldContext } from './world.ts';
