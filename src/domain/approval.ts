/**
 * A standing decision for one user, so that authorize requests with their `login_hint` and device codes need no pages:
 * test runs without a browser. Made by the sandbox's control API alone.
 */
export interface Approval {
  readonly userId: string;
  readonly userTenantId: string;
  readonly decision: 'approve' | 'decline';
  /** What the sign-in is said to have proven, for example `['pwd', 'mfa']`. */
  readonly methods: readonly string[];
}
