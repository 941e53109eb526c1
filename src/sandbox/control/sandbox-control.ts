import type { Fault, FaultOrder } from '../faults/fault.ts';
import type { ReceivedRequest, RequestFilter } from '../requests/received-request.ts';
import type { AdministrationControl } from './administration-control.ts';
import type { ApprovalAnswer, DeviceCodeAnswer, FamilyAnswer, TotpAnswer, WorldAnswer } from './answers.ts';
import type { ForgedToken, TokenOrder } from './forged-token.ts';

/** Whose refresh tokens: those of one family, or all of a user. */
export type FamilyOrUser = { readonly family: string } | { readonly user: string };

/**
 * The control API of a sandbox as functions, for tests: what `/sandbox` does over HTTP. Each rejects with `ControlError`
 * (`invalidInput`, `notFound`, `conflict`), which names the member and the remedy.
 *
 * ```ts
 * await sandbox.control.addFault({ endpoint: 'token', throttle: { retryAfter: 2 } });
 * const { code } = await sandbox.control.totp('jane.roe@contoso.com');
 * const [request] = await sandbox.control.requests({ path: '*\/token' });
 * ```
 */
export interface SandboxControl extends AdministrationControl {
  /** Adds what a seed file states: its text, YAML or JSON, or the value it would hold. */
  seed(file: string | object): Promise<WorldAnswer>;
  /** Puts the world of a seed file or an export in the place of this one. */
  import(file: string | object): Promise<WorldAnswer>;
  /** The world as a seed file, without a secret in clear. */
  export(): Promise<object>;
  /** Back to the state at start; a test's clock too. */
  reset(): Promise<void>;
  addFault(fault: FaultOrder): Promise<Fault>;
  faults(): Promise<readonly Fault[]>;
  /** Removes all, or the one of an id. */
  removeFaults(id?: string): Promise<void>;
  /** What was received, oldest first, without secrets. */
  requests(filter?: RequestFilter): Promise<readonly ReceivedRequest[]>;
  clearRequests(): Promise<void>;
  forgeToken(order?: TokenOrder): Promise<ForgedToken>;
  refreshTokens(filter?: { readonly user?: string; readonly application?: string }): Promise<readonly FamilyAnswer[]>;
  /** Makes refresh tokens older by so many days. */
  ageRefreshTokens(whose: FamilyOrUser, days: number): Promise<readonly FamilyAnswer[]>;
  revokeRefreshTokens(whose: FamilyOrUser): Promise<readonly FamilyAnswer[]>;
  /** Decides authorize requests of a user without a page; default: approves them. */
  approve(
    userPrincipalName: string,
    approval?: { readonly decision?: 'approve' | 'decline'; readonly methods?: readonly string[] },
  ): Promise<ApprovalAnswer>;
  removeApproval(userPrincipalName: string): Promise<void>;
  decideDeviceCode(
    userCode: string,
    decision: {
      readonly userPrincipalName: string;
      readonly decision?: 'approve' | 'decline';
      readonly methods?: readonly string[];
    },
  ): Promise<DeviceCodeAnswer>;
  /** The one-time code of this moment. */
  totp(userPrincipalName: string): Promise<TotpAnswer>;
}
