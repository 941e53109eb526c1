import type { PlacedIssue } from '../../base/issue.ts';
import { isLoopbackHost } from '../../base/loopback.ts';
import { fixedIds, fixedSeed } from '../../sandbox/index.ts';
import { networkOf, type ProductionConfig } from './config-schema.ts';

/** What the schema of one setting cannot say: how settings go together, and what belongs to a sandbox. */
export const configProblems = (config: ProductionConfig): readonly PlacedIssue[] =>
  rules.flatMap((rule) => rule(config));

type Rule = (config: ProductionConfig) => readonly PlacedIssue[];

const wayOfTls: Rule = ({ tls, behindProxy, listen }) => {
  if (tls && behindProxy) {
    return [{ place: 'tls', sentence: 'stands beside behindProxy: either this node ends TLS, or a proxy before it.' }];
  }
  if (tls || behindProxy || isLoopbackHost(listen.host)) return [];
  const sentence = `is reached by others at ${listen.host}, in clear. Add tls, or behindProxy where a proxy ends TLS.`;
  return [{ place: 'listen.host', sentence }];
};

/** Else each caller could name any address as its own, out of reach of its limit and of what is recorded. */
const notEverybody: Rule = ({ behindProxy }) =>
  (behindProxy?.trustedProxies ?? []).flatMap((network, index) =>
    networkOf(network)?.bits === 0
      ? [{ place: `behindProxy.trustedProxies[${index}]`, sentence: `${network} is everybody. Name your proxies.` }]
      : [],
  );

/** A sandbox's users and secrets are public: whoever trusts it trusts everybody. */
const noSandbox: Rule = ({ issuer, trustedIssuers, storage }) => [
  ...(isThisMachine(hostOf(issuer))
    ? [
        {
          place: 'issuer',
          sentence: 'is this machine’s own name, which is a sandbox’s. Give the address callers ask at.',
        },
      ]
    : []),
  ...trustedIssuers.flatMap((one, index): readonly PlacedIssue[] => {
    if ('issuer' in one && [one.issuer, one.jwksUri].some((address) => isThisMachine(hostOf(address)))) {
      const sentence = 'is at this machine’s own name, as a sandbox is: anybody gets a token there.';
      return [{ place: `trustedIssuers[${index}].issuer`, sentence }];
    }
    const fixed = 'cloud' in one ? one.tenants?.find((tenant) => sandboxTenants.has(tenant.toLowerCase())) : undefined;
    if (fixed === undefined) return [];
    return [
      { place: `trustedIssuers[${index}].tenants`, sentence: `${fixed} is a tenant of the sandbox’s fixed data.` },
    ];
  }),
  ...(storage.databaseUrl !== undefined && isPublicSecret(passwordOf(storage.databaseUrl))
    ? [{ place: 'storage.databaseUrl', sentence: 'has a password of the sandbox’s fixed data, which is public.' }]
    : []),
];

const onceEach: Rule = ({ trustedIssuers }) => {
  const names = trustedIssuers.map((one) => ('cloud' in one ? one.cloud : one.issuer));
  return names.flatMap((name, index) =>
    names.indexOf(name) === index
      ? []
      : [{ place: `trustedIssuers[${index}]`, sentence: `${name} is there already. Give each issuer once.` }],
  );
};

const headersWithinRequest: Rule = ({ limits: { headersSeconds, requestSeconds } }) =>
  headersSeconds <= requestSeconds
    ? []
    : [{ place: 'limits.headersSeconds', sentence: 'is more than limits.requestSeconds, of which it is a part.' }];

const noSecretInClear: Rule = ({ tracing }) => {
  const inClear = tracing?.headers !== undefined && new URL(tracing.endpoint).protocol === 'http:';
  if (!inClear || isLoopbackHost(hostOf(tracing.endpoint))) return [];
  return [{ place: 'tracing.headers', sentence: `would go in clear to ${tracing.endpoint}. Give an https address.` }];
};

const rules: readonly Rule[] = [wayOfTls, notEverybody, noSandbox, onceEach, headersWithinRequest, noSecretInClear];

const hostOf = (address: string): string =>
  new URL(address.replace('{tenantid}', 'x')).hostname.replace(/^\[|\]$/g, '');

/** By whatever name or address: a name under localhost is this machine too (RFC 6761 section 6.3), as 0.0.0.0 is. */
const isThisMachine = (host: string): boolean =>
  isLoopbackHost(host) || /^(.*\.)?localhost\.?$|^(0\.0\.0\.0|::|::ffff:7f[0-9a-f]{2}:[0-9a-f]{1,4})$/.test(host);

function passwordOf(url: string): string {
  const { password } = new URL(url);
  try {
    return decodeURIComponent(password);
  } catch {
    return password;
  }
}

const { partnerTenant, fabrikam, adventureWorks, wingtip } = fixedIds;
const sandboxTenants: ReadonlySet<string> = new Set([partnerTenant, fabrikam, adventureWorks, wingtip]);

const isPublicSecret = (secret: string): boolean => JSON.stringify(fixedSeed()).includes(JSON.stringify(secret));
