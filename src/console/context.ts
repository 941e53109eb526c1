import type { Clock } from '../base/clock.ts';
import type { Random } from '../base/random.ts';
import type { Secret } from '../base/secret.ts';
import type {
  Directory,
  DirectoryChanges,
  DirectoryLists,
  Entries,
  Flow,
  Page,
  PageOrder,
  PartnerRecordChanges,
  PartnerRecords,
} from '../domain/index.ts';
import type { ConsoleSandbox } from './sandbox.ts';

export interface ConsoleContext {
  readonly clock: Clock;
  readonly random: Random;
  readonly directory: Directory & DirectoryChanges & DirectoryLists;
  readonly records: PartnerRecords & PartnerRecordChanges;
  readonly entries: Entries;
  readonly sandbox: ConsoleSandbox;
  readonly signIn: ConsoleSignIn;
  readonly flows: ConsoleFlows;
  readonly log: { error(detail: object, message: string): void };
}

/** The port to what the sandbox remembers of its requests, newest first. */
export interface ConsoleFlows {
  list(order: PageOrder & { readonly correlationId?: string | undefined }): Page<Flow>;
  find(id: string): Flow | undefined;
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
