import { BlockList, isIP } from 'node:net';
import { z } from 'zod';
import { exactlyOne, noun } from '../../base/noun.ts';
import { largestRateLimit } from '../../domain/rate-limit.ts';
import { type Algorithm, algorithms } from '../../jwt/index.ts';
import { environments } from '../../protocol/environments.ts';

/** The configuration of `serve production`: what may stand in its file, in the order its reference prints it. */

const text = z.string().trim().min(1);
const file = text.max(4096);
const seconds = (least: number, most: number) => z.int().min(least).max(most);
const clouds = Object.keys(environments) as (keyof typeof environments)[];

const address = (protocols: readonly string[]) => (value: string) =>
  URL.canParse(value) && protocols.includes(new URL(value).protocol);

const addressOf = ({ origin, pathname }: URL): string => origin + pathname;

const httpsOrigin = text
  .refine(address(['https:']), { error: 'must be an https address such as https://tokens.example.com.' })
  .refine((value) => !URL.canParse(value) || new URL(value).origin === value, {
    error: 'must be an origin alone, without path and slash: https://tokens.example.com.',
  });

/** An address, or a network of them: 10.0.0.0/8, fd00::/8. */
const network = text.refine((value) => networkOf(value) !== undefined, {
  error: 'must be an address or a network such as 10.0.0.0/8.',
});

/** Its first address, and how many bits every address of it shares. */
export function networkOf(value: string): { address: string; bits: number; family: 'ipv4' | 'ipv6' } | undefined {
  const [address = '', bits] = value.split('/');
  const version = isIP(address);
  const longest = version === 4 ? 32 : 128;
  const shared = bits === undefined ? longest : /^\d{1,3}$/.test(bits) ? Number(bits) : -1;
  if (version === 0 || shared < 0 || shared > longest) return undefined;
  return { address, bits: shared, family: version === 4 ? 'ipv4' : 'ipv6' };
}

export function networksOf(values: readonly string[]): BlockList {
  const list = new BlockList();
  for (const value of values) {
    const known = networkOf(value);
    if (known) list.addSubnet(known.address, known.bits, known.family);
  }
  return list;
}

const guid = z.guid({ error: 'must be a tenant id, a GUID.' });

const ofCloud = noun({
  cloud: z.enum(clouds).describe('A cloud of Microsoft: its v1 and v2 issuers and their keys are known.'),
  tenants: z
    .array(guid)
    .min(1)
    .optional()
    .describe('Tenants whose tokens are taken; default: every tenant that is in the registry.'),
});

const byName = noun({
  issuer: text
    .refine(address(['https:']), { error: 'must be an https address, as it stands in iss.' })
    .describe('As it stands in iss; {tenantid} stands for the token’s tid.'),
  jwksUri: text
    .refine(address(['https:']), { error: 'must be an https address.' })
    .describe('Where its keys are published.'),
  tokenVersion: z.enum(['1.0', '2.0']).describe('What its access tokens say in ver.'),
  algorithms: z
    .array(z.enum(Object.keys(algorithms) as Algorithm[]))
    .min(1)
    .default(['RS256'])
    .describe('What its tokens may be signed with.'),
});

/** Which of the two is meant is told by its first word, so that what is wrong with it is told in its own terms. */
const trustedIssuer = z
  .record(z.string(), z.unknown(), { error: 'must be an object with cloud, or with issuer, jwksUri and tokenVersion.' })
  .transform((value, context): z.output<typeof ofCloud> | z.output<typeof byName> => {
    const parsed = ('cloud' in value ? ofCloud : byName).safeParse(value);
    if (parsed.success) return parsed.data;
    context.issues.push(...parsed.error.issues.map((issue) => ({ ...issue, input: value }) as never));
    return z.NEVER;
  });

const sealing = z.string().refine((value) => sealingKeyOf(value) !== undefined, {
  error: 'must be 32 bytes in base64 or hex: openssl rand -base64 32.',
});

