/**
 * The nouns of a directory and the rules that need no I/O: who exists, what they may do, and whether a password, a
 * one-time code or a client secret is right. It knows no wire words (those are `protocol/`'s) and stores nothing: the
 * directory is a port, and the one here is made from plain data.
 */

export * from './administer-applications.ts';
export * from './administer-customers.ts';
export * from './administer-users.ts';
export * from './administration.ts';
export * from './api-permission.ts';
export * from './application.ts';
export * from './application-consent.ts';
export * from './approval.ts';
export * from './authorization.ts';
export * from './authorization-code.ts';
export * from './browser-session.ts';
export * from './client-secret.ts';
export * from './consent.ts';
export * from './console-session.ts';
export * from './customer.ts';
export * from './customer-consent.ts';
export * from './device-grant.ts';
export * from './directory.ts';
export * from './directory-of.ts';
export * from './end-sign-ins.ts';
export * from './entries.ts';
export * from './entry-key.ts';
export * from './entry-values.ts';
export * from './federated-credential.ts';
export * from './grant-permissions.ts';
export * from './interaction.ts';
export * from './kept-world.ts';
export * from './key-credential.ts';
export * from './new-application.ts';
export * from './new-credential.ts';
export * from './new-customer.ts';
export * from './new-referral.ts';
export * from './new-user.ts';
export * from './page.ts';
export * from './partner-records.ts';
export * from './partner-registry.ts';
export * from './password.ts';
export * from './password-attempts.ts';
export * from './permission.ts';
export * from './permission-states.ts';
export * from './put-entry.ts';
export * from './received-request.ts';
export * from './redirect.ts';
export * from './redirect-rules.ts';
export * from './referral.ts';
export * from './refresh.ts';
export * from './refusal.ts';
export * from './registry.ts';
export * from './role.ts';
export * from './shared-limit.ts';
export * from './tenant.ts';
export * from './totp.ts';
export * from './user.ts';
