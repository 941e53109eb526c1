/**
 * The clouds a partner can sign in to and their endpoints. Source: reference table of the module's environments
 * (documents: `New-PartnerAccessToken -Environment`). Origins carry no trailing slash; `undefined` means the cloud does
 * not offer it.
 */
export type EnvironmentName =
  | 'AzureCloud'
  | 'AzureChinaCloud'
  | 'AzureGermanCloud'
  | 'AzurePPE'
  | 'AzureUSGovernment'
  | 'Sandbox';

/** The clouds themselves: `Sandbox` stands in for them. */
export type CloudName = Exclude<EnvironmentName, 'Sandbox'>;

export interface Environment {
  readonly name: EnvironmentName;
  /** Where tokens are asked for, for example `https://login.microsoftonline.com`. */
  readonly authority: string;
  /** The retired Azure AD Graph: kept because the legacy exchange still names it as an audience. */
  readonly azureAdGraph: string;
  readonly azureManagement: string;
  readonly graph: string;
  readonly partnerCenter: string;
  /** Referrals, pricing and payouts; China and Germany list none. */
  readonly partner: string | undefined;
  readonly exchange: string | undefined;
  /** Where requests go, when that is not the host named by the resource: the sandbox answers for every resource. */
  readonly apiOrigin?: string;
  /** Used refresh tokens are known to stay valid here, as they do in every cloud. */
  readonly keepsUsedRefreshTokens?: true;
}

const partner = 'https://api.partner.microsoft.com';

export const environments: Readonly<Record<CloudName, Environment>> = {
  AzureCloud: {
    name: 'AzureCloud',
    authority: 'https://login.microsoftonline.com',
    azureAdGraph: 'https://graph.windows.net',
    azureManagement: 'https://management.azure.com',
    graph: 'https://graph.microsoft.com',
    partnerCenter: 'https://api.partnercenter.microsoft.com',
    partner,
    exchange: 'https://outlook.office365.com',
  },
  AzureChinaCloud: {
    name: 'AzureChinaCloud',
    authority: 'https://login.chinacloudapi.cn',
    azureAdGraph: 'https://graph.chinacloudapi.cn',
    azureManagement: 'https://management.chinacloudapi.cn',
    graph: 'https://microsoftgraph.chinacloudapi.cn',
    partnerCenter: 'https://partner.partnercenterapi.microsoftonline.cn',
    partner: undefined,
    exchange: 'https://partner.outlook.cn',
  },
  AzureGermanCloud: {
    name: 'AzureGermanCloud',
    authority: 'https://login.microsoftonline.de',
    azureAdGraph: 'https://graph.cloudapi.de',
    azureManagement: 'https://management.core.cloudapi.de',
    graph: 'https://graph.microsoft.de',
    partnerCenter: 'https://api.partnercenter.microsoft.com',
    partner: undefined,
    exchange: 'https://outlook.office.de',
  },
  AzurePPE: {
    name: 'AzurePPE',
    authority: 'https://login.windows-ppe.net',
    azureAdGraph: 'https://graph.ppe.windows.net',
    azureManagement: 'https://api-dogfood.resources.windows-int.net',
    graph: 'https://graph.microsoft-ppe.com',
    partnerCenter: 'https://api.partnercenter.microsoft-ppe.com',
    partner: undefined,
    exchange: undefined,
  },
  AzureUSGovernment: {
    name: 'AzureUSGovernment',
    authority: 'https://login.microsoftonline.us',
    azureAdGraph: 'https://graph.windows.net',
    azureManagement: 'https://management.usgovcloudapi.net',
    graph: 'https://graph.microsoft.us',
    partnerCenter: 'https://api.partnercenter.microsoft.com',
    partner,
    exchange: 'https://outlook.office365.us',
  },
};

/** A cloud's authority under all of its names, and who its tokens say issued them. */
export interface SignIn {
  /** One cloud to every client. The first is the one to use, the second the one caches are keyed by. */
  readonly hosts: readonly [network: string, cache: string, ...others: string[]];
  /** Origin of the issuer of v1 tokens, a host nobody signs in at. */
  readonly v1Issuer: string;
  /** Origin of the issuer of v2 tokens, the same under every name of the cloud. */
  readonly v2Issuer: string;
  /** `cloud_instance_name` of the discovery documents. */
  readonly instanceName: string;
}

