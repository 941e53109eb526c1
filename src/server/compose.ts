import type { Logger } from 'pino';
import { collectDefaultMetrics, Registry } from 'prom-client';
import { createAuthority, entraIssuers, type Log } from '../authority/index.ts';
import type { Awaitable } from '../base/awaitable.ts';
import type { ControlledClock } from '../base/controlled-clock.ts';
import type { Random } from '../base/random.ts';
import { consoleClient, withConsoleClient } from '../console/index.ts';
import { type Directory, entriesIn } from '../domain/index.ts';
import type { PartnerRegistry } from '../domain/partner-registry.ts';
import { rateLimiter } from '../domain/rate-limit.ts';
import type { Handler } from '../http/message.ts';
import { dispatch, type Face } from '../http/router.ts';
import { tokenSigningCertificate } from '../http/tls/certificate-authority.ts';
import { type KeyRing, type KeySource, keySetOf, localKeys, type TurningKeyRing } from '../jwt/index.ts';
import { openKeyRing } from '../keys/index.ts';
import { tenantPlaceholder } from '../protocol/tenants.ts';
import {
  type ApiBearer,
  createAzureManagement,
  createGraph,
  createPartnerApi,
  createPartnerCenter,
  readingPages,
  retiredGraph,
  type SandboxControl,
  type World,
} from '../sandbox/index.ts';
import type { Store } from '../store/store.ts';
import { exchangeHandler, isPartnerCenterPath, operationsHandler, serviceMetrics } from '../token-service/index.ts';
import { BearerError, type TrustedIssuer, type VerifiedBearer, verifyBearer } from '../verify/index.ts';
import { openConsole } from './console.ts';
import { openControl } from './control.ts';
import { dated } from './dated.ts';
import { federatedKeys } from './federated-keys.ts';
import { onlyAt } from './origins.ts';
import { atPlayedHosts, playedAuthorities } from './played-hosts.ts';
import { purgeExpired } from './purge.ts';
import { version } from './version.ts';

export interface SandboxParts {
  readonly clock: ControlledClock;
  readonly random: Random;
  readonly world: World;
  readonly store: Store;
  readonly sealingKey: Uint8Array;
  readonly log: Logger;
  readonly mode: 'entra' | 'strict';
  readonly origins: readonly string[];
}

export interface Composed {
  /** Answers at the sandbox's own origins. */
  readonly handler: Handler;
  /** Answers at the hosts the proxy plays. */
  readonly played: Handler;
  readonly control: SandboxControl;
  readonly stop: () => void;
}

/** The only wiring: parts in, handlers out. Which face answers a path is the list at the end. */
export async function composeSandbox(parts: SandboxParts): Promise<Composed> {
  const { clock, random, world, store, sealingKey, log } = parts;
  const { directory } = world;
  // One for all: changes of one thing queue in it.
  const entries = entriesIn(store.entries, clock);
  const [authorityKeys, serviceKeys] = await openRings(parts);
  const origins = [...parts.origins, ...playedAuthorities];
  const issuers = trustedIssuers(origins, authorityKeys);
  const verify = (token: string) => verifyBearer({ clock, issuers }, token);
  const warn: Log['warn'] = (message, detail) => log.warn(detail, message);
  const figures = new Registry();
  collectDefaultMetrics({ register: figures });

  const ownClient = consoleClient(parts, parts.origins);
  const authority = createAuthority({
    clock,
    random,
    directory: withConsoleClient(directory, ownClient),
    entries,
    keys: authorityKeys,
    mode: parts.mode,
    issuers: entraIssuers,
    keysOf: federatedKeys({ world, origins, ownKeys: keysIn(authorityKeys), fetch, warn }),
    log: { info: (message, detail) => log.info(detail, message), warn },
  });
  const api = { verifyBearer: async (token: string) => apiBearerOf(verify, token), directory, random, clock };
  const partnerApi = createPartnerApi({ ...api, records: world.records, entries });
  const registry = registryOf(directory);
  const limiter = rateLimiter(customersLimit);
  const partnerCenter = createPartnerCenter({ ...api, records: world.records, entries, registry, limiter });
  const exchange: Face = {
    owns: isPartnerCenterPath,
    handler: exchangeHandler({
      clock,
      random,
      settings: { ...sandboxSettings, issuer: parts.origins[0] ?? '' },
      verifyBearer: verify,
      registry,
      limiter: rateLimiter(sandboxLimit),
      issuances: store.issuances,
      keys: serviceKeys,
      sealingKey,
      metrics: serviceMetrics(figures),
      log,
    }),
  };
  const operations = operationsHandler({
    keys: serviceKeys,
    keysMaximumAgeSeconds: 3600,
    ready: () => store.check(),
    metrics: () => figures.metrics(),
    version,
  });
  const purge = setInterval(() => void purgeExpired(store, clock).catch(() => {}), purgeSeconds * 1000);
  purge.unref();
  const control = openControl({ ...parts, entries }, { authority: authorityKeys, 'token-service': serviceKeys });
  const console = openConsole({ ...parts, entries, flows: control.flows, control: control.functions }, ownClient, {
    handler: authority.handler,
    verify,
  });
  const faces = [control.face, partnerApi, partnerCenter, exchange, operations, readingPages()];
  return {
    // Faults and the list of requests do not concern the console: it is where they are looked at, and taken back.
    handler: dated(
      clock,
      onlyAt(parts.origins, dispatch([console], control.around(dispatch(faces, authority.handler)))),
    ),
    played: dated(
      clock,
      control.around(
        atPlayedHosts({
          authority: dispatch([readingPages()], authority.handler),
          partnerCenter: dispatch([partnerCenter], exchange.handler),
          partner: partnerApi.handler,
          graph: createGraph(api).handler,
          azureAdGraph: retiredGraph,
          azureManagement: createAzureManagement(api).handler,
        }),
      ),
    ),
    control: control.functions,
    stop: () => {
      clearInterval(purge);
      control.stop();
    },
  };
}

