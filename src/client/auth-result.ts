/** A token and what is known about it: the object of every function that obtains one. */
export interface AuthResult {
  readonly accessToken: string;
  readonly refreshToken: string | null;
  /** Why there is no refresh token; null where there is one. */
  readonly noRefreshToken: string | null;
  readonly idToken: string | null;
  readonly tokenType: string;
  readonly expiresOn: Date;
  /** Seconds since 1970. */
  readonly expires_on: number;
  /** Until when the token may be used while the authority cannot be reached. */
  readonly extendedExpiresOn: Date;
  readonly isExtendedLifeTimeToken: boolean;
  /** The user's object id; null for an application. */
  readonly uniqueId: string | null;
  readonly tenantId: string | null;
  readonly tenant: string | null;
  /** Always null: there for scripts written for `az account get-access-token`. */
  readonly subscription: null;
  readonly account: Account | null;
  readonly scopes: readonly string[];
  readonly resource: string | null;
  readonly correlationId: string;
  /** Whether the user passed MFA: the token's `amr` says yes or no, or is silent (null). */
  readonly mfa: boolean | null;
  readonly fromCache: boolean;
}

export interface Account {
  readonly homeAccountId: string;
  readonly username: string;
  /** The authority's host. */
  readonly environment: string;
}

/** The same with instants as RFC 3339 text: what is printed and stored. */
export type AuthResultJson = Omit<AuthResult, 'expiresOn' | 'extendedExpiresOn'> & {
  readonly expiresOn: string;
  readonly extendedExpiresOn: string;
};

/** RFC 3339 in UTC, to the second. */
export const rfc3339 = (instant: Date): string => `${instant.toISOString().slice(0, 19)}Z`;

export const authResultJson = (result: AuthResult): AuthResultJson => ({
  ...result,
  expiresOn: rfc3339(result.expiresOn),
  extendedExpiresOn: rfc3339(result.extendedExpiresOn),
});

export const authResultOfJson = (json: AuthResultJson): AuthResult =>
  authResult({ ...json, expiresOn: new Date(json.expiresOn), extendedExpiresOn: new Date(json.extendedExpiresOn) });

const tokenMembers = ['accessToken', 'refreshToken', 'idToken'] as const;

/** Enough of a token to tell two apart, not enough to use it. */
export const shortened = (token: string): string =>
  token.length <= 24 ? '…' : `${token.slice(0, 6)}…(${token.length} characters)`;

/**
 * Makes printing by accident harmless: `util.inspect`, `console.log` and text conversion show shortened tokens.
 * `JSON.stringify` and the members give the real ones.
 */
export function authResult<Result extends object>(fields: Result): Readonly<Result> {
  const printable = () => shortenTokens(fields);
  return Object.defineProperties(fields, {
    [Symbol.for('nodejs.util.inspect.custom')]: { value: printable },
    toString: { value: () => JSON.stringify(printable()) },
    toJSON: { value: () => jsonOf(fields) },
  });
}

export const shortenTokens = (fields: object): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(fields).map(([name, value]) =>
      typeof value === 'string' && (tokenMembers as readonly string[]).includes(name)
        ? [name, shortened(value)]
        : [name, value],
    ),
  );

const jsonOf = (fields: object): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [name, value instanceof Date ? rfc3339(value) : value]),
  );
