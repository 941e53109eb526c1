import type { SigningKeyStore, StoredSigningKey } from '../../domain/ports.ts';
import { signingKeyRow } from '../rows.ts';
import type { SqliteConnection } from './connection.ts';
import type { SqlRow } from './operations.ts';

export const sqliteSigningKeys = ({ call }: SqliteConnection): SigningKeyStore => ({
  list: async (ring) => (await call('listSigningKeys', ring)).map(keyOf),
  async addFirst(key) {
    await call('addFirstSigningKey', signingKeyRow(key));
  },
  async add(key) {
    await call('addSigningKey', signingKeyRow(key));
  },
  remove: (ring, kid) => call('removeSigningKey', ring, kid),
});

function keyOf(row: SqlRow): StoredSigningKey {
  const [kid, ring, algorithm, sealedPrivateKey, certificate, createdAt] = row as [
    string,
    StoredSigningKey['ring'],
    string,
    Uint8Array,
    string | null,
    number,
  ];
  return {
    kid,
    ring,
    algorithm,
    sealedPrivateKey,
    certificate: certificate ?? undefined,
    createdAt: new Date(createdAt),
  };
}
