import { compare, compareAsOnMostProcessors, type Variant } from './comparison.ts';
import { exchangeRequest } from './exchange-request.ts';
import { loadCore, pinSelf, printMachine } from './harness.ts';
import { compareNodes } from './nodes.ts';
import { postgresSchema } from './postgres-schema.ts';
import { type Material, makeMaterial } from './servers/material.ts';

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

const variants = (postgresUrl: string | undefined): readonly Variant<Material>[] => [
  { name: 'bare node:http, verify + sign, no record', script: './servers/bare.ts', request: exchangeRequest },
  {
    name: 'token service, SQLite record',
    script: './servers/service.ts',
    settings: { store: 'sqlite' },
    request: exchangeRequest,
  },
  ...(postgresUrl === undefined
    ? []
    : [
        {
          name: 'token service, PostgreSQL record',
          script: './servers/service.ts',
          settings: { store: 'postgres', url: postgresUrl },
          request: exchangeRequest,
        },
      ]),
  {
    name: 'token service, record in memory',
    script: './servers/service.ts',
    settings: { store: 'memory' },
    request: exchangeRequest,
  },
  {
    name: 'bare node:http with the SQLite record: no check',
    script: './servers/bare.ts',
    settings: { store: 'sqlite' },
    request: exchangeRequest,
  },
  ...(postgresUrl === undefined
    ? []
    : [
        {
          name: 'bare node:http with the PostgreSQL record: no check',
          script: './servers/bare.ts',
          settings: { store: 'postgres', url: postgresUrl },
          request: exchangeRequest,
        },
      ]),
  { name: 'bare hono route, no signature', script: './servers/hono.ts', request: exchangeRequest },
  { name: 'oidc-provider, client credentials', script: './servers/oidc-provider.ts', request: tokenRequest },
];

/** Prints the exchange beside the machine's ceiling and its peers: rounds interleaved, the ceiling around each. */
export async function run(): Promise<void> {
  printMachine();
  pinSelf(loadCore);
  const material = await makeMaterial(64);
  const comparison = { material, ceiling: { signs: 1, verifies: 1 }, base: 'bare' };
  const schema = await postgresSchema();
  const all = variants(schema?.url);
  try {
    await compare({ ...comparison, variants: all });
    await compareAsOnMostProcessors({ ...comparison, variants: all.slice(0, schema ? 3 : 2) });
    console.log('\nThe same signed with ES256, whose tokens are sealed into their record:');
    await compare({
      material: await makeMaterial(64, 'ES256'),
      ceiling: { signs: 1, verifies: 1, algorithm: 'ES256' },
      base: 'bare',
      variants: all.slice(0, schema ? 3 : 2),
    });
    await compareNodes(material, schema?.url);
  } finally {
    await schema?.drop();
  }
}
