import type { RedirectPlatform } from './application.ts';
import type { AskedFor, AuthorizationCode, SignIn } from './authorization-code.ts';
import { stands } from './browser-session.ts';
import type { ConsentNeed } from './consent.ts';
import type { User } from './user.ts';

/** How an authorize request is answered. */
export interface RedirectTarget {
  readonly redirectUri: string;
  readonly responseMode: 'query' | 'fragment' | 'form_post';
  /** Given back unchanged. */
  readonly state?: string;
  /** Strict mode: who answers (RFC 9207). */
  readonly issuer?: string;
}

interface Asking {
  readonly appId: string;
  /** The tenant in the path it was asked at, alias or GUID. */
  readonly tenantPath: string;
  readonly version: 'v1' | 'v2';
  readonly asked: AskedFor;
}

/** What somebody came to the pages for. */
export type Purpose =
  | (Asking & {
      readonly kind: 'authorize';
      readonly target: RedirectTarget;
      readonly platform: RedirectPlatform;
      readonly codeChallenge?: NonNullable<AuthorizationCode['codeChallenge']>;
      readonly nonce?: string;
      readonly wantsClientInfo: boolean;
      readonly loginHint?: string;
    })
  | (Asking & { readonly kind: 'device'; readonly deviceGrantKey: string })
  | (Asking & { readonly kind: 'adminConsent'; readonly target: RedirectTarget });

/** What the request wants beyond what users and applications need anyway. */
export interface Demands {
  /** The password anew, whatever session there is. */
  readonly freshSignIn?: boolean;
  /** The password anew when it was proven longer ago than this. */
  readonly maxAgeSeconds?: number;
  /** The account picker, even where there is nothing to choose. */
  readonly accountChoice?: boolean;
  /** The consent page even where nothing is missing; `tenant`: by an administrator, for everybody. */
  readonly consent?: 'user' | 'tenant';
}

/** One visit to the pages, kept on this side: the browser holds its id and its cookie and nothing else. */
export interface Interaction {
  readonly purpose: Purpose;
  readonly demands: Demands;
  readonly browserId: string;
  readonly beganAt: Date;
  /** Counts what was answered: a form is good for one turn. */
  readonly turn: number;
  /** What was proven of the one user this is about. */
  readonly signIn?: SignIn;
  /** The password was proven here, not in an earlier visit. */
  readonly isFresh: boolean;
  /** The picker was left for an account that is not in it. */
  readonly isOtherAccount?: boolean;
  /** The device's request was recognised as one's own. */
  readonly isConfirmed?: boolean;
  readonly isConsented?: boolean;
}

export const interactionLifetimeSeconds = 3600;

export const steps = [
  'pickAccount',
  'signIn',
  'verify',
  'changePassword',
  'enrol',
  'confirm',
  'needsAdministrator',
  'consent',
  'done',
] as const;
export type Step = (typeof steps)[number];

/** What the store says about an interaction at this moment. */
export interface Situation {
  readonly now: Date;
  /** The user of the interaction's sign-in. */
  readonly user: User | undefined;
  /** Sign-ins of the browser's session that would do. */
  readonly signIns: readonly SignIn[];
  /** What consent is missing; known once there is a user. */
  readonly consent: ConsentNeed;
}

/** A second factor is set up by whoever proved the password a moment ago, not by whoever finds an open browser. */
const enrolmentSeconds = 600;

/** The one place that decides what comes next. Everything before `done` is proven again whenever it is asked. */
export function nextStep(interaction: Interaction, { now, user, signIns, consent }: Situation): Step {
  const { purpose, demands, signIn, isFresh } = interaction;
  if (!signIn) return signIns.length > 0 && !interaction.isOtherAccount ? 'pickAccount' : 'signIn';
  if (!stands(signIn, user)) return 'signIn';
  const age = now.getTime() - signIn.authenticatedAt.getTime();
  // Zero means always, within one moment of a standing clock too (OpenID Connect Core section 3.1.2.1).
  const isTooOld =
    demands.maxAgeSeconds !== undefined && (demands.maxAgeSeconds === 0 || age > demands.maxAgeSeconds * 1000);
  if (!isFresh && (demands.freshSignIn || isTooOld)) return 'signIn';
  const needsSecondFactor = user.mfa.required && !signIn.methods.includes('mfa');
  if (needsSecondFactor && user.mfa.totpSecret) return 'verify';
  if (user.forceChangePasswordNextSignIn) return isFresh ? 'changePassword' : 'signIn';
  if (needsSecondFactor) return isFresh && age <= enrolmentSeconds * 1000 ? 'enrol' : 'signIn';
  if (purpose.kind === 'device' && !interaction.isConfirmed) return 'confirm';
  if (consent === 'administrator') return 'needsAdministrator';
  if (consent === 'missing' || (demands.consent && !interaction.isConsented)) return 'consent';
  return 'done';
}

/** What was proven or decided at a step. */
export type Answer =
  /** Without a sign-in: another account than those of the session. */
  | { readonly step: 'pickAccount'; readonly signIn?: SignIn }
  | { readonly step: 'signIn'; readonly signIn: SignIn }
  | { readonly step: 'changePassword' }
  | { readonly step: 'verify' | 'enrol' | 'confirm' | 'consent' };

/** The interaction after an answer; undefined when the answer is not to the step it stands at. */
export function advance(interaction: Interaction, answer: Answer, situation: Situation): Interaction | undefined {
  if (nextStep(interaction, situation) !== answer.step) return undefined;
  const next = { ...interaction, turn: interaction.turn + 1 };
  const { signIn } = interaction;
  switch (answer.step) {
    case 'pickAccount':
      return answer.signIn ? about(next, answer.signIn, false) : { ...startedOver(interaction), isOtherAccount: true };
    case 'signIn':
      return about(next, answer.signIn, true);
    case 'verify':
    case 'enrol':
      return signIn && { ...next, signIn: { ...signIn, methods: [...new Set([...signIn.methods, 'mfa'])] } };
    case 'changePassword':
      return signIn && { ...next, signIn: { ...signIn, authenticatedAt: situation.now } };
    case 'confirm':
      return { ...next, isConfirmed: true };
    case 'consent':
      return { ...next, isConsented: true };
  }
}

/** From the beginning, with nothing proven or decided: whoever changes the user takes nothing along. */
export function startedOver({ purpose, demands, browserId, beganAt, turn }: Interaction): Interaction {
  return { purpose, demands, browserId, beganAt, turn: turn + 1, isFresh: false };
}

const about = (interaction: Interaction, signIn: SignIn, isFresh: boolean): Interaction => {
  const { isConfirmed: _, isConsented: __, isOtherAccount: ___, ...rest } = interaction;
  return { ...rest, signIn, isFresh };
};

/** The sign-in that is used without asking: the one hinted at, or the only one there is. */
export function obviousSignIn(demands: Demands, signIns: readonly SignIn[], hinted?: SignIn): SignIn | undefined {
  if (demands.accountChoice) return undefined;
  return hinted ?? (signIns.length === 1 ? signIns[0] : undefined);
}
