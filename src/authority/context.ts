import type { Clock } from '../base/clock.ts';
import type { Random } from '../base/random.ts';
import type { Directory, DirectoryChanges, Entries } from '../domain/index.ts';
import type { KeyRing } from '../jwt/index.ts';
import type { IssuersOf } from './issuers.ts';

export interface AuthorityContext {
  readonly clock: Clock;
  readonly random: Random;
  readonly directory: Directory & DirectoryChanges;
  readonly entries: Entries;
  readonly keys: KeyRing;
  /** `entra`: as Entra does it. `strict`: as RFC 9700 says. */
  readonly mode: 'entra' | 'strict';
  readonly issuers: IssuersOf;
  readonly log: Log;
}

export interface Log {
  info(message: string, detail: Readonly<Record<string, unknown>>): void;
  warn(message: string, detail: Readonly<Record<string, unknown>>): void;
}
