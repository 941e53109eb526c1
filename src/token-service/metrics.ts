import { Counter, Histogram, type Registry } from 'prom-client';

/** What the token service counts. No tenant, user or request id is ever a label. */
export interface ServiceMetrics {
  answered(answer: { api: string; status: number; code: string; replayed: boolean; seconds: number }): void;
}

export function serviceMetrics(registry: Registry): ServiceMetrics {
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
