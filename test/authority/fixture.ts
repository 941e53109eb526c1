import { type AuthorityContext, createAuthority, entraIssuers } from '../../src/authority/index.ts';
import { settableClock } from '../../src/base/clock.ts';
import { systemRandom } from '../../src/base/random.ts';
import { directoryOf, entriesIn } from '../../src/domain/index.ts';
import { fetchOf } from '../../src/http/message.ts';
import { generatePrivateKey, type KeyRing, publicJwkOf, signerOf, thumbprintOf } from '../../src/jwt/index.ts';
import { type Seed, sandboxData } from '../../src/sandbox/index.ts';
import { fixedSeed, readSeed } from '../../src/sandbox/seed.ts';
import { memoryStore } from '../../src/store/memory/index.ts';

/** The instant every test of the authority starts at. */
export const start = new Date('2026-11-21T08:59:27.400Z');

export const origin = 'https://localhost:8443';

/** Cheap enough for a thousand sign-ins; the records name their own cost, so nothing else changes. */
const testCost = { cost: 64, blockSize: 8, parallelization: 1 };

export async function testKeys(): Promise<KeyRing> {
  const privateKey = await generatePrivateKey('RS256');
  const kid = await thumbprintOf(privateKey);
  const signer = signerOf({ kid, algorithm: 'RS256', privateKey });
  return {
    current: () => signer,
    find: (wanted) => (wanted === kid ? signer : undefined),
    published: () => [{ ...publicJwkOf(privateKey), kid, x5c: ['MIIB'] }],
  };
}

const keys = await testKeys();

export interface Warning {
  readonly message: string;
  readonly detail: Readonly<Record<string, unknown>>;
}

/** An authority with the sandbox's fixed data, changed by a seed file where a test needs more. */
export async function testAuthority(seedFile?: string, overrides: Partial<AuthorityContext> = {}) {
  const seed: Seed = seedFile === undefined ? fixedSeed() : readSeed(seedFile, 'seed.yaml');
  const data = await sandboxData({ random: systemRandom, passwordCost: testCost }, seed);
  const clock = settableClock(start);
  const warnings: Warning[] = [];
  const context: AuthorityContext = {
    clock,
    random: systemRandom,
    directory: directoryOf(data.directory),
    entries: entriesIn(memoryStore().entries, clock),
    keys,
    mode: 'entra',
    issuers: entraIssuers,
    keysOf: () => undefined,
    log: { info: () => {}, warn: (message, detail) => void warnings.push({ message, detail }) },
    ...overrides,
  };
  const { handler } = createAuthority(context);
  const request = fetchOf(handler);
  return {
    clock,
    warnings,
    data,
    context,
    handler,
    fetch: async (path: string, init?: RequestInit): Promise<Response> => request(`${origin}${path}`, init),
    post: async (path: string, body: string, headers: Record<string, string> = {}): Promise<Response> =>
      request(`${origin}${path}`, {
        method: 'POST',
        body,
        headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
      }),
  };
}
