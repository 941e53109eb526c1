import { base64url, base64urlBytes, sha256 } from '../../../base/bytes.ts';
import { canonicalGuid } from '../../../base/guid.ts';
import { type JsonObject, ownText } from '../../../base/json.ts';
import {
  type Application,
  type CertificateThumbprints,
  certificateOf,
  judgeCertificate,
  type KeyCredential,
} from '../../../domain/index.ts';
import { type CompactJws, verifySignature } from '../../../jwt/index.ts';
import type { AuthorityContext } from '../../context.ts';
import { AuthorityError } from '../../error-table.ts';
import { policyOf } from '../../policy.ts';
import type { Exchange } from '../grant.ts';
import { requireAudience } from './audience.ts';
import { requireLifetime, requireShortLifetime } from './lifetime.ts';

/**
 * The checks of an assertion that the client signed itself, in their order: the certificate and the signature first, then
 * what the assertion says. Throws 50027, 700027, 700021, 50048, 50012, 700023 and 700024.
 */
export async function verifyCertificateAssertion(
  context: AuthorityContext,
  exchange: Exchange,
  jws: CompactJws,
): Promise<void> {
  const { application } = exchange.client;
  const { now } = exchange.call;
  const thumbprints = requireThumbprint(jws.header);
  const credential = requireRegistered(application, thumbprints, now);
  requireSignature(jws, credential, thumbprints);
  requireClientItself(jws.claims, application);
  requireAudience(context, exchange, jws.claims);
  const lifetime = requireLifetime(jws.claims, now);
  if (policyOf(context).assertionsAreSingleUse) {
    requireShortLifetime(lifetime, now);
    await requireFirstUse(context, application, { claims: jws.claims, discardAt: lifetime.discardAt });
  }
}

/** Characters of a thumbprint in base64url without padding. */
const thumbprintLengths = { x5t: 27, 'x5t#S256': 43 } as const;

/** Nothing else in the header names a key: `kid`, `jwk`, `jku`, `x5u` and `x5c` select nothing and fetch nothing. */
function requireThumbprint(header: JsonObject): CertificateThumbprints {
  const sha1 = thumbprintIn(header, 'x5t');
  const sha256 = thumbprintIn(header, 'x5t#S256');
  if (header.kid !== undefined && typeof header.kid !== 'string') malformed('Its kid is no text.');
  if (sha1 === undefined && sha256 === undefined) malformed('No certificate thumbprint specified in token header.');
  return { sha1, sha256 };
}

/** Some clients pad it. */
function thumbprintIn(header: JsonObject, name: keyof typeof thumbprintLengths): string | undefined {
  if (!Object.hasOwn(header, name)) return undefined;
  const thumbprint = ownText(header, name)?.replace(/={1,2}$/, '') ?? '';
  const readable = thumbprint.length === thumbprintLengths[name] && base64urlBytes(thumbprint) !== undefined;
  return readable ? thumbprint : malformed(`Its ${name} is no thumbprint in base64url.`);
}

function requireRegistered(application: Application, thumbprints: CertificateThumbprints, now: Date): KeyCredential {
  const found = judgeCertificate(application.keyCredentials, thumbprints, now);
  if (found.judgement === 'unknown') refusedKey('The key was not found.', thumbprints);
  if (found.judgement === 'valid') return found.credential;
  const { startDateTime, endDateTime } = found.credential;
  const fault = now < startDateTime ? 'not valid yet' : 'expired';
  const dates = `Start=${startDateTime.toISOString()}, End=${endDateTime.toISOString()}`;
  return refusedKey(`The key used is ${fault}. Found key '${dates}'.`, thumbprints);
}

const certificateAlgorithms = ['RS256', 'PS256'] as const;

function requireSignature(jws: CompactJws, credential: KeyCredential, thumbprints: CertificateThumbprints): void {
  if (!certificateAlgorithms.some((name) => name === jws.header.alg)) {
    refusedKey('The algorithm is none of RS256 and PS256.', thumbprints);
  }
  const key = { kid: undefined, issuer: undefined, algorithm: undefined, key: certificateOf(credential).publicKey };
  if (!verifySignature(jws, key, certificateAlgorithms)) {
    refusedKey('Client assertion failed signature validation.', thumbprints);
  }
}

/** RFC 7523 section 3: the client speaks for itself. */
function requireClientItself(claims: JsonObject, { appId }: Application): void {
  const [issuer, subject] = ['iss', 'sub'].map((name) => canonicalGuid(ownText(claims, name) ?? ''));
  if (issuer !== appId) throw new AuthorityError('assertionIssuerUnknown');
  if (subject !== issuer) throw new AuthorityError('assertionSubjectMismatch');
}

async function requireFirstUse(
  { entries }: AuthorityContext,
  { appId }: Application,
  { claims, discardAt }: { claims: JsonObject; discardAt: Date },
): Promise<void> {
  const identifier = ownText(claims, 'jti') || malformed('It has no jti.');
  const key = base64url(sha256(`${appId}\n${identifier}`));
  const isFirst = await entries.add('assertionId', key, { value: {}, expiresAt: discardAt });
  if (!isFirst) malformed('Its jti was used before.');
}

function malformed(reason: string): never {
  throw new AuthorityError('assertionMalformed', { reason });
}

function refusedKey(reason: string, { sha1, sha256 }: CertificateThumbprints): never {
  const thumbprint = Buffer.from(sha1 ?? sha256 ?? '', 'base64url')
    .toString('hex')
    .toUpperCase();
  throw new AuthorityError('assertionKeyUnknown', { reason, thumbprint });
}
