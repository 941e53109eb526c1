import type { Hold, KeptSignIn, SignIn } from './entries.ts';
import { readStoredKey, type StoredIdentity, type StoredKey, type StoredRequest } from './stored-keys.ts';
import type { StoredToken } from './stored-token.ts';
import type { TokenStore } from './stores/store.ts';

/** What a store holds, identity by identity: for showing it, renewing it and removing it. */

export interface KeptToken {
  readonly request: StoredRequest;
  readonly token: StoredToken;
}

export interface KeptIdentity extends StoredIdentity {
  readonly signIn: KeptSignIn | undefined;
  /** The one obtained last comes first. */
  readonly tokens: readonly KeptToken[];
  /** What the authority said of this very sign-in, and nothing has lifted since. */
  readonly refusal: Hold | undefined;
}

interface StoredEntry {
  readonly key: string;
  readonly is: StoredKey;
}

export async function storedEntries(store: TokenStore): Promise<readonly StoredEntry[]> {
  const keys = await store.keys('[');
  return keys.flatMap((key) => {
    const is = readStoredKey(key);
    return is ? [{ key, is }] : [];
  });
}

const wordOf = ({ authority, applicationId, holder }: StoredIdentity): string =>
  JSON.stringify([authority, applicationId, holder]);

/** Sorted by authority, application and holder. */
export async function keptIdentities(store: TokenStore): Promise<readonly KeptIdentity[]> {
  const groups = new Map<string, StoredEntry[]>();
  for (const entry of await storedEntries(store)) {
    if (!('holder' in entry.is)) continue;
    const word = wordOf(entry.is);
    groups.set(word, [...(groups.get(word) ?? []), entry]);
  }
  const words = [...groups.keys()].sort();
  const identities = await Promise.all(words.map((word) => identityOf(store, groups.get(word) ?? [])));
  return identities.flatMap((identity) => identity ?? []);
}

/** Undefined: what was there has gone meanwhile, or cannot be read any more. */
async function identityOf(store: TokenStore, entries: readonly StoredEntry[]): Promise<KeptIdentity | undefined> {
  const read = await Promise.all(entries.map(async ({ key, is }) => ({ is, stored: await store.get(key) })));
  const tokens: KeptToken[] = [];
  const refusals: Hold[] = [];
  let signIn: KeptSignIn | undefined;
  for (const { is, stored } of read) {
    if (!stored) continue;
    const value: unknown = stored.value;
    if (is.kind === 'token') tokens.push({ request: is, token: value as StoredToken });
    else if (is.kind === 'refusal') refusals.push(value as Hold);
    else if (is.kind === 'sign-in') signIn = { signIn: value as SignIn, version: stored.version };
  }
  const [first] = entries;
  if (!first || !('holder' in first.is) || (!signIn && tokens.length === 0)) return undefined;
  const { authority, applicationId, holder } = first.is;
  return {
    ...{ authority, applicationId, holder, signIn },
    tokens: tokens.sort((one, other) => other.token.obtainedAt - one.token.obtainedAt),
    refusal: refusals.find((hold) => signIn && hold.signIn === signIn.version && hold.error.code !== 'consent_needed'),
  };
}

export interface RemovedEntries {
  readonly signIns: number;
  readonly tokens: number;
  readonly secrets: number;
}

/** Removes each entry that matches, with what is remembered of it, and says how many there were. */
export async function removeEntries(store: TokenStore, matches: (key: StoredKey) => boolean): Promise<RemovedEntries> {
  const entries = (await storedEntries(store)).filter(({ is }) => matches(is));
  await Promise.all(entries.map(({ key }) => store.delete(key)));
  const count = (kind: StoredKey['kind']) => entries.filter(({ is }) => is.kind === kind).length;
  return { signIns: count('sign-in'), tokens: count('token'), secrets: count('secret') };
}
