import type { Secret } from '../base/secret.ts';
import type { TokenOrder } from '../client/acquire.ts';
import type { ClientAuthentication } from '../client/client-authentication.ts';
import { AuthError } from '../client/errors.ts';
import { bothSwitchesWarning, flowOf } from '../client/flows.ts';
import type { SecretName } from '../client/kept-secrets.ts';
import { moduleGiven } from '../client/modules.ts';
import { sameApplication } from '../client/order.ts';
import type { Member, ParameterSetName } from '../client/parameter-sets.ts';
import { planToken } from '../client/plan.ts';
import type { SecretSource } from '../client/secret-source.ts';
import { pinnedAwayNotice } from './azure-chain.ts';
import { certificateAuthentication, certificatePasswordPlace } from './certificate-source.ts';
import type { CommandContext } from './command.ts';
import { textValue } from './options.ts';
import { certificatePassword, readCredential, secretSource } from './read-secrets.ts';
import { placesIn, type SecretMember } from './secret-places.ts';
import { refuseSecondStandardInput, tokenOf } from './secrets.ts';
import { problemOf, resolutionOf, resolvedEnvironmentOf, switchesOf, type TokenRequest } from './token-request.ts';

/** A sign-in that is to be kept under a name; a given refresh token becomes it. */
export interface NewSignIn {
  readonly profile: string;
  /** Takes in each secret that is read for it and may be kept. */
  readonly read: Map<SecretName, Secret>;
}

/** From what was given to an order the client can carry out: the set, the plan, and where each secret is read. */
export async function tokenOrder(
  context: CommandContext,
  request: TokenRequest,
  signIn?: NewSignIn,
): Promise<TokenOrder> {
  const { io } = context;
  const { values } = request;
  const passphrase = textValue(values, 'passphraseFile');
  refuseSecondStandardInput([
    ...Object.values(request.places),
    certificatePasswordPlace(values, io.variables),
    passphrase === undefined ? undefined : { kind: 'file', name: passphrase, label: `--passphrase-file ${passphrase}` },
  ]);
  if (request.notice !== undefined) context.warn(request.notice);
  const leftOut = pinnedAwayNotice(io.variables);
  if (leftOut !== undefined) context.warn(leftOut);
  const { set, prompted } = resolveOrPrompt(context, request);
  const places = placesIn(set, request.places);
  const switches = switchesOf(values, io.variables, places.refreshToken !== undefined);
  if (switches.useAuthorizationCode && switches.useDeviceAuthentication) context.warn(bothSwitchesWarning);
  const module = moduleGiven(textValue(values, 'module'));
  const resolved = resolvedEnvironmentOf(request, io.variables);
  const { authority } = resolved.environment;
  const reading = { ...request, places, prompted, authority, read: signIn?.read ?? new Map() };
  const credential = request.credentialHoldsId ? await readCredential(context, reading) : undefined;
  const applicationId = sameApplication(request.applicationId ?? module?.applicationId, credential?.userName);
  const mine = { ...reading, applicationId };
  const given = (member: SecretMember) => secretSource(context, mine, member);
  const refreshToken = await (places.refreshToken?.kind === 'profile' ? undefined : given('refreshToken'))?.();
  const accessToken = given('accessToken');
  const plan = planToken({ set, flow: flowOf(set, switches) }, resolved.environment, {
    ...request,
    resource: request.scopes === undefined ? (request.resource ?? module?.resource) : undefined,
    applicationId,
    refreshToken: signIn ? undefined : refreshToken && tokenOf(refreshToken),
    profile: signIn?.profile ?? request.profile,
  });
  const certificate = hasCertificate(set, request) ? request.certificate : undefined;
  return {
    plan,
    resolved,
    username: request.username,
    accessToken: accessToken && (async () => tokenOf(await accessToken())),
    password: given('password'),
    refreshToken: refreshToken && (() => tokenOf(refreshToken)),
    redirectPort: portOf(textValue(values, 'redirectPort')),
    loginHint: textValue(values, 'loginHint'),
    silent: !signIn && !mayAsk(context),
    authentication: certificate
      ? certificateAuthentication(context, certificate, { applicationId, password: certificatePassword(context, mine) })
      : authenticationOf(credential ? () => credential.password : given('credential')),
  };
}

/** A secret that was chosen, or a set that takes no certificate, leaves one that lies about in the environment alone. */
const hasCertificate = (set: ParameterSetName, { chosen, places }: TokenRequest): boolean =>
  set === 'ServicePrincipalCertificate' ||
  (set === 'RefreshToken' && !chosen.has('credential') && (chosen.has('certificate') || !places.credential));

/** Somebody is there to sign in, or has been promised by asking for that sign-in. */
const mayAsk = ({ io, values }: CommandContext): boolean =>
  io.stderr.isTerminal || values.useAuthorizationCode === true || values.useDeviceAuthentication === true;

function portOf(text: string | undefined): number | undefined {
  if (text === undefined || /^[1-9]\d{0,4}$/.test(text)) return text === undefined ? undefined : Number(text);
  throw new AuthError('invalid_parameters', '--redirect-port takes a number from 1 to 65535.');
}

const authenticationOf = (secret: SecretSource | undefined): ClientAuthentication | undefined =>
  secret && { kind: 'secret', secret };

/** On a terminal, one missing secret is asked for instead of refusing. */
function resolveOrPrompt(
  context: CommandContext,
  request: TokenRequest,
): { readonly set: ParameterSetName; readonly prompted: SecretMember | undefined } {
  const resolution = resolutionOf(request);
  if ('set' in resolution) return { set: resolution.set, prompted: undefined };
  if (context.io.prompt && resolution.problem === 'incomplete') {
    for (const member of ['credential', 'password'] as const) {
      const found = resolution.sets.find(
        ({ members }) => members.length === 1 && members[0]?.includes(member as Member),
      );
      if (found) return { set: found.set, prompted: member };
    }
  }
  throw problemOf(resolution);
}
