import type { Approval } from './approval.ts';
import type { AuthorizationCode } from './authorization-code.ts';
import type { BrowserSession } from './browser-session.ts';
import type { ConsoleSession } from './console-session.ts';
import type { DeviceGrant } from './device-grant.ts';
import type { Interaction } from './interaction.ts';
import type { KeptChange, KeptWorld } from './kept-world.ts';
import type { PasswordAttempts } from './password-attempts.ts';
import type { RefreshFamily, RefreshToken } from './refresh.ts';
import type { RegisteredApplication, RegisteredTenant } from './registry.ts';
import type { Granted } from './shared-limit.ts';

/**
 * Every kind of entry and what it holds. Values are JSON; a member that is an instant is named `…At`, and those alone.
 * The comment says what the key is.
 */
export interface EntryValues {
  /** `entryKey` of the code. */
  authorizationCode: AuthorizationCode;
  /** `entryKey` of the token. */
  refreshToken: RefreshToken;
  /** The family's id. Owner: the user's id. */
  refreshFamily: RefreshFamily;
  /** `entryKey` of the device code. */
  deviceGrant: DeviceGrant;
  /** `entryKey` of the user code in canonical spelling. */
  userCode: { readonly deviceGrantKey: string };
  /** The user's principal name in lower case. */
  approval: Approval;
  /** `entryKey` of the browser's cookie. */
  session: BrowserSession;
  /** `entryKey` of the browser's cookie for the console. Owner: the user's id. */
  consoleSession: ConsoleSession;
  /** `entryKey` of the marker of a console's form: added once. */
  usedForm: Readonly<Record<string, never>>;
  /** `entryKey` of the interaction's id. */
  interaction: Interaction;
  /** What is being guessed, and by or for whom. */
  guesses: { readonly count: number };
  /** The user's id and the time step of a one-time code: added once. */
  usedOneTimeCode: Readonly<Record<string, never>>;
  /** `jti` of a client assertion, with its client: added once. */
  assertionId: Readonly<Record<string, never>>;
  /** `current`. */
  world: KeptWorld;
  /** The world's generation, and what is changed. Owner: the generation. */
  worldChange: KeptChange;
  /** The tenant's id. */
  registeredTenant: RegisteredTenant;
  /** The ids of the tenant and the application. Owner: the tenant's. */
  registeredApplication: RegisteredApplication;
  /** `current`: counts the changes of what is registered. */
  registryVersion: { readonly version: number };
  /** The ring, and the key that is to be replaced: added by the node that does it. */
  keyRotation: Readonly<Record<string, never>>;
  /** What is limited, a process, and the turn it tells of. Owner: what is limited. */
  granted: Granted;
  /** `passwordAttemptsKey`. */
  passwordAttempts: PasswordAttempts;
}
