/** The name a system, a driver or Node.js gives a failure: `ENOENT`, `ECONNREFUSED`, SQLSTATE `23505`. */
export const errorCode = (cause: unknown): string | undefined =>
  cause instanceof Error && 'code' in cause && typeof cause.code === 'string' ? cause.code : undefined;
