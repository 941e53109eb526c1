import { z } from 'zod';
import { base64url } from '../../base/bytes.ts';
import { noun } from '../../base/noun.ts';
import { encodeSegment } from '../../jwt/index.ts';
import type { ControlContext } from './context.ts';
import { type ForgedToken, type TokenFlaw, tokenFlaws } from './forged-token.ts';
import { operation } from './operation.ts';
import { baseClaims } from './token-claims.ts';

const replacements = z
  .record(z.string().max(64), z.unknown())
  .refine((record) => JSON.stringify(record).length <= 8192, { error: 'must have at most 8192 characters of JSON.' });

export const forgeToken = operation({
  summary: `An access token as it should be, or flawed: ${tokenFlaws.join(', ')}.`,
  example: { user: 'jane.roe@contoso.com', mfa: true, flaws: ['expired'] },
  body: noun({
    tenant: z.string().min(1).max(256).optional().describe('Id or domain.'),
    application: z.guid({ error: 'must be an application id.' }).optional(),
    user: z.string().min(1).max(256).optional().describe('User name. Without it the application acts for itself.'),
    mfa: z.boolean().optional(),
    resource: z.string().min(1).max(512).optional().describe('Identifier URI or application id.'),
    version: z.union([z.literal(1), z.literal(2)]).optional(),
    lifetimeSeconds: z.int().min(1).max(31_536_000).default(3600),
    flaws: z.array(z.enum(tokenFlaws)).max(tokenFlaws.length).default([]),
    claims: replacements.optional().describe('Put over the claims; null takes one out.'),
    header: replacements.optional().describe('Put over the header; null takes a member out.'),
  }),
  answer: async (context, { body, origin }): Promise<ForgedToken> => {
    const { claims: base, version } = await baseClaims(context, body, origin);
    const flaws = new Set<TokenFlaw>(body.flaws);
    const claims = overlaid(flawedClaims(base, flaws), body.claims);
    const { kid, algorithm } = context.rings.authority.current();
    const header = overlaid(
      {
        alg: flaws.has('unsigned') ? 'none' : algorithm,
        typ: 'JWT',
        kid: flaws.has('unknownKey') ? base64url(context.random.bytes(20)) : kid,
        ...(version === 1 ? { x5t: kid } : {}),
      },
      body.header,
    );
    return { accessToken: await signed(context, { header, claims }, flaws), header, claims };
  },
});

type Members = Readonly<Record<string, unknown>>;

const hour = 3600;

function flawedClaims(base: Members & { iat: number; nbf: number; exp: number }, flaws: ReadonlySet<TokenFlaw>) {
  const away = flaws.has('expired') ? -(base.exp - base.iat + hour) : flaws.has('notYetValid') ? 2 * hour : 0;
  return {
    ...base,
    iat: base.iat + away,
    nbf: base.nbf + away,
    exp: base.exp + away,
    ...(flaws.has('wrongAudience') ? { aud: 'https://another-api.example' } : {}),
    ...(flaws.has('otherIssuer') ? { iss: `https://another-issuer.example/${String(base.tid)}/` } : {}),
  };
}

const overlaid = (members: Members, over: Members = {}): Members =>
  Object.fromEntries(
    Object.entries({ ...members, ...over }).filter(([, value]) => value !== null && value !== undefined),
  );

/** Signed by the authority's key whatever the header says, unless it is to have no signature or a wrong one. */
async function signed(
  { rings }: ControlContext,
  { header, claims }: { readonly header: Members; readonly claims: Members },
  flaws: ReadonlySet<TokenFlaw>,
): Promise<string> {
  if (flaws.has('unsigned')) return `${encodeSegment(header)}.${encodeSegment(claims)}.`;
  // The signer writes its own members first; one that is not wanted is left out of the JSON when it is undefined.
  const absent = { alg: undefined, typ: undefined, kid: undefined };
  const token = await rings.authority.current().sign(claims, { ...absent, ...header });
  if (!flaws.has('badSignature')) return token;
  const dot = token.lastIndexOf('.');
  const signature = Buffer.from(token.slice(dot + 1), 'base64url');
  signature[0] = (signature[0] ?? 0) ^ 1;
  return `${token.slice(0, dot)}.${signature.toString('base64url')}`;
}
