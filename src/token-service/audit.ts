import type { VerifiedBearer } from '../verify/index.ts';
import type { ServiceError } from './error-table.ts';
import type { IssuedToken } from './issue.ts';
import type { Exchange } from './respond.ts';

/** What is kept of each issuance and refusal: who asked by which token, and what became of it. No token, no secret. */
export type AuditRecord = ExchangeRecord | ThrottledRecord;

/** So many in one second that were refused before it was looked at who asks. */
export interface ThrottledRecord {
  readonly time: string;
  readonly outcome: 'refused';
  readonly status: number;
  readonly code: string;
  readonly reason: string;
  readonly count: number;
}

export interface ExchangeRecord {
  /** ISO 8601. */
  readonly time: string;
  readonly outcome: 'issued' | 'replayed' | 'refused';
  readonly status: number;
  /** Partner Center's code of a refusal, and the service's own name for it. */
  readonly code?: string;
  readonly reason?: string;
  readonly api?: string;
  readonly requestId: string;
  readonly correlationId: string;
  readonly address: string;
  readonly issuer?: string;
  readonly tenantId?: string;
  readonly applicationId?: string;
  readonly subject?: string;
  readonly objectId?: string;
  /** `uti` or `jti` of the bearer. */
  readonly bearerId?: string;
  /** `jti` of the token that was issued. */
  readonly tokenId?: string;
}

/** The port to where they are kept: durable when it resolves. What cannot be recorded is not answered. */
export interface AuditLog {
  record(record: AuditRecord): Promise<void>;
}

interface Outcome {
  readonly status: number;
  readonly address: string;
  readonly token?: IssuedToken | undefined;
  readonly error?: ServiceError | undefined;
}

export function auditRecord(now: Date, { ids, api, bearer }: Exchange, outcome: Outcome): ExchangeRecord {
  const { status, address, token, error } = outcome;
  return {
    time: now.toISOString(),
    outcome: token ? (token.replayed ? 'replayed' : 'issued') : 'refused',
    status,
    ...(error ? { code: error.entry.code, reason: error.code } : {}),
    ...(api === undefined ? {} : { api }),
    ...ids,
    address,
    ...(bearer ? bearerOf(bearer) : {}),
    ...(token ? { tokenId: token.tokenId() } : {}),
  };
}

/** The bearer's own text. */
const longestId = 128;

const bearerOf = ({ issuer, tenantId, applicationId, subject, objectId, tokenId }: VerifiedBearer) => ({
  ...{ issuer, tenantId, applicationId, subject },
  ...(objectId === undefined ? {} : { objectId }),
  ...(tokenId === undefined ? {} : { bearerId: tokenId.slice(0, longestId) }),
});
