import type {
  AddedEntry,
  Application,
  AskedFor,
  Client,
  RedirectPlatform,
  Subject,
  Tenant,
} from '../../domain/index.ts';
import type { TenantAlias } from '../../protocol/tenants.ts';
import type { Call } from '../call.ts';
import type { AuthorityContext } from '../context.ts';
import type { Identified } from './client.ts';
import type { AskedPermissions } from './permissions.ts';
import type { ReceivedRequest } from './request.ts';

/**
 * What a grant adds to the pipeline. The shared checks are the pipeline's and run for every grant; a grant only says what
 * differs and proves the subject.
 */
export interface TokenGrant {
  /** For whom the token speaks: decides consent, and what may be asked for. */
  readonly actsFor: 'application' | 'user';
  /** The tenant meant by an alias in the path, or the refusal of aliases. */
  tenantOfAlias(context: AuthorityContext, call: Call, request: ReceivedRequest, alias: TenantAlias): Promise<Tenant>;
  /** Whether the application may use the grant at all. */
  isAllowedFor(application: Application): boolean;
  /** Where the sign-in came back to: a page that redeems what it got there has no secret to show. */
  platformOf?(context: AuthorityContext, exchange: Exchange): Promise<RedirectPlatform | undefined>;
  /** What an earlier step recorded, used where the request names nothing. */
  recorded?(context: AuthorityContext, exchange: Exchange): Promise<Recorded>;
  /** Proves the subject, or throws. Nothing is consumed: what may still be refused must not cost a code. */
  prove(context: AuthorityContext, exchange: AuthenticatedExchange): Promise<Proof>;
}

export interface Recorded extends AskedFor {
  /** Scopes of OpenID Connect that hold whatever the request names. */
  readonly openIdScopes?: readonly string[];
}

/** A token request after its tenant and its client are known. */
export interface Exchange {
  readonly call: Call;
  readonly request: ReceivedRequest;
  readonly tenant: Tenant;
  readonly client: Identified;
}

/** The same after the client has proved who it is and said what it wants. */
export interface AuthenticatedExchange extends Exchange {
  readonly client: Client;
  readonly asked: AskedPermissions;
}

export interface Proof {
  readonly subject: Subject;
  /** The authorize request's, for the ID token. */
  readonly nonce?: string;
  /** Decides how long refresh tokens live. */
  readonly platform?: RedirectPlatform;
  /**
   * Uses up what was presented: of all that use one thing exactly one does not throw. `begun`: the refresh tokens that begin
   * with it, kept in the same step.
   */
  redeem?(begun: BegunFamily | undefined): Promise<void>;
  /** The next refresh token of a family, in place of the first of a new one. */
  succeed?(): Promise<string>;
}

/** A family of refresh tokens with its first one, not kept yet. */
export interface BegunFamily {
  readonly familyId: string;
  readonly added: readonly AddedEntry[];
}
