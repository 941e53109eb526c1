/** Forward only: a database's `user_version` is the number of these it has. A released one is never changed. */
export const sqliteMigrations: readonly string[] = [
  `CREATE TABLE issuances (
     key BLOB NOT NULL PRIMARY KEY,
     api TEXT NOT NULL,
     key_id TEXT NOT NULL,
     claims TEXT NOT NULL,
     sealed_token BLOB,
     token_digest BLOB NOT NULL,
     expires_at INTEGER NOT NULL
   ) STRICT;
   CREATE INDEX issuances_expires_at ON issuances (expires_at);
   CREATE TABLE signing_keys (
     kid TEXT NOT NULL,
     ring TEXT NOT NULL,
     algorithm TEXT NOT NULL,
     sealed_private_key BLOB NOT NULL,
     certificate TEXT,
     created_at INTEGER NOT NULL,
     PRIMARY KEY (ring, kid)
   ) STRICT, WITHOUT ROWID;`,
  `CREATE TABLE entries (
     kind TEXT NOT NULL,
     key TEXT NOT NULL,
     owner TEXT NOT NULL,
     value TEXT NOT NULL,
     version INTEGER NOT NULL,
     expires_at INTEGER NOT NULL,
     PRIMARY KEY (kind, key)
   ) STRICT;
   CREATE INDEX entries_owner ON entries (kind, owner);
   CREATE INDEX entries_expires_at ON entries (expires_at);`,
];
