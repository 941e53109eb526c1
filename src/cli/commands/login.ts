import { acquire, type TokenOrder } from '../../client/acquire.ts';
import { clientContext } from '../../client/context.ts';
import { withNewSignIn } from '../../client/custody.ts';
import { AuthError } from '../../client/errors.ts';
import { flows } from '../../client/flows.ts';
import { removeEntries } from '../../client/inventory.ts';
import { moduleGiven } from '../../client/modules.ts';
import { holders, storedIdentityOf } from '../../client/plan.ts';
import { isSameIdentity, type StoredIdentity } from '../../client/stored-keys.ts';
import type { TokenStore } from '../../client/stores/store.ts';
import type { Command, CommandContext } from '../command.ts';
import { requiredTokens } from '../kept-tokens.ts';
import { textValue } from '../options.ts';
import { tableText } from '../output/columns.ts';
import { keepSecrets, profileOf } from '../profiles/made-by-sign-in.ts';
import type { NamedProfile, Profiles } from '../profiles/profile.ts';
import { profileNamed, readProfiles } from '../profiles/read.ts';
import { type SignInStatus, statusesOf } from '../profiles/sign-in-status.ts';
import { actsForOf, type Holding, holdingsOf, isApplicationOf } from '../profiles/stored.ts';
import { changeProfiles } from '../profiles/write.ts';
import { tokenOptions } from '../token-options.ts';
import { type NewSignIn, tokenOrder } from '../token-order.ts';
import { tokenRequestOf } from '../token-request.ts';

const { forceRefresh: _forceRefresh, accessTokenFile: _accessTokenFile, ...signInOptions } = tokenOptions;

export const login: Command = {
  description:
    'Signs in with the options of token and keeps it all under a name: the options as a profile, the secret and the ' +
    'sign-in in the encrypted token store. From then on token, exchange and the others need no options. A given refresh ' +
    'token becomes the sign-in and is renewed from then on. The resource defaults to Partner Center. Needs a key for the ' +
    'token store: a key file, a passphrase, or the keyring of the system.',
  examples: [
    {
      line: 'partner-auth login --application-id ID --tenant contoso.com --use-device-authentication',
      does: 'as a user, on another device',
    },
    {
      line: 'partner-auth login --profile nightly --application-id ID --tenant contoso.com --client-secret-file secret.txt',
      does: 'as the application, under a name of its own',
    },
    {
      line: 'partner-auth login --application-id ID --client-secret-file secret.txt --refresh-token-file -',
      does: 'with a refresh token from elsewhere',
    },
  ],
  options: {
    ...signInOptions,
    profile: {
      value: 'NAME',
      description: 'the profile to make or sign in anew; default the current one, else default',
    },
    use: { description: 'make it the current profile; the first one is' },
  },
  run: async (context) => {
    const target = targetOf(context);
    const store = await requiredTokens(context);
    const request = requestOf(context, target.existing);
    const signIn: NewSignIn = { profile: target.name, read: new Map() };
    const order = await tokenOrder(context, request, signIn);
    refuseUnfit(target, order);
    const { noRefreshToken } = await withNewSignIn(store, acquire)(clientContext(context.call), order);
    await keepSecrets(store, signIn, order);
    const profile: NamedProfile = { name: target.name, profile: profileOf(request, order, signIn) };
    const made = storedIdentityOf(order.plan);
    await removeOthers(store, profile, made);
    const profiles = await changeProfiles(context, (all) => withProfile(all, profile, context.values.use === true));
    const holding = await holdingOf(store, { profiles, profile, made });
    const value = { ...madeStatus(holding, context.io.clock.now()), noRefreshToken };
    return { value, table: tableText(value) };
  },
};

interface Target {
  readonly name: string;
  readonly existing: NamedProfile | undefined;
  readonly isNamed: boolean;
}

function targetOf({ io, values }: CommandContext): Target {
  const named = profileNamed(values, io.variables);
  const { current, byName } = readProfiles(io.variables);
  const name = named ?? current ?? 'default';
  const profile = byName.get(name);
  return { name, existing: profile && { name, profile }, isNamed: named !== undefined };
}

/** What options, variables and the earlier sign-in say; Partner Center where nothing says what for. */
function requestOf(
  { io, values: { profile: _profile, ...values } }: CommandContext,
  profile: NamedProfile | undefined,
) {
  const sources = { values, variables: { ...io.variables, PARTNER_AUTH_PROFILE: undefined }, profile };
  const request = tokenRequestOf(sources);
  const isFor = request.scopes ?? request.resource ?? moduleGiven(textValue(request.values, 'module'));
  return isFor === undefined ? tokenRequestOf({ ...sources, defaultResource: 'partner-center' }) : request;
}

/** Signing in anew under a name that was not said is for the same application, and not for another kind of sign-in. */
function refuseUnfit({ name, existing, isNamed }: Target, { plan }: TokenOrder): void {
  const { actsFor } = flows[plan.flow];
  if (!existing || isNamed) return;
  const { profile } = existing;
  const isSame = profile.applicationId === undefined || isApplicationOf(profile, storedIdentityOf(plan));
  if (isSame && (actsForOf(profile) ?? actsFor) === actsFor) return;
  throw new AuthError('invalid_parameters', `The current profile ${name} is another sign-in.`, {
    hint: `Give this one a name by --profile NAME, or replace the other by --profile ${name}.`,
  });
}

/** What the name stood for before. */
async function removeOthers(store: TokenStore, { name, profile }: NamedProfile, made: StoredIdentity): Promise<void> {
  const isKept = (secret: string) => (profile.secrets as readonly string[] | undefined)?.includes(secret) === true;
  await removeEntries(store, (key) => {
    if (key.kind === 'secret') return key.profile === name && !isKept(key.name);
    return 'holder' in key && key.holder === holders.signIn(name) && !isSameIdentity(key, made);
  });
}

const withProfile = ({ current, byName }: Profiles, { name, profile }: NamedProfile, use: boolean): Profiles => ({
  current: use ? name : (current ?? name),
  byName: new Map([...byName, [name, profile]]),
});

/** What is stored of what was made. */
async function holdingOf(store: TokenStore, { profiles, profile, made }: Made): Promise<Holding | undefined> {
  const [holding] = await holdingsOf(store, { profiles, selected: [profile], withRest: false });
  return holding && { ...holding, identities: holding.identities.filter((each) => isSameIdentity(each, made)) };
}

interface Made {
  readonly profiles: Profiles;
  readonly profile: NamedProfile;
  readonly made: StoredIdentity;
}

function madeStatus(holding: Holding | undefined, now: Date): Partial<SignInStatus> {
  const {
    signInNeeded: _needed,
    why: _why,
    ...rest
  }: Partial<SignInStatus> = (holding && statusesOf(holding, now)[0]) ?? {};
  return rest;
}
