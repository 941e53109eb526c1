import type { ReceivedRequest, RequestFilter } from '../../domain/index.ts';
import type { Fault, FaultOrder } from '../faults/fault.ts';
import type { AdministrationControl, ListFilter } from './administration-control.ts';
import type {
  ApprovalAnswer,
  ClockAnswer,
  DeviceCodeAnswer,
  FamilyAnswer,
  TotpAnswer,
  WorldAnswer,
} from './answers.ts';
import type { ExplainedFlow, FlowList } from './flows.ts';
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
  /** The sandbox's time. */
  readClock(): Promise<ClockAnswer>;
  /** Sets the time (ISO 8601, UTC), or freezes it or lets it run. */
  setClock(change: { readonly now?: string; readonly frozen?: boolean }): Promise<ClockAnswer>;
  /** Moves the time by a duration of ISO 8601 such as `P91D`. */
  advanceClock(duration: string): Promise<ClockAnswer>;
  /** Back to the time of the start's clock, running. */
  restoreClock(): Promise<ClockAnswer>;
  addFault(fault: FaultOrder): Promise<Fault>;
  faults(): Promise<readonly Fault[]>;
  /** Removes all, or the one of an id. */
  removeFaults(id?: string): Promise<void>;
  /** What was received, oldest first, without secrets. */
  requests(filter?: RequestFilter): Promise<readonly ReceivedRequest[]>;
  clearRequests(): Promise<void>;
  /** Token requests, exchanges and calls of the partner APIs, newest first, each with its checks and what explains a refusal. */
  flows(filter?: ListFilter & { readonly correlationId?: string }): Promise<FlowList>;
  flow(id: string): Promise<ExplainedFlow>;
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
