import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import type { Admission } from '../base/admission.ts';

/** What the token service counts. No tenant, user or request id is ever a label. */
export interface ServiceMetrics {
  answered(answer: { api: string; status: number; code: string; replayed: boolean; seconds: number }): void;
}

/** `admission`: how many are under way and wait is told as well. */
export function serviceMetrics(registry: Registry, admission?: Admission): ServiceMetrics {
  if (admission) measureAdmission(registry, admission);
  const exchanges = new Counter({
    name: 'partner_auth_exchanges_total',
    help: 'Answers of the Generate access token API by API, HTTP status and Partner Center code.',
    labelNames: ['api', 'status', 'code'],
    registers: [registry],
  });
  const replays = new Counter({
    name: 'partner_auth_idempotent_replays_total',
    help: 'Answers that repeated an earlier token for the same ms-requestid.',
    registers: [registry],
  });
  const duration = new Histogram({
    name: 'partner_auth_exchange_duration_seconds',
    help: 'Time from the request’s last byte to its answer.',
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5],
    registers: [registry],
  });
  return {
    answered({ api, status, code, replayed, seconds }) {
      exchanges.inc({ api, status, code });
      if (replayed) replays.inc();
      duration.observe(seconds);
    },
  };
}

function measureAdmission(registry: Registry, admission: Admission): void {
  new Gauge({
    name: 'partner_auth_exchanges_under_way',
    help: 'Exchanges that are being answered now.',
    registers: [registry],
    collect() {
      this.set(admission.underWay);
    },
  });
  new Gauge({
    name: 'partner_auth_exchanges_waiting',
    help: 'Exchanges that wait for their turn now; more than limits.waiting are answered with 429.',
    registers: [registry],
    collect() {
      this.set(admission.waiting);
    },
  });
}
