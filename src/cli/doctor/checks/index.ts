import type { Check } from '../check.ts';
import { audience } from './audience.ts';
import { certificate } from './certificate.ts';
import { clock } from './clock.ts';
import { credentials } from './credentials.ts';
import { environment } from './environment.ts';
import { exchange } from './exchange.ts';
import { kind } from './kind.ts';
import { lifetime } from './lifetime.ts';
import { mfa } from './mfa.ts';
import { network } from './network.ts';
import { partnerCenter } from './partner-center.ts';
import { permissions } from './permissions.ts';
import { proxy } from './proxy.ts';
import { runtime } from './runtime.ts';
import { store } from './store.ts';
import { tenant } from './tenant.ts';
import { tls } from './tls.ts';
import { token } from './token.ts';

/** In the order in which they are told: what lies beneath comes first. */
export const checks: readonly Check[] = [
  ...[runtime, environment],
  ...[proxy, network, tls, clock, tenant],
  ...[store, credentials, certificate],
  ...[token, audience, kind, mfa, permissions, lifetime],
  ...[partnerCenter, exchange],
];
