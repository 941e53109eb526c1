import { type AadstsEntry, aadsts } from './aadsts.ts';
import { type OAuthErrorName, oauthErrorNames } from './oauth-error-names.ts';
import { type PartnerCodeEntry, partnerCodes } from './partner-codes.ts';

/** A code as `explain` prints it, whichever table it is from. */
export interface Explanation {
  /** `AADSTS700082`, `900421`, `invalid_grant`. */
  readonly code: string;
  readonly source: 'Microsoft Entra' | 'Partner Center' | 'OAuth';
  /** What comes with an AADSTS number in the answer. */
  readonly error?: string;
  readonly suberror?: string;
  /** HTTP. */
  readonly status?: number;
  /** In one short line. */
  readonly meaning: string;
  readonly cause: string;
  readonly nextStep: string;
  /** Entra's own sentence; words in braces differ from case to case. */
  readonly message?: string;
  /** Entra's own page about it. */
  readonly page?: string;
}

export const entraPage = (code: string | number): string => `https://login.microsoftonline.com/error?code=${code}`;

const ofEntra = ({ code, error, suberror, status, meaning, cause, nextStep, message }: AadstsEntry): Explanation => ({
  code: `AADSTS${code}`,
  source: 'Microsoft Entra',
  error,
  ...(suberror === undefined ? {} : { suberror }),
  status,
  meaning,
  cause,
  nextStep,
  message,
  page: entraPage(code),
});

const ofPartnerCenter = ({ code, status, meaning, cause, nextStep }: PartnerCodeEntry): Explanation => ({
  code,
  source: 'Partner Center',
  status,
  meaning,
  cause,
  nextStep,
});

const ofOAuth = ({ name, meaning, cause, nextStep }: OAuthErrorName): Explanation => ({
  code: name,
  source: 'OAuth',
  meaning,
  cause,
  nextStep,
});

/** Every code there is, by source and number. */
export const explanations: readonly Explanation[] = [
  ...Object.values(aadsts)
    .toSorted((left, right) => left.code - right.code)
    .map(ofEntra),
  ...partnerCodes.toSorted((left, right) => Number(left.code) - Number(right.code)).map(ofPartnerCenter),
  ...oauthErrorNames.map(ofOAuth),
];

const byCode: ReadonlyMap<string, Explanation> = new Map(explanations.map((one) => [one.code, one]));

/** What is known of a code: `AADSTS65001`, `900421`, `invalid_grant`. */
export const explanationOf = (code: string): Explanation | undefined => byCode.get(code);

/** The same for several, in their order; those that nothing is known of are left out. */
export const explanationsOf = (codes: readonly string[]): readonly Explanation[] =>
  codes.flatMap((code) => explanationOf(code) ?? []);
