/** One of Entra's error codes. Programs must not branch on the numbers (Microsoft says they are for people). */
export interface AadstsEntry {
  readonly code: number;
  /** `error` at the v2 endpoint, and at v1 where `v1Error` says nothing else. */
  readonly error: string;
  readonly v1Error?: string;
  readonly status: 400 | 401 | 403 | 404 | 405 | 429 | 500 | 503;
  readonly suberror?: string;
  /** Where the user changes the password: v1 sends it along. */
  readonly passwordChangeUrl?: string;
  /** Entra's sentence. `{name}` is filled in from the request. */
  readonly message: string;
  /** Whether Entra sends an `error_uri` with it. */
  readonly hasPage: boolean;
  /** For a partner: what the code means, in one short line. */
  readonly meaning: string;
  /** For a partner: why this happens. */
  readonly cause: string;
  /** For a partner: what to do or type next. */
  readonly nextStep: string;
}

export const entry = (entry: AadstsEntry): AadstsEntry => entry;