const rate = (usual: { requests: number; perSeconds: number }) =>
  noun({
    requests: z
      .int()
      .min(1)
      .max(largestRateLimit.requests)
      .default(usual.requests)
      .describe('Requests it may send at once.'),
    perSeconds: seconds(1, largestRateLimit.perSeconds)
      .default(usual.perSeconds)
      .describe('Seconds in which as many are refilled, evenly.'),
  }).prefault({});

export const configSchema = noun({
  issuer: httpsOrigin.describe('The address callers ask at, and iss of every token issued here.'),
  listen: noun({
    host: text.default('127.0.0.1').describe('Address to listen on.'),
    port: z.int().min(0).max(65_535).default(8443).describe('Port to listen on.'),
  })
    .prefault({})
    .describe('Where this node listens.'),
  workers: z.int().min(0).max(128).default(1).describe('Processes that share the port; 0: one for each core.'),
  tls: noun({
    certificateFile: file.describe('Certificate and its chain, PEM.'),
    keyFile: file.describe('Its private key, PEM; a secret of its own.'),
  })
    .optional()
    .describe('This node speaks HTTPS. Left out: something before it does (behindProxy).'),
  behindProxy: noun({
    trustedProxies: z
      .array(network)
      .min(1)
      .describe('Whose X-Forwarded-For is believed; everybody else’s is not looked at.'),
  })
    .optional()
    .describe('Plain HTTP, from proxies that end TLS.'),
  storage: exactlyOne(
    noun({
      databaseUrl: text
        .refine(address(['postgres:', 'postgresql:']), {
          error: 'must be an address such as postgres://user@host/database.',
        })
        .optional()
        .describe('PostgreSQL, for any number of nodes. A secret where a password is in it.'),
      sqliteFile: file.optional().describe('A file, for one node.'),
    }),
    ['databaseUrl', 'sqliteFile'],
  ).describe('Where records, registry and keys are kept: one of the two.'),
  keys: noun({
    sealingKey: sealing.describe(
      'Seals signing keys at rest. A secret, the same on every node, never in the database.',
    ),
    secondSealingKey: sealing
      .optional()
      .describe('Opens what the first does not, while one takes the other’s place: the runbook tells how. A secret.'),
    algorithm: z
      .enum(['RS256', 'ES256', 'PS256'])
      .default('RS256')
      .describe('What tokens are signed with, by all nodes.'),
    signerModule: file
      .optional()
      .describe('An ES module that signs with keys of its own: an HSM, a key vault. Left out: keys are made here.'),
    rotateDays: z.int().min(1).max(3650).default(90).describe('The age at which a signing key gets a successor.'),
  }).describe('Signing keys.'),
  trustedIssuers: z.array(trustedIssuer).min(1).describe('Whose bearer tokens are taken. Nobody else’s are.'),
  lifetimeSeconds: seconds(60, 86_400).default(3600).describe('Seconds an issued token lives at most.'),
  skewSeconds: seconds(0, 300).default(300).describe('Tolerated difference of clocks.'),
  mfaEnforcement: z
    .enum(['on', 'report', 'off'])
    .default('on')
    .describe(
      'Whether app+user tokens must carry the MFA claim; report: isMfaCompliant says it, and nobody is refused.',
    ),
  acceptRequired: z.boolean().default(true).describe('Refuse a request without Accept, as the documents say.'),
  legacyAudience: z.boolean().default(false).describe('The legacy API also takes app-only tokens for Azure AD Graph.'),
  legacySunset: z.iso
    .date({ error: 'must be a date such as 2026-12-31.' })
    .default('2026-12-31')
    .describe('The day the legacy API ends: its Sunset header.'),
  limits: noun({
    perCaller: rate({ requests: 600, perSeconds: 60 }).describe('One application, tenant and user.'),
    perAddress: rate({ requests: 6000, perSeconds: 60 }).describe(
      'One address, or the /64 network of an IPv6 address, whoever asks from there, before a token is looked at.',
    ),
    atOnce: z.int().min(1).max(10_000).default(64).describe('Exchanges under way at once, of each process.'),
    waiting: z
      .int()
      .min(0)
      .max(100_000)
      .default(1000)
      .describe('So many more wait for their turn, two seconds at most.'),
    headersSeconds: seconds(1, 300).default(15).describe('How long a client may take for the headers of a request.'),
    requestSeconds: seconds(1, 300)
      .default(30)
      .describe('How long a client may take for all of a request, and leave an answer untaken.'),
    connections: z
      .int()
      .min(1)
      .max(1_000_000)
      .default(10_000)
      .describe('Connections each process holds at one time; further ones are cut.'),
  })
    .prefault({})
    .describe('What a caller may ask for (more is answered with 429), and how long a connection may take for it.'),
  audit: noun({
    file: file
      .optional()
      .describe('JSON lines: who asked by which token, and what became of it. Left out: none are kept.'),
  })
    .prefault({})
    .describe('A record of each issuance and refusal, durable before the answer.'),
  tracing: noun({
    endpoint: text
      .refine(address(['http:', 'https:']), { error: 'must be an address such as http://collector:4318.' })
      .refine((value) => !URL.canParse(value) || new URL(value).href === addressOf(new URL(value)), {
        error: 'must have no user and no query in it: what a collector wants to see goes into headers.',
      })
      .describe('A collector that takes OTLP over HTTP; /v1/traces is added to its path.'),
    headers: z
      .string()
      .refine((value) => headersIn(value) !== undefined, {
        error: 'must be names with values: api-key=abc,x-tenant=contoso; what is no plain text in percent-encoding.',
      })
      .optional()
      .describe('Headers the collector wants to see: name=value, divided by commas. A secret.'),
    sampleRatio: z.number().min(0).max(1).default(1).describe('The part of all traces that is kept.'),
    traceparent: z
      .enum(['link', 'continue'])
      .default('link')
      .describe(
        'What becomes of a caller’s traceparent. link: a trace of our own links to it. continue: its trace goes on and its sampled flag holds; for callers of one’s own house.',
      ),
    serviceName: text.max(255).default('partner-auth').describe('service.name of the spans.'),
  })
    .optional()
    .describe('OpenTelemetry spans of each exchange. Left out: none.'),
  drainSeconds: seconds(0, 300).default(10).describe('How long answers under way may take after SIGTERM.'),
  logLevel: z.enum(['debug', 'info', 'warn', 'error', 'silent']).default('info').describe('Lines on stderr, JSON.'),
});

