import type { Clock } from '../base/clock.ts';
import type { Random } from '../base/random.ts';
import type { Directory, DirectoryChanges, Entries } from '../domain/index.ts';
import type { KeyRing, KeySource } from '../jwt/index.ts';
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
  readonly keysOf: KeysOf;
  readonly log: Log;
}

/** The keys of an identity provider whose tokens may authenticate a client; undefined for everyone else. */
export type KeysOf = (issuer: string) => IssuerKeys | undefined;

export interface IssuerKeys {
  readonly keys: KeySource;
  /** Whether it is this authority itself, at one of its own names. */
  readonly isEntra: boolean;
}

export interface Log {
  info(message: string, detail: Readonly<Record<string, unknown>>): void;
  warn(message: string, detail: Readonly<Record<string, unknown>>): void;
}
