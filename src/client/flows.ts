import type { ParameterSetName } from './parameter-sets.ts';

/** How a token is obtained. A parameter set says which of these is meant, together with its switches. */
export type FlowName =
  | 'givenAccessToken'
  | 'clientCredentials'
  | 'password'
  | 'refreshToken'
  | 'browser'
  | 'deviceCode';

interface Flow {
  /** Whom the token acts for. An application asks for what was consented (`.default`). */
  readonly actsFor: 'application' | 'user';
  /** Its tokens may be kept: the plan's key says all that made them. */
  readonly isKept: boolean;
  /** Leaves a sign-in behind: its refresh token serves later calls without the user. */
  readonly signsIn: boolean;
  /** Needs a person. */
  readonly isInteractive: boolean;
}

export const flows: Readonly<Record<FlowName, Flow>> = {
  givenAccessToken: { actsFor: 'user', isKept: false, signsIn: false, isInteractive: false },
  clientCredentials: { actsFor: 'application', isKept: true, signsIn: false, isInteractive: false },
  password: { actsFor: 'user', isKept: true, signsIn: false, isInteractive: false },
  refreshToken: { actsFor: 'user', isKept: true, signsIn: true, isInteractive: false },
  browser: { actsFor: 'user', isKept: true, signsIn: true, isInteractive: true },
  deviceCode: { actsFor: 'user', isKept: true, signsIn: true, isInteractive: true },
};

/** What decides between the flows of a set. */
export interface Switches {
  readonly refreshToken: boolean;
  readonly useAuthorizationCode: boolean;
  readonly useDeviceAuthentication: boolean;
  /** A browser can be expected here: there is a display, and this is no remote shell. */
  readonly hasDisplay: boolean;
}

const applicationFlow = ({ useAuthorizationCode }: Switches): FlowName =>
  useAuthorizationCode ? 'browser' : 'clientCredentials';

const flowOfSet: Readonly<Record<ParameterSetName, (switches: Switches) => FlowName>> = {
  AccessToken: () => 'givenAccessToken',
  RefreshToken: () => 'refreshToken',
  ServicePrincipal: applicationFlow,
  ServicePrincipalCertificate: applicationFlow,
  Password: () => 'password',
  User: ({ useAuthorizationCode, useDeviceAuthentication, hasDisplay }) =>
    useAuthorizationCode || (!useDeviceAuthentication && hasDisplay) ? 'browser' : 'deviceCode',
  ByModule: ({ refreshToken, useAuthorizationCode }) => {
    if (refreshToken) return 'refreshToken';
    return useAuthorizationCode ? 'browser' : 'deviceCode';
  },
};

export const flowOf = (set: ParameterSetName, switches: Switches): FlowName => flowOfSet[set](switches);

export const bothSwitchesWarning =
  'Both the browser and the device code were asked for; the browser is used, as the module did.';
