import type { ClientAuthentication, Subject } from '../../domain/index.ts';
import type { AskedPermissions } from './permissions.ts';

/** What every token request passes, in this order: each as the flow viewer names it. */
export const tokenChecks = {
  request: 'The request is a POST whose form can be read, each parameter once',
  grant: 'The grant type is known',
  tenant: 'The tenant is known, and may be named this way for the grant',
  client: 'The application is known in the tenant, and enabled',
  authentication: 'The application proves who it is, in the way it is registered',
  allowed: 'The application may use the grant',
  permissions: 'What is asked for is one resource of the tenant, and its permissions',
  proof: 'What the grant is made from is good: a password, a code, a refresh token, an assertion',
  consent: 'The user is assigned to the application, and the permissions are consented',
  redemption: 'What is good once has not been used before',
  issuance: 'The tokens are signed',
} as const;

/** Findings for the trail: from the directory, never from the request's own text. */

export const named = (name: string, id: string): string => `${name} (${id})`;

export const authentications: Readonly<Record<ClientAuthentication, string>> = {
  none: 'no secret: a public client',
  secret: 'client secret',
  certificate: 'certificate',
  federated: 'federated credential',
};

export const namedPermissions = ({ resource: { application }, permissions }: AskedPermissions): string =>
  `${named(application.displayName, application.appId)}, ${permissions === 'all' ? 'all that is granted' : `${permissions.length} by name`}`;

export const namedSubject = (subject: Subject): string =>
  subject.kind === 'user'
    ? `${subject.user.userPrincipalName}, signed in by ${subject.methods.join(' and ')}`
    : 'the application itself';
