import { type CloudName, environments, signInHosts } from '../protocol/environments.ts';

const clouds = Object.keys(environments) as readonly CloudName[];
const hostsOf = (origins: readonly (string | undefined)[]): readonly string[] => [
  ...new Set(origins.flatMap((origin) => (origin === undefined ? [] : [new URL(origin).hostname]))),
];

/** Who answers at each of the hosts that the proxy plays: sign-in and the partner APIs of every cloud, and what az needs. */
export const playedHosts = {
  authority: [...new Set(clouds.flatMap(signInHosts))],
  partnerCenter: hostsOf(clouds.map((cloud) => environments[cloud].partnerCenter)),
  partner: hostsOf(clouds.map((cloud) => environments[cloud].partner)),
  graph: hostsOf([environments.AzureCloud.graph]),
  azureAdGraph: hostsOf([environments.AzureCloud.azureAdGraph]),
  azureManagement: hostsOf([environments.AzureCloud.azureManagement]),
} as const;

/**
 * All of them. The certificate authority is limited to these names from its first start, so that turning the proxy on asks
 * for no new trust.
 */
export const proxyHosts: readonly string[] = Object.values(playedHosts).flat();
