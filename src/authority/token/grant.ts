import type { Application, Subject, Tenant } from '../../domain/index.ts';
import type { TenantAlias } from '../../protocol/tenants.ts';
import type { Call } from '../call.ts';
import type { AuthorityContext } from '../context.ts';
import type { Identified } from './client.ts';
import type { AskedPermissions } from './permissions.ts';
import type { ReceivedRequest } from './request.ts';

/**
 * What a grant adds to the pipeline. The shared checks are the pipeline's and run for every grant; a grant only says what
 * differs and finds the subject.
 */
export interface TokenGrant {
  /** For whom the token speaks: decides consent, and what may be asked for. */
  readonly actsFor: 'application' | 'user';
  /** The tenant meant by an alias in the path, or the refusal of aliases. */
  tenantOfAlias(context: AuthorityContext, call: Call, request: ReceivedRequest, alias: TenantAlias): Promise<Tenant>;
  /** Whether the application may use the grant at all. */
  isAllowedFor(application: Application): boolean;
  /** The resource and scope an earlier step recorded, used where the request names none; nothing is consumed. */
  recorded?(context: AuthorityContext, exchange: Exchange): Promise<{ resource?: string; scope?: string } | undefined>;
  /** Proves the subject, or throws. The one place where something of the grant may be consumed. */
  findSubject(context: AuthorityContext, exchange: Exchange & { readonly asked: AskedPermissions }): Promise<Subject>;
}

/** A token request after its tenant and its client are known. */
export interface Exchange {
  readonly call: Call;
  readonly request: ReceivedRequest;
  readonly tenant: Tenant;
  readonly client: Identified;
}