/** Hosts: the cloud discovery metadata of MSAL. China signs in at one of its hosts and names the other as its issuer. */
export const signIn: Readonly<Record<CloudName, SignIn>> = {
  AzureCloud: {
    hosts: ['login.microsoftonline.com', 'login.windows.net', 'login.microsoft.com', 'sts.windows.net'],
    v1Issuer: 'https://sts.windows.net',
    v2Issuer: 'https://login.microsoftonline.com',
    instanceName: 'microsoftonline.com',
  },
  AzureChinaCloud: {
    hosts: ['login.partner.microsoftonline.cn', 'login.partner.microsoftonline.cn', 'login.chinacloudapi.cn'],
    v1Issuer: 'https://sts.chinacloudapi.cn',
    v2Issuer: 'https://login.partner.microsoftonline.cn',
    instanceName: 'partner.microsoftonline.cn',
  },
  AzureGermanCloud: {
    hosts: ['login.microsoftonline.de', 'login.microsoftonline.de'],
    v1Issuer: 'https://sts.microsoftonline.de',
    v2Issuer: 'https://login.microsoftonline.de',
    instanceName: 'microsoftonline.de',
  },
  AzurePPE: {
    hosts: ['login.windows-ppe.net', 'login.windows-ppe.net', 'sts.windows-ppe.net', 'login.microsoft-ppe.com'],
    v1Issuer: 'https://sts.windows-ppe.net',
    v2Issuer: 'https://login.windows-ppe.net',
    instanceName: 'windows-ppe.net',
  },
  AzureUSGovernment: {
    hosts: ['login.microsoftonline.us', 'login.microsoftonline.us', 'login.usgovcloudapi.net'],
    v1Issuer: 'https://sts.windows.net',
    v2Issuer: 'https://login.microsoftonline.us',
    instanceName: 'microsoftonline.us',
  },
};

/** Every host a cloud's authority answers at: those of its sign-in, and the one of its v1 issuer. */
export const signInHosts = (cloud: CloudName): readonly string[] => [
  ...new Set([...signIn[cloud].hosts, new URL(signIn[cloud].v1Issuer).hostname]),
];

const cloudOfOrigin: ReadonlyMap<string, CloudName> = new Map(
  (Object.keys(signIn) as CloudName[])
    // The global cloud comes first: another one shares its v1 issuer.
    .reverse()
    .flatMap((cloud) => signInHosts(cloud).map((host) => [`https://${host}`, cloud] as const)),
);

/** The cloud whose authority is at an origin; undefined at an address of one's own. */
export const cloudAt = (origin: string): CloudName | undefined => cloudOfOrigin.get(origin);

/**
 * The issuers a tenant's tokens carry when asked for at this origin; the tenant may be the literal `{tenantid}`. An
 * authority that is no cloud's (a sandbox) is its own issuer, port included: clients compare it with where they asked.
 */
export function issuersAt(origin: string, tenantId: string): { readonly v1: string; readonly v2: string } {
  const cloud = cloudAt(origin);
  const { v1Issuer, v2Issuer } = cloud ? signIn[cloud] : { v1Issuer: origin, v2Issuer: origin };
  return { v1: `${v1Issuer}/${tenantId}/`, v2: `${v2Issuer}/${tenantId}/v2.0` };
}

/** The sandbox speaks for the global cloud's resources, all from its own origin. */
export const sandboxEnvironment = (origin: string, mode?: 'entra' | 'strict'): Environment => ({
  ...environments.AzureCloud,
  name: 'Sandbox',
  authority: origin,
  apiOrigin: origin,
  ...(mode === 'entra' ? { keepsUsedRefreshTokens: true } : {}),
});

export const environmentNames: readonly EnvironmentName[] = [...(Object.keys(environments) as CloudName[]), 'Sandbox'];

/** The environment's name whatever its letter case, or undefined. */
export const environmentNamed = (text: string): EnvironmentName | undefined =>
  environmentNames.find((name) => name.toLowerCase() === text.toLowerCase());
