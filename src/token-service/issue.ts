import { epochSeconds, fromEpochSeconds } from '../base/clock.ts';
import { open, seal } from '../base/seal.ts';
import { type Issuance, issuanceKey } from '../domain/issuance.ts';
import { type MintedClaims, mintClaims } from '../domain/mint.ts';
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
}

/**
 * Issues one token per caller and request id. The record is durable before the token exists, and it holds what re-creates
 * the token, so there is no moment at which a crash loses or doubles anything: whoever comes later makes the same one.
 */
export async function issueToken(
  context: TokenServiceContext,
  bearer: VerifiedBearer,
  request: { readonly api: GenerateTokenApi; readonly requestId: string },
): Promise<IssuedToken> {
  const now = context.clock.now();
  const candidate = await candidateIssuance(context, bearer, request, now);
  const { first, issuance } = await context.issuances.claim(candidate, now);
  if (issuance.api !== request.api) refuse('requestIdOnOtherApi', { data: ['ms-requestid'] });
  return {
    accessToken: await tokenOf(context, issuance),
    expiresInSeconds: Math.max(0, epochSeconds(issuance.expiresAt) - epochSeconds(now)),
    replayed: !first,
  };
}

async function candidateIssuance(
  context: TokenServiceContext,
  bearer: VerifiedBearer,
  { api, requestId }: { readonly api: GenerateTokenApi; readonly requestId: string },
  now: Date,
): Promise<Issuance> {
  const { settings, random } = context;
  const signer = context.keys.current();
  const key = issuanceKey(bearer, requestId);
  const rule = {
    issuer: settings.issuer,
    audience: environments.AzureCloud.partnerCenter,
    lifetimeSeconds: settings.lifetimeSeconds,
  };
  const claims = mintClaims(bearer, rule, now, random.guid());
  return {
    key,
    api,
    keyId: signer.kid,
    claims: JSON.stringify(claims),
    sealedToken: signer.deterministic ? undefined : await sealedToken(context, signer, key, claims),
    expiresAt: fromEpochSeconds(claims.exp),
  };
}

async function sealedToken(
  { sealingKey, random }: TokenServiceContext,
  signer: Signer,
  key: Buffer,
  claims: MintedClaims,
) {
  const token = await signer.sign(claims);
  return seal(sealingKey, place(key), Buffer.from(token, 'latin1'), random);
}

const place = (key: Uint8Array): string => `issuance ${Buffer.from(key).toString('hex')}`;

/** Signs the record's claims again, or opens the sealed token. A key that is gone is a fault of ours, not the caller's. */
async function tokenOf({ keys, sealingKey }: TokenServiceContext, issuance: Issuance): Promise<string> {
  if (issuance.sealedToken) {
    const opened = open(sealingKey, place(issuance.key), issuance.sealedToken);
    return opened?.toString('latin1') ?? unavailable('a sealed token cannot be opened');
  }
  const signer = keys.find(issuance.keyId) ?? unavailable(`the key ${issuance.keyId} is gone`);
  return signer.sign(JSON.parse(issuance.claims));
}

function unavailable(detail: string): never {
  refuse('dependencyFailed', { headers: [['Retry-After', '5']], detail });
}
