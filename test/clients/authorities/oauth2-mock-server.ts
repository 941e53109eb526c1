import { OAuth2Issuer, OAuth2Service } from 'oauth2-mock-server';
import { places, tenant } from './places.ts';
import { type ServedAuthority, serving } from './serving.ts';

/** oauth2-mock-server at Entra's places. It has no device codes, and its hooks falsify whatever it says. */
export interface MockServer extends ServedAuthority {
  readonly service: OAuth2Service;
}

/** `domain`: the tenant is asked for by it; the issuer has its id all the same. */
export async function startMockServer(
  keys: readonly ('RS256' | 'ES256')[] = ['RS256'],
  domain: string = tenant,
): Promise<MockServer> {
  const at = (path: string) => `/${domain}${path}`;
  const issuer = new OAuth2Issuer();
  for (const [index, algorithm] of keys.entries()) await issuer.keys.generate(algorithm, { kid: `key-${index}` });
  const service = new OAuth2Service(issuer, {
    wellKnownDocument: at(places.metadata),
    token: at(places.token),
    authorize: at(places.authorize),
    jwks: at(places.keys),
  });
  const served = await serving((authority) => {
    issuer.url = `${authority}/${tenant}/v2.0`;
    // It puts every address below its issuer; Entra's issuer is a path of its own.
    service.on('beforeWellKnownOpenIdConfiguration', ({ body }) =>
      Object.assign(body, {
        token_endpoint: authority + at(places.token),
        authorization_endpoint: authority + at(places.authorize),
        jwks_uri: authority + at(places.keys),
      }),
    );
    return service.requestHandler;
  });
  return { ...served, service };
}
