import { readFileSync } from 'node:fs';
import type { ConnectionOptions } from 'node:tls';
import { PartnerAuthError } from '../../base/error.ts';
import { isLoopbackHost } from '../../base/loopback.ts';

/** Where the database is and how it is reached: what of the driver's settings a URL decides. */
export interface PostgresAddress {
  readonly host: string;
  readonly port?: number;
  readonly user?: string;
  readonly password?: string;
  readonly database?: string;
  readonly ssl: false | ConnectionOptions;
  readonly options?: string;
  readonly application_name: string;
}

const parameters = ['sslmode', 'sslrootcert', 'sslcert', 'sslkey', 'options', 'application_name', 'host'] as const;
const verified = ['require', 'verify-ca', 'verify-full'];

/**
 * Reads `postgresql://user:password@host:5432/database?sslmode=verify-full`. With TLS the server's certificate and name
 * are always verified, against `sslrootcert` or the authorities of Node.js; beyond this machine TLS is only left out by
 * `sslmode=disable`. `options` sets the schema: `options=-c search_path=…`. Throws `PartnerAuthError`: `configuration`;
 * no part of the URL is in its message, since a password that is not escaped may be read as any part.
 */
export function addressOf(text: string): PostgresAddress {
  const url = URL.parse(text);
  if (!url || !/^postgres(ql)?:$/.test(url.protocol) || url.hash !== '' || url.pathname.includes('@')) throw noUrl();
  const given = url.searchParams;
  if ([...given.keys()].some((name) => !(parameters as readonly string[]).includes(name))) {
    throw refused(`storage.databaseUrl has a parameter that is not known. There are: ${parameters.join(', ')}.`);
  }
  const host = given.get('host') ?? (decoded(url.hostname).replace(/^\[(.*)\]$/, '$1') || 'localhost');
  const isLocal = host.startsWith('/') || isLoopbackHost(host);
  return {
    host,
    ...(url.port && { port: Number(url.port) }),
    ...(url.username && { user: decoded(url.username) }),
    ...(url.password && { password: decoded(url.password) }),
    ...(url.pathname.length > 1 && { database: decoded(url.pathname.slice(1)) }),
    ...(given.has('options') && { options: given.get('options') ?? '' }),
    application_name: given.get('application_name') ?? 'partner-auth',
    ssl: tlsOf(given, isLocal),
  };
}

function tlsOf(given: URLSearchParams, isLocal: boolean): PostgresAddress['ssl'] {
  const mode = given.get('sslmode') ?? (given.has('sslrootcert') ? 'verify-full' : isLocal ? 'disable' : undefined);
  if (mode === undefined) {
    throw refused(
      'storage.databaseUrl leads to another machine: add sslmode=verify-full, or sslmode=disable if the network between is your own.',
    );
  }
  if (mode === 'disable') return false;
  if (!verified.includes(mode)) throw refused(`sslmode in storage.databaseUrl is disable, ${verified.join(', ')}.`);
  const file = (name: string): string | undefined => {
    const path = given.get(name);
    return path === null || path === 'system' ? undefined : readPem(name, path);
  };
  const [ca, cert, key] = [file('sslrootcert'), file('sslcert'), file('sslkey')];
  return { rejectUnauthorized: true, ...(ca && { ca }), ...(cert && { cert }), ...(key && { key }) };
}

function readPem(name: string, path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    throw refused(`The file of ${name} in storage.databaseUrl cannot be read.`);
  }
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw noUrl();
  }
}

const refused = (message: string) => new PartnerAuthError('configuration', message);

const noUrl = () =>
  refused(
    'storage.databaseUrl is not of the form postgresql://user:password@host:5432/database. Write the signs % # / ? @ of a password as %25 %23 %2F %3F %40.',
  );
