import type { SigningKeyStore, StoredSigningKey } from '../../domain/ports.ts';
import type { SqliteConnection } from './connection.ts';
import type { SqlRow } from './operations.ts';

export const sqliteSigningKeys = ({ call }: SqliteConnection): SigningKeyStore => ({
  list: async (ring) => (await call('listSigningKeys', ring)).map(keyOf),
  async addFirst(key) {
    await call('addFirstSigningKey', rowOf(key));
  },
  async add(key) {
    await call('addSigningKey', rowOf(key));
  },
});

const rowOf = ({ kid, ring, algorithm, sealedPrivateKey, certificate, createdAt }: StoredSigningKey): SqlRow => [
  kid,
  ring,
  algorithm,
  sealedPrivateKey,
  certificate ?? null,
  createdAt.getTime(),
];

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
