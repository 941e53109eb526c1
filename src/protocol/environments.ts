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
}

const partner = 'https://api.partner.microsoft.com';

export const environments: Readonly<Record<Exclude<EnvironmentName, 'Sandbox'>, Environment>> = {
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

/** The sandbox speaks for the global cloud's resources, all from its own origin. */
export const sandboxEnvironment = (origin: string): Environment => ({
  ...environments.AzureCloud,
  name: 'Sandbox',
  authority: origin,
  apiOrigin: origin,
});

export const environmentNames: readonly EnvironmentName[] = [
  ...(Object.keys(environments) as Exclude<EnvironmentName, 'Sandbox'>[]),
  'Sandbox',
];

/** The environment's name whatever its letter case, or undefined. */
export const environmentNamed = (text: string): EnvironmentName | undefined =>
  environmentNames.find((name) => name.toLowerCase() === text.toLowerCase());
