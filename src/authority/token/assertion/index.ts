/**
 * Client authentication by assertion (RFC 7523 section 2.2): a JWT signed with a certificate registered for the
 * application, or the token of an identity provider that a federated credential names. Which of the two a JWT is, its
 * issuer says: a client vouches for itself by its id, an identity provider has an address.
 */
import { ownText } from '../../../base/json.ts';
import type { ClientAuthentication } from '../../../domain/index.ts';
import { parseCompactJws } from '../../../jwt/index.ts';
import { jwtBearerAssertion } from '../../../protocol/client-auth.ts';
import type { AuthorityContext } from '../../context.ts';
import { AuthorityError } from '../../error-table.ts';
import type { Exchange } from '../grant.ts';
import { verifyCertificateAssertion } from './certificate.ts';
import { verifyFederatedAssertion } from './federated.ts';

/** Throws 900144, 9002313 and 50027, and what `verifyCertificateAssertion` and `verifyFederatedAssertion` throw. */
export async function authenticateByAssertion(
  context: AuthorityContext,
  exchange: Exchange,
): Promise<ClientAuthentication> {
  const { clientAssertion, parameters } = exchange.request;
  requireAssertionType(parameters.clientAssertionType);
  const jws = parseCompactJws(clientAssertion?.reveal() ?? '');
  if (!jws)
    throw new AuthorityError('assertionMalformed', { reason: 'It is no signed JWT in its one canonical form.' });
  const issuer = ownText(jws.claims, 'iss');
  if (issuer !== undefined && /^https?:/.test(issuer)) {
    await verifyFederatedAssertion(context, exchange.client.application, { jws, issuer, now: exchange.call.now });
    return 'federated';
  }
  await verifyCertificateAssertion(context, exchange, jws);
  return 'certificate';
}

function requireAssertionType(type: string | undefined): void {
  if (!type) throw new AuthorityError('missingParameter', { parameter: 'client_assertion_type' });
  if (type !== jwtBearerAssertion) {
    throw new AuthorityError('invalidRequest', { reason: `The client_assertion_type must be ${jwtBearerAssertion}.` });
  }
}
