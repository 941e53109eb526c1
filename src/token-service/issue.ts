import { epochSeconds, fromEpochSeconds } from '../base/clock.ts';
import { open, seal } from '../base/seal.ts';
import { type Issuance, issuanceKey } from '../domain/issuance.ts';
import { mintClaims } from '../domain/mint.ts';
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
 * Issues one token per caller and request id. The token leaves only after its record is durable, and the record holds
 * what re-creates the token, so there is no moment at which a crash loses or doubles anything: whoever comes later makes
 * the same one. The signature is made first: the disk then works while other requests are signed.
 */
export async function issueToken(
  context: TokenServiceContext,
  bearer: VerifiedBearer,
  request: { readonly api: GenerateTokenApi; readonly requestId: string },
): Promise<IssuedToken> {
  const now = context.clock.now();
  const candidate = await mint(context, bearer, request, now);
  const { first, issuance } = await context.issuances.claim(candidate.issuance, now);
  if (issuance.api !== request.api) refuse('requestIdOnOtherApi', { data: ['ms-requestid'] });
  return {
    accessToken: first ? candidate.token : await tokenOf(context, issuance),
    expiresInSeconds: Math.max(0, epochSeconds(issuance.expiresAt) - epochSeconds(now)),
    replayed: !first,
  };
}

async function mint(
  { settings, random, keys, sealingKey }: TokenServiceContext,
  bearer: VerifiedBearer,
  { api, requestId }: { readonly api: GenerateTokenApi; readonly requestId: string },
  now: Date,
): Promise<{ readonly token: string; readonly issuance: Issuance }> {
  const signer = keys.current();
  const key = issuanceKey(bearer, requestId);
  const rule = { issuer: settings.issuer, audience, lifetimeSeconds: settings.lifetimeSeconds };
  const claims = mintClaims(bearer, rule, now, random.guid());
  const token = await signer.sign(claims);
  const issuance = {
    key,
    api,
    keyId: signer.kid,
    claims: JSON.stringify(claims),
    sealedToken: signer.deterministic ? undefined : seal(sealingKey, place(key), Buffer.from(token, 'latin1'), random),
    expiresAt: fromEpochSeconds(claims.exp),
  };
  return { token, issuance };
}

/** Issued tokens are for Partner Center, under its one name, whichever spelling the bearer had. */
const audience = environments.AzureCloud.partnerCenter;

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
