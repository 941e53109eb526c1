import { cloudAt, issuersAt } from '../protocol/environments.ts';

export interface Issuers {
  readonly v1: string;
  readonly v2: string;
}

/** The issuers of a tenant, for clients that asked at this origin. The tenant may be the literal `{tenantid}`. */
export type IssuersOf = (origin: string, tenantId: string) => Issuers;

/** Whether an origin is one of Entra's own, which only the proxy plays. */
export const isEntraOrigin = (origin: string): boolean => cloudAt(origin) !== undefined;

export const entraIssuers: IssuersOf = issuersAt;
