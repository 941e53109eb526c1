import type { Approval, DeviceGrant } from '../../domain/index.ts';

/** What the control API answers, beside plain lists. */

/** A world in figures, and the users who lost their second factor because another sandbox had sealed it. */
export interface WorldAnswer {
  readonly tenants: number;
  readonly users: number;
  readonly applications: number;
  readonly warnings: readonly string[];
}

export interface ClockAnswer {
  readonly now: string;
  /** A frozen clock stands; another runs on from where it was set. */
  readonly frozen: boolean;
}

export interface ApprovalAnswer {
  readonly userPrincipalName: string;
  readonly decision: Approval['decision'];
  readonly methods: readonly string[];
}

export interface DeviceCodeAnswer {
  readonly state: DeviceGrant['state'];
  readonly application: string;
}

export interface TotpAnswer {
  readonly userPrincipalName: string;
  readonly code: string;
  readonly secondsLeft: number;
}

/** All refresh tokens that descend from one sign-in at one application. */
export interface FamilyAnswer {
  readonly family: string;
  readonly userId: string;
  readonly application: string;
  readonly tenantId: string;
  readonly beganAt: string;
  /** When its newest token was made: by the sign-in, or by its last use. To the minute where used tokens stay valid (`entra`). */
  readonly lastUsedAt: string;
  readonly ageDays: number;
  readonly idleDays: number;
  readonly generation: number;
  readonly revokedAt?: string;
}
