/** Partner Center's error codes: what the token service answers with and what `explain` says about them. */
export interface PartnerCodeEntry {
  readonly code: string;
  readonly status: number;
  /** What the code means, in a sentence. */
  readonly meaning: string;
  readonly cause: string;
  readonly nextStep: string;
}

const entries: readonly PartnerCodeEntry[] = [
  {
    code: '400',
    status: 401,
    meaning: 'Access denied.',
    cause:
      'The bearer token is malformed, wrongly signed, expired, not yet valid, of an unknown issuer, or no access token.',
    nextStep: 'Obtain a new token with partner-auth token and look into it with partner-auth decode.',
  },
];

const byCode: ReadonlyMap<string, PartnerCodeEntry> = new Map(entries.map((entry) => [entry.code, entry]));

export const partnerCode = (code: string): PartnerCodeEntry | undefined => byCode.get(code);
export const partnerCodes = entries;
