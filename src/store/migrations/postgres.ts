/**
 * Forward only: the version in `partner_auth_store` is the number of these a database has. A released one is never
 * changed. Where the database commits each definition by itself (YugabyteDB), one may begin on what a killed one left:
 * hence IF NOT EXISTS. Instants are milliseconds since 1970. What rows are found by is bytes: an index over text is in the
 * order of the system's collation, and an update of the system that changes it would let a single-use row be missed.
 */
export const postgresMigrations: readonly string[] = [
  `CREATE TABLE IF NOT EXISTS partner_auth_issuances (
     key bytea PRIMARY KEY,
     api text NOT NULL,
     key_id text NOT NULL,
     claims text NOT NULL,
     sealed_token bytea,
     token_digest bytea NOT NULL,
     expires_at bigint NOT NULL
   );
   CREATE INDEX IF NOT EXISTS partner_auth_issuances_expires_at ON partner_auth_issuances (expires_at);
   CREATE TABLE IF NOT EXISTS partner_auth_signing_keys (
     ring text NOT NULL,
     kid text NOT NULL,
     algorithm text NOT NULL,
     sealed_private_key bytea NOT NULL,
     certificate text,
     created_at bigint NOT NULL,
     is_first boolean NOT NULL,
     PRIMARY KEY (ring, kid)
   );
   CREATE UNIQUE INDEX IF NOT EXISTS partner_auth_signing_keys_first
     ON partner_auth_signing_keys (ring, algorithm) WHERE is_first;
   CREATE TABLE IF NOT EXISTS partner_auth_entries (
     kind bytea NOT NULL,
     key bytea NOT NULL,
     owner bytea NOT NULL,
     value text NOT NULL,
     version integer NOT NULL,
     expires_at bigint NOT NULL,
     PRIMARY KEY (kind, key)
   );
   CREATE INDEX IF NOT EXISTS partner_auth_entries_owner ON partner_auth_entries (kind, owner);
   CREATE INDEX IF NOT EXISTS partner_auth_entries_expires_at ON partner_auth_entries (expires_at);`,
];
