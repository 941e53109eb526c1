import { Secret } from '../base/secret.ts';
import { requireSupported, type SecretSource, type TokenOrder } from '../client/acquire.ts';
import { AuthError } from '../client/errors.ts';
import { moduleNamed } from '../client/modules.ts';
import { sameApplication } from '../client/order.ts';
import type { Member, ParameterSetName } from '../client/parameter-sets.ts';
import { planToken } from '../client/plan.ts';
import type { CommandContext } from './command.ts';
import { textValue } from './options.ts';
import { credentialOf, readSecret, refuseSecondStandardInput, tokenOf } from './secrets.ts';
import {
  problemOf,
  resolutionOf,
  resolvedEnvironmentOf,
  type SecretMember,
  type TokenRequest,
} from './token-request.ts';

/** From what was given to an order the client can carry out: the set, the plan, and where each secret is read. */
export async function tokenOrder(context: CommandContext, request: TokenRequest): Promise<TokenOrder> {
  const { io, values } = context;
  const { places } = request;
  const passphrase = textValue(values, 'passphraseFile');
  refuseSecondStandardInput([
    ...Object.values(places),
    passphrase === undefined ? undefined : { kind: 'file', name: passphrase, label: `--passphrase-file ${passphrase}` },
  ]);
  const { set, prompted } = resolveOrPrompt(context, request);
  const module = textValue(values, 'module');
  if (module !== undefined && !moduleNamed(module)) {
    throw new AuthError('invalid_parameters', `There is no module '${module}'.`, { hint: 'Give ExchangeOnline.' });
  }
  const useAuthorizationCode = values.useAuthorizationCode === true;
  requireSupported(set, useAuthorizationCode);
  const read = (member: SecretMember) => secretSource(context, request, member, prompted);
  const credential = request.credentialHoldsId ? credentialOf(await read('credential')()) : undefined;
  const resolved = resolvedEnvironmentOf(request, io.variables);
  const plan = planToken(set, resolved.environment, {
    ...request,
    applicationId: sameApplication(request.applicationId, credential?.userName),
    username: set === 'Password' ? request.username : undefined,
  });
  const has = (member: SecretMember) => places[member] !== undefined || prompted === member;
  const accessToken = read('accessToken');
  return {
    plan,
    resolved,
    username: request.username,
    useAuthorizationCode,
    accessToken: has('accessToken') ? async () => tokenOf(await accessToken()) : undefined,
    password: has('password') ? read('password') : undefined,
    clientSecret: credential ? () => credential.password : has('credential') ? read('credential') : undefined,
  };
}

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

const questions: Readonly<Record<SecretMember, string>> = {
  accessToken: 'Access token',
  credential: 'Client secret',
  password: 'Password',
  refreshToken: 'Refresh token',
};

/** Reads when it is asked to, and once. */
function secretSource(
  { io, secrets, warn }: CommandContext,
  request: TokenRequest,
  member: SecretMember,
  prompted: SecretMember | undefined,
): () => Promise<Secret> {
  const place = request.places[member];
  let reading: Promise<Secret> | undefined;
  const source: SecretSource = place
    ? () => readSecret(io, place, warn)
    : () => (prompted === member && io.prompt ? io.prompt(questions[member]) : new Secret(''));
  return () => {
    reading ??= Promise.resolve(source()).then((secret) => {
      secrets.push(secret);
      return secret;
    });
    return reading;
  };
}
