/**
 * The Generate access token API: bearer JWT in, new JWT out, idempotent. It owns the order of checks, the error table and
 * the media types; signatures are `jwt/`'s, trust is `verify/`'s, what an issuance is, `domain/`'s.
 */

export type { AuditLog, AuditRecord, ExchangeRecord } from './audit.ts';
export type { ServiceLog, TokenServiceContext, TokenServiceSettings } from './context.ts';
export { exchangeHandler } from './exchange.ts';
export { type ServiceMetrics, serviceMetrics } from './metrics.ts';
export { type OperationsContext, operationsHandler } from './operations.ts';
export { apiAt, isPartnerCenterPath } from './route.ts';
export { type ThrottleTally, throttleTally } from './throttle-tally.ts';
