import { type JsonObject, ownText } from '../../../base/json.ts';
import {
  type Application,
  type FederatedIdentityCredential,
  type FederatedMismatch,
  federatedMismatch,
} from '../../../domain/index.ts';
import {
  type CompactJws,
  type KeySource,
  KeysUnavailable,
  type VerificationKey,
  verifySignature,
} from '../../../jwt/index.ts';
import type { AadstsName } from '../../../protocol/aadsts.ts';
import { issuerFor } from '../../../verify/index.ts';
import type { AuthorityContext, IssuerKeys } from '../../context.ts';
import { AuthorityError } from '../../error-table.ts';
import { requireLifetime } from './lifetime.ts';

/** Another identity provider's token, as presented. */
interface Presented {
  readonly jws: CompactJws;
  readonly issuer: string;
  readonly now: Date;
}

/**
 * The checks of an identity provider's token, in their order. Its keys are looked for only after a credential names the
 * issuer, and what it says is read only once its signature is right. Such a token is sent many times: no `jti` is counted.
 * Throws 700211, 50166, 7000272, 700027, 50027, 700024, 700229, 700212, 700213 and 7002137.
 */
export async function verifyFederatedAssertion(
  context: AuthorityContext,
  application: Application,
  presented: Presented,
): Promise<void> {
  const { jws, issuer, now } = presented;
  const credentials = requireIssuer(application, issuer);
  const source = context.keysOf(issuer);
  if (!source) throw unreachable();
  const key = await requireKey(source, presented);
  requireSignature(jws, key);
  requireLifetime(jws.claims, now);
  if (source.isEntra) requireAppOnly(jws.claims, issuer);
  await requireMatch(context, credentials, { source, claims: jws.claims });
}

function requireIssuer(application: Application, issuer: string): readonly FederatedIdentityCredential[] {
  const credentials = application.federatedIdentityCredentials.filter((credential) => credential.issuer === issuer);
  if (credentials.length === 0) throw new AuthorityError('federatedIssuerUnknown', { issuer });
  return credentials;
}

/** A key that the issuer's key set ties to another issuer vouches for that one alone. */
async function requireKey({ keys }: IssuerKeys, { jws, issuer }: Presented): Promise<VerificationKey> {
  const { kid } = jws.header;
  if (kid !== undefined && typeof kid !== 'string') {
    throw new AuthorityError('assertionMalformed', { reason: 'Its kid is no text.' });
  }
  const key = await foundOrUnreachable(keys, kid);
  const tie = key?.issuer && issuerFor(key.issuer, ownText(jws.claims, 'tid') ?? '');
  if (!key || (tie !== undefined && tie !== issuer)) {
    throw new AuthorityError('federatedKeyUnknown', { key: kid ?? '(none)', issuer });
  }
  return key;
}

async function foundOrUnreachable(keys: KeySource, kid: string | undefined): Promise<VerificationKey | undefined> {
  try {
    return await keys.find(kid);
  } catch (cause) {
    throw cause instanceof KeysUnavailable ? unreachable(cause) : cause;
  }
}

const unreachable = (cause?: KeysUnavailable): AuthorityError =>
  new AuthorityError('federatedIssuerUnreachable', {}, { cause });

/** Entra takes no other algorithm from an identity provider. */
const federatedAlgorithms = ['RS256'] as const;

function requireSignature(jws: CompactJws, key: VerificationKey): void {
  if (verifySignature(jws, key, federatedAlgorithms)) return;
  const reason = 'Client assertion failed signature validation.';
  throw new AuthorityError('assertionKeyUnknown', { reason, thumbprint: ownText(jws.header, 'kid') ?? '' });
}

/** A user's token must not open what an application may: only an application's own vouches for another one. */
function requireAppOnly(claims: JsonObject, issuer: string): void {
  const isOfUser = Object.hasOwn(claims, 'scp') || (Object.hasOwn(claims, 'idtyp') && claims.idtyp !== 'app');
  const isOfApplication = ownText(claims, 'oid') !== undefined && claims.oid === claims.sub;
  if (isOfUser || !isOfApplication) throw new AuthorityError('federatedTokenKind', { issuer });
}

const mismatches: Readonly<Record<FederatedMismatch, AadstsName>> = {
  audience: 'federatedAudienceUnknown',
  subject: 'federatedSubjectUnknown',
  subjectCase: 'federatedSubjectCase',
};

async function requireMatch(
  context: AuthorityContext,
  credentials: readonly FederatedIdentityCredential[],
  { source, claims }: { source: IssuerKeys; claims: JsonObject },
): Promise<void> {
  const audience = soleAudience(claims);
  const subject = ownText(claims, 'sub') ?? '';
  const audiences = source.isEntra ? await namesOfResource(context, claims, audience) : [audience];
  const mismatch = federatedMismatch(credentials, { subject, audiences });
  if (mismatch) throw new AuthorityError(mismatches[mismatch], { subject, audience });
}

/** As text, or as a list of one, which Kubernetes writes. A token for several could be used here by each of the others. */
function soleAudience(claims: JsonObject): string {
  const { aud } = claims;
  const [sole, ...others] = Array.isArray(aud) ? aud : [aud];
  return typeof sole === 'string' && others.length === 0 ? sole : '';
}

/** Entra's v2 tokens carry a resource's id where the credential names its address: they are the same audience. */
async function namesOfResource({ directory }: AuthorityContext, claims: JsonObject, audience: string) {
  const resource = await directory.resource(ownText(claims, 'tid') ?? '', audience);
  return [
    audience,
    ...(resource && audience === resource.application.appId ? resource.application.identifierUris : []),
  ];
}
