/** What is used of the driver, which is passed in: `pg`'s `Pool`, or one of its shape. */

export interface PostgresRows {
  readonly rows: readonly Readonly<Record<string, unknown>>[];
}

export interface PostgresClient {
  query(text: string, values?: unknown[]): Promise<PostgresRows>;
  /** Back to the pool; with an error, its connection is ended. */
  release(error?: Error): void;
  on(event: 'error', listener: (error: Error) => void): unknown;
  removeListener(event: 'error', listener: (error: Error) => void): unknown;
}

export interface PostgresPool {
  query(text: string, values?: unknown[]): Promise<PostgresRows>;
  connect(): Promise<PostgresClient>;
  /** The most connections it opens; pg's default is 10. */
  readonly options?: { readonly max?: number | undefined } | undefined;
}