export type ProductionConfig = z.output<typeof configSchema>;

/** Paths of values that are secrets: each may come from a file by its name with `File`. */
export const secretPaths: readonly string[] = [
  'storage.databaseUrl',
  'keys.sealingKey',
  'keys.secondSealingKey',
  'tracing.headers',
];

/** `name=value,name=value`, values percent-encoded, as OpenTelemetry writes them; undefined for anything else. */
export function headersIn(value: string): Readonly<Record<string, string>> | undefined {
  const pairs = value.split(',').map((pair) => /^\s*([\w!#$%&'*+.^`|~-]+)\s*=\s*(\S+)\s*$/.exec(pair));
  try {
    const entries = pairs.map((match) => {
      const [, name = '', encoded = ''] = match ?? [];
      const decoded = decodeURIComponent(encoded);
      if (!match || !/^[\t\x20-\x7e]+$/.test(decoded)) throw new URIError(name);
      return [name, decoded];
    });
    return Object.fromEntries(entries);
  } catch {
    return undefined;
  }
}

/** 32 bytes, however they are written; undefined for anything else. */
export function sealingKeyOf(value: string): Buffer | undefined {
  const written = value.trim();
  const bytes = /^[0-9a-f]{64}$/i.test(written) ? Buffer.from(written, 'hex') : Buffer.from(written, 'base64');
  return bytes.length === 32 && /^[A-Za-z0-9+/=_-]+$/.test(written) ? bytes : undefined;
}
