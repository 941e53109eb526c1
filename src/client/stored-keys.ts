import type { TokenEndpointVersion } from '../protocol/token-request.ts';

/** The keys of a store read back: what stands under them, without opening it. Their writers are in `plan.ts`. */

/** Whose something is. */
export interface StoredIdentity {
  readonly authority: string;
  readonly applicationId: string;
  /** See `holders`. */
  readonly holder: string;
}

export const isSameIdentity = (one: StoredIdentity, other: StoredIdentity): boolean =>
  one.authority === other.authority && one.applicationId === other.applicationId && one.holder === other.holder;

/** What a token is good for, and whose it is. */
export interface StoredRequest extends StoredIdentity {
  readonly tenant: string;
  readonly version: TokenEndpointVersion;
  readonly resource: string | null;
  readonly scopes: readonly string[];
  readonly claims: string | null;
}

export type StoredKey =
  | ({ readonly kind: 'token' | 'refusal' } & StoredRequest)
  | ({ readonly kind: 'sign-in' } & StoredIdentity)
  | { readonly kind: 'throttle'; readonly authority: string; readonly applicationId: string; readonly tenant: string }
  | { readonly kind: 'secret'; readonly profile: string; readonly name: string };

const identity = ['authority', 'applicationId', 'holder'] as const;
const request = [...identity, 'tenant', 'version', 'resource', 'scopes', 'claims'] as const;

/** How the key of each kind begins, and what follows. */
const forms: Readonly<
  Record<StoredKey['kind'], { readonly begins: readonly string[]; readonly names: readonly string[] }>
> = {
  token: { begins: ['token'], names: request },
  refusal: { begins: ['hold', 'token'], names: request },
  'sign-in': { begins: ['sign-in'], names: identity },
  throttle: { begins: ['hold'], names: ['authority', 'applicationId', 'tenant'] },
  secret: { begins: ['secret'], names: ['profile', 'name'] },
};

const kinds = Object.keys(forms) as readonly StoredKey['kind'][];

/** Undefined: no key of ours. */
export function readStoredKey(text: string): StoredKey | undefined {
  const parts = partsOf(text);
  const kind = kinds.find((each) => {
    const { begins, names } = forms[each];
    return parts.length === begins.length + names.length && begins.every((word, index) => parts[index] === word);
  });
  if (kind === undefined) return undefined;
  const { begins, names } = forms[kind];
  const members = names.map((name, index) => [name, parts[begins.length + index]]);
  return { kind, ...Object.fromEntries(members) } as StoredKey;
}

/** As `plan.ts` and `kept-secrets.ts` write it. */
export function storedKeyText(key: StoredKey): string {
  const { begins, names } = forms[key.kind];
  const members: Readonly<Record<string, unknown>> = { ...key };
  return JSON.stringify([...begins, ...names.map((name) => members[name])]);
}

function partsOf(text: string): readonly unknown[] {
  try {
    const parts: unknown = JSON.parse(text);
    return Array.isArray(parts) ? parts : [];
  } catch {
    return [];
  }
}
