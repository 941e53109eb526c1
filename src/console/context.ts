import type { Clock } from '../base/clock.ts';
import type { Random } from '../base/random.ts';
import type { Secret } from '../base/secret.ts';
import type { Directory, DirectoryChanges, DirectoryLists, Entries } from '../domain/index.ts';

export interface ConsoleContext {
  readonly clock: Clock;
  readonly random: Random;
  readonly directory: Directory & DirectoryChanges & DirectoryLists;
  readonly entries: Entries;
  readonly signIn: ConsoleSignIn;
  readonly log: { error(detail: object, message: string): void };
}

/** The port to the authority that people sign in at. */
export interface ConsoleSignIn {
  readonly appId: string;
  /** The user whom a code stands for; undefined when the authority refuses it. */
  redeem(code: RedeemedCode): Promise<SignedIn | undefined>;
}

export interface RedeemedCode {
  readonly code: Secret;
  readonly codeVerifier: Secret;
  readonly redirectUri: string;
  /** Where the browser was sent from: the token is issued there. */
  readonly origin: string;
}

export interface SignedIn {
  readonly tenantId: string;
  readonly userId: string;
}
