import { timingSafeEqual } from 'node:crypto';
import type { Awaitable } from '../base/awaitable.ts';
import { epochSeconds, fromEpochSeconds } from '../base/clock.ts';
import { open, seal } from '../base/seal.ts';
import { singleFlight } from '../base/single-flight.ts';
import { type Issuance, issuanceKey, tokenDigest } from '../domain/issuance.ts';
import { mintClaims } from '../domain/mint.ts';
import type { Signer } from '../jwt/index.ts';
import { environments } from '../protocol/environments.ts';
import type { GenerateTokenApi } from '../protocol/generate-token.ts';
import type { VerifiedBearer } from '../verify/index.ts';
import type { TokenServiceContext } from './context.ts';
import { refuse } from './error-table.ts';

export interface IssuedToken {
  readonly accessToken: string;
  readonly expiresInSeconds: number;
  /** The token of an earlier request with the same id. */
  readonly replayed: boolean;
  /** Its `jti`. */
  tokenId(): string;
}

export type IssueToken = (
  bearer: VerifiedBearer,
  request: { readonly api: GenerateTokenApi; readonly requestId: string },
) => Promise<IssuedToken>;

/**
 * Issues one token per caller and request id. Of copies that come at once, one is signed and recorded, and the others
 * wait for it.
 */
export function tokenIssuer(context: TokenServiceContext): IssueToken {
  const shared = singleFlight<Recorded>();
  return async (bearer, { api, requestId }) => {
    const now = context.clock.now();
    const key = issuanceKey(bearer, requestId);
    let isFirst = false;
    const { accessToken, issuance } = await shared(`${api} ${key.toString('latin1')}`, async () => {
      const recorded = await record(context, mint(context, bearer, { key, api }, now), now);
      isFirst = recorded.isFirst;
      return recorded;
    });
    return {
      accessToken,
      expiresInSeconds: Math.max(0, epochSeconds(issuance.expiresAt) - epochSeconds(now)),
      replayed: !isFirst,
      tokenId: () => String(JSON.parse(issuance.claims).jti),
    };
  };
}

interface Recorded {
  readonly accessToken: string;
  readonly issuance: Issuance;
  /** It was recorded now; else the token is that of the record which was there. */
  readonly isFirst: boolean;
}

/**
 * The token leaves only after its record is durable, and the record holds what re-creates the token, so there is no
 * moment at which a crash loses or doubles anything: whoever comes later makes the same one. The signature is made
 * first: the disk then works while other requests are signed.
 */
async function record(context: TokenServiceContext, minted: Minted, now: Date): Promise<Recorded> {
  const signed = await minted.token;
  const { first, issuance } = await context.issuances.claim(recordOf(context, minted, signed), now);
  if (issuance.api !== minted.api) refuse('requestIdOnOtherApi', { data: ['ms-requestid'] });
  return { accessToken: first ? signed : await tokenOf(context, issuance), issuance, isFirst: first };
}

interface Minted {
  readonly key: Buffer;
  readonly api: GenerateTokenApi;
  readonly signer: Signer;
  /** As JSON text: what is signed is what is recorded. */
  readonly claims: string;
  readonly expiresAt: Date;
  readonly token: Promise<string>;
}

function mint(
  { settings, random, keys }: TokenServiceContext,
  bearer: VerifiedBearer,
  { key, api }: { readonly key: Buffer; readonly api: GenerateTokenApi },
  now: Date,
): Minted {
  const signer = keys.current();
  const rule = { issuer: settings.issuer, audience, lifetimeSeconds: settings.lifetimeSeconds };
  const minted = mintClaims(bearer, rule, now, random.guid());
  const claims = JSON.stringify(minted);
  const expiresAt = fromEpochSeconds(minted.exp);
  return { key, api, signer, claims, expiresAt, token: signer.sign(claims) };
}

function recordOf({ sealingKey, random }: TokenServiceContext, minted: Minted, token: string): Issuance {
  const { key, api, signer, claims, expiresAt } = minted;
  return {
    key,
    api,
    keyId: signer.kid,
    claims,
    sealedToken: signer.deterministic ? undefined : seal(sealingKey, place(key), Buffer.from(token, 'latin1'), random),
    tokenDigest: tokenDigest(key, token),
    expiresAt,
  };
}

/** Issued tokens are for Partner Center, under its one name, whichever spelling the bearer had. */
const audience = environments.AzureCloud.partnerCenter;

const place = (key: Uint8Array): string => `issuance ${Buffer.from(key).toString('hex')}`;

/**
 * The token of a record: its claims signed again, or what was sealed. It leaves only if it is the one that was issued;
 * a key that is gone and a record that was changed are faults of ours, not the caller's.
 */
async function tokenOf(context: TokenServiceContext, issuance: Issuance): Promise<string> {
  const token = await recreated(context, issuance);
  const issued = timingSafeEqual(tokenDigest(issuance.key, token), issuance.tokenDigest);
  return issued ? token : unavailable('a record was changed since its token was issued');
}

function recreated({ keys, sealingKey }: TokenServiceContext, issuance: Issuance): Awaitable<string> {
  if (issuance.sealedToken) {
    const opened = open(sealingKey, place(issuance.key), issuance.sealedToken);
    return opened?.toString('latin1') ?? unavailable('a sealed token cannot be opened');
  }
  const signer = keys.find(issuance.keyId) ?? unavailable(`the key ${issuance.keyId} is gone`);
  return signer.sign(issuance.claims);
}

function unavailable(detail: string): never {
  refuse('dependencyFailed', { headers: [['Retry-After', '5']], detail });
}
