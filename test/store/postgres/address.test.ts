import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { inspect } from 'node:util';
import { PartnerAuthError } from '../../../src/base/error.ts';
import { addressOf } from '../../../src/store/postgres/address.ts';
import { postgresStore } from '../../../src/store/postgres/index.ts';

const own = { application_name: 'partner-auth', ssl: false };
const verified = { rejectUnauthorized: true };

describe('the address of the database', () => {
  const read: readonly (readonly [url: string, address: object])[] = [
    ['postgres://localhost/d', { ...own, host: 'localhost', database: 'd' }],
    ['postgresql:///d', { ...own, host: 'localhost', database: 'd' }],
    ['postgresql:///d?host=/run/postgresql', { ...own, host: '/run/postgresql', database: 'd' }],
    [
      'postgresql://u%40x:p%23%2F%3F%40%25@[::1]:6543/d%20e?options=-c%20search_path%3Ds&application_name=n',
      {
        ...own,
        host: '::1',
        port: 6543,
        user: 'u@x',
        password: 'p#/?@%',
        database: 'd e',
        options: '-c search_path=s',
        application_name: 'n',
      },
    ],
    ['postgres://db.example/d?sslmode=disable', { ...own, host: 'db.example', database: 'd' }],
    ['postgres://db.example/d?sslmode=require', { ...own, host: 'db.example', database: 'd', ssl: verified }],
    ['postgres://db.example/d?sslmode=verify-ca', { ...own, host: 'db.example', database: 'd', ssl: verified }],
    ['postgres://db.example/d?sslmode=verify-full', { ...own, host: 'db.example', database: 'd', ssl: verified }],
    ['postgres://127.0.0.1/d?sslmode=verify-full', { ...own, host: '127.0.0.1', database: 'd', ssl: verified }],
    ['postgres://localhost/d?sslrootcert=system', { ...own, host: 'localhost', database: 'd', ssl: verified }],
  ];
  test('the files of the authority and of this client’s certificate', (t) => {
    const folder = mkdtempSync(join(tmpdir(), 'partner-auth-address-'));
    t.after(() => rmSync(folder, { recursive: true }));
    const url = new URL('postgres://db.example/d?sslmode=verify-full');
    for (const name of ['sslrootcert', 'sslcert', 'sslkey']) {
      writeFileSync(join(folder, name), name);
      url.searchParams.set(name, join(folder, name));
    }
    const files = { ca: 'sslrootcert', cert: 'sslcert', key: 'sslkey' };
    assert.deepEqual(addressOf(url.href).ssl, { ...verified, ...files });
  });
  for (const [url, address] of read) {
    test(url, () => assert.deepEqual({ ...addressOf(url) }, address));
  }

  const form =
    'storage.databaseUrl is not of the form postgresql://user:password@host:5432/database. Write the signs % # / ? @ of a password as %25 %23 %2F %3F %40.';
  const parameter =
    'storage.databaseUrl has a parameter that is not known. There are: sslmode, sslrootcert, sslcert, sslkey, options, application_name, host.';
  const mode = 'sslmode in storage.databaseUrl is disable, require, verify-ca, verify-full.';
  const refused: readonly (readonly [url: string, sentence: string])[] = [
    ['', form],
    ['mysql://h/d', form],
    ['host=h dbname=d', form],
    ['postgres://u:12#secret@h/d', form],
    ['postgres://u:12/secret@h/d', form],
    ['postgres://u:12?secret@h/d', parameter],
    ['postgres://u:secret/12@h/d', form],
    ['postgres://u:secret%@h/d', form],
    ['postgres://h:1,i:2/d', form],
    ['postgres://h/d?statement_timeout=0', parameter],
    ['postgres://h/d?ssl=no-verify', parameter],
    ['postgres://h/d?sslmode=no-verify', mode],
    ['postgres://h/d?sslmode=prefer', mode],
    [
      'postgres://h/d?sslmode=verify-full&sslrootcert=/no/secret',
      'The file of sslrootcert in storage.databaseUrl cannot be read.',
    ],
    [
      'postgres://u:secret@h/d',
      'storage.databaseUrl leads to another machine: add sslmode=verify-full, or sslmode=disable if the network between is your own.',
    ],
  ];
  for (const [url, sentence] of refused) {
    test(`no address: ${url}`, async () => {
      await assert.rejects(postgresStore(url), (error) => {
        assert.ok(error instanceof PartnerAuthError, String(error));
        assert.deepEqual([error.code, error.message], ['configuration', sentence]);
        assert.equal(inspect(error, { depth: 10, showHidden: true }).includes('secret'), false);
        return true;
      });
    });
  }
});
