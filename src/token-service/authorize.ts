import { type Awaitable, isPromise } from '../base/awaitable.ts';
import { subscriberOf } from '../base/subscriber.ts';
import type { PartnerStanding } from '../domain/partner-registry.ts';
import { invalidTokenChallenge } from '../protocol/bearer-challenge.ts';
import type { GenerateTokenApi } from '../protocol/generate-token.ts';
import { azureAdGraphApplicationId, resourceApplicationIds } from '../protocol/resources.ts';
import type { VerifiedBearer } from '../verify/index.ts';
import type { TokenServiceContext } from './context.ts';
import { refuse } from './error-table.ts';

/** Partner Center's audiences: its address with or without a slash, its application id, China's address. */
const partnerCenterAudiences: ReadonlySet<string> = new Set([
  'https://api.partnercenter.microsoft.com',
  'https://api.partnercenter.microsoft.com/',
  resourceApplicationIds['partner-center'],
  'https://partner.partnercenterapi.microsoftonline.cn',
]);

/** What the legacy API took from applications before 31 August 2025. */
const legacyAudiences: ReadonlySet<string> = new Set([
  'https://graph.windows.net',
  'https://graph.chinacloudapi.cn',
  azureAdGraphApplicationId,
]);

export function checkAudience({ settings }: TokenServiceContext, api: GenerateTokenApi, bearer: VerifiedBearer): void {
  if (partnerCenterAudiences.has(bearer.audience)) return;
  const legacy = api === 'legacy' && settings.legacyAudience && bearer.kind === 'application';
  if (legacy && legacyAudiences.has(bearer.audience)) return;
  refuse('audienceRefused', { headers: invalidTokenChallenge, detail: `audience ${bearer.audience}` });
}

/** App-only tokens are not concerned; an absent `amr` is an absent second factor. */
export const isMfaCompliant = (bearer: VerifiedBearer): boolean =>
  bearer.kind === 'application' || (bearer.authenticationMethods?.includes('mfa') ?? false);

export function checkMfa({ settings }: TokenServiceContext, bearer: VerifiedBearer): void {
  if (settings.mfaEnforcement === 'on' && !isMfaCompliant(bearer)) {
    refuse('mfaMissing', { headers: invalidTokenChallenge });
  }
}

export function checkStanding({ registry }: TokenServiceContext, bearer: VerifiedBearer): Awaitable<PartnerStanding> {
  const standing = registry.standing(bearer.tenantId, bearer.applicationId);
  return isPromise(standing) ? standing.then(judgeStanding) : judgeStanding(standing);
}

function judgeStanding(standing: PartnerStanding): PartnerStanding {
  const { hasPartnerAccount, application } = standing;
  if (!hasPartnerAccount) refuse('tenantUnknown');
  if (application !== 'enabled') refuse('applicationRefused', { detail: `application is ${application}` });
  return standing;
}

export function checkLimit(
  { limiter, clock }: TokenServiceContext,
  bearer: VerifiedBearer,
  { limit }: PartnerStanding,
): void {
  const caller = `${bearer.issuer} ${bearer.applicationId} ${bearer.subject}`;
  requireWithin(limiter.take(caller, clock.now(), limit));
}

/** Before anything else: what it costs to refuse a request is limited too. */
export function checkAddress({ addressLimiter, clock }: TokenServiceContext, address: string): void {
  requireWithin(addressLimiter?.take(subscriberOf(address), clock.now()));
}

function requireWithin(seconds: number | undefined): void {
  if (seconds !== undefined) refuse('overLimit', { headers: [['Retry-After', String(Math.ceil(seconds))]] });
}