const purgeSeconds = 60;

const sandboxSettings = {
  lifetimeSeconds: 3600,
  acceptRequired: true,
  legacyAudience: true,
  mfaEnforcement: 'on',
  legacySunset: new Date('2026-12-31T00:00:00Z'),
} as const;

/** Per caller: more than a test run sends, less than a loop gone wild. */
const sandboxLimit = { requests: 10_000, perSeconds: 10 };

/** Of one application, as the document of the consent API says. */
const customersLimit = { requests: 50, perSeconds: 1 };

const openRings = ({
  store,
  sealingKey,
  clock,
  random,
}: SandboxParts): Promise<readonly [TurningKeyRing, TurningKeyRing]> =>
  Promise.all([
    openKeyRing({
      ring: 'authority',
      algorithm: 'RS256',
      store: store.signingKeys,
      sealingKey,
      clock,
      random,
      certify: (privateKeyPem) =>
        tokenSigningCertificate(privateKeyPem, {
          commonName: 'partner-auth sandbox token signing',
          now: clock.now(),
          lifetimeDays: 3650,
        }),
    }),
    openKeyRing({ ring: 'token-service', algorithm: 'RS256', store: store.signingKeys, sealingKey, clock, random }),
  ]);

/** Every issuer the authority has at these origins, with its keys at hand: no request leaves this process. */
function trustedIssuers(origins: readonly string[], keys: KeyRing): readonly TrustedIssuer[] {
  const own = { algorithms: ['RS256'], keys: keysIn(keys) } as const;
  const named = origins.map((origin) => entraIssuers(origin, tenantPlaceholder));
  return [
    ...[...new Set(named.map(({ v1 }) => v1))].map((issuer) => ({ issuer, tokenVersion: '1.0', ...own }) as const),
    ...[...new Set(named.map(({ v2 }) => v2))].map((issuer) => ({ issuer, tokenVersion: '2.0', ...own }) as const),
  ];
}

/** The keys a ring publishes at the moment, imported once for as long as they are the same. */
function keysIn(ring: KeyRing): KeySource {
  let published: ReturnType<KeyRing['published']> | undefined;
  let keys = localKeys({ keys: [], refused: [] });
  return {
    find(kid) {
      const now = ring.published();
      if (now !== published) {
        published = now;
        keys = localKeys(keySetOf({ keys: now }, ['RS256']) ?? { keys: [], refused: [] });
      }
      return keys.find(kid);
    },
  };
}

/** In the sandbox an application is enabled for the partner account by being in the partner's tenant. */
const registryOf = (directory: Directory): PartnerRegistry => ({
  async standing(tenantId, applicationId) {
    const [tenant, principal] = await Promise.all([
      directory.tenantById(tenantId),
      directory.servicePrincipal(tenantId, applicationId),
    ]);
    const application = principal === undefined ? 'absent' : principal.accountEnabled ? 'enabled' : 'blocked';
    return { hasPartnerAccount: tenant?.hasPartnerAccount ?? false, application };
  },
});

async function apiBearerOf(
  verify: (token: string) => Awaitable<VerifiedBearer>,
  token: string,
): Promise<ApiBearer | undefined> {
  try {
    const { kind, objectId, scope = '', roles = [], ...bearer } = await verify(token);
    const { tenantId, audience, applicationId, subject, authenticationMethods: methods = [] } = bearer;
    const userId = kind === 'user' ? objectId : undefined;
    const permissions = [...scope.split(' '), ...roles];
    return { tenantId, audience, applicationId, userId, methods, subject, permissions };
  } catch (cause) {
    if (cause instanceof BearerError) return undefined;
    throw cause;
  }
}
