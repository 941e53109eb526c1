import { randomUUID } from 'node:crypto';
import { compare, compareAsOnMostProcessors, type Variant } from './comparison.ts';
import { loadCore, pinSelf, printMachine } from './harness.ts';
import { type Material, makeMaterial } from './servers/material.ts';

const serialBase = randomUUID().slice(0, 24);

const exchangeRequest = ({ bearers }: Material, serial: number): string =>
  [
    'POST /v3/generatetoken HTTP/1.1',
    'Host: 127.0.0.1',
    `Authorization: Bearer ${bearers[serial % bearers.length]}`,
    'Accept: application/json',
    'Content-Type: application/x-www-form-urlencoded',
    'Content-Length: 20',
    `ms-requestid: ${serialBase}${serial.toString(16).padStart(12, '0')}`,
    '',
    'grant_type=jwt_token',
  ].join('\r\n');

const grant = 'grant_type=client_credentials&client_id=client&client_secret=secret';
const tokenRequest = (): string =>
  [
    'POST /token HTTP/1.1',
    'Host: 127.0.0.1',
    'Accept: application/json',
    'Content-Type: application/x-www-form-urlencoded',
    `Content-Length: ${grant.length}`,
    '',
    grant,
  ].join('\r\n');

const variants: readonly Variant<Material>[] = [
  { name: 'bare node:http, verify + sign, no record', script: './servers/bare.ts', request: exchangeRequest },
  {
    name: 'token service, SQLite record',
    script: './servers/service.ts',
    settings: { store: 'sqlite' },
    request: exchangeRequest,
  },
  {
    name: 'token service, record in memory',
    script: './servers/service.ts',
    settings: { store: 'memory' },
    request: exchangeRequest,
  },
  { name: 'bare hono route, no signature', script: './servers/hono.ts', request: exchangeRequest },
  { name: 'oidc-provider, client credentials', script: './servers/oidc-provider.ts', request: tokenRequest },
];

/** Prints the exchange beside the machine's ceiling and its peers: rounds interleaved, the ceiling around each. */
export async function run(): Promise<void> {
  printMachine();
  pinSelf(loadCore);
  const material = await makeMaterial(64);
  const comparison = { material, ceiling: { signs: 1, verifies: 1 }, base: 'bare' };
  await compare({ ...comparison, variants });
  await compareAsOnMostProcessors({ ...comparison, variants: variants.slice(0, 2) });
}
