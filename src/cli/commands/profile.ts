import { resolve } from 'node:path';
import { AuthError } from '../../client/errors.ts';
import { moduleGiven } from '../../client/modules.ts';
import { environmentNamed, environmentNames } from '../../protocol/environments.ts';
import type { Command, CommandContext } from '../command.ts';
import { openOptions } from '../kept-options.ts';
import { requiredTokens } from '../kept-tokens.ts';
import { longName, type OptionValues, textValue } from '../options.ts';
import { moveStored } from '../profiles/move-stored.ts';
import type { NamedProfile, Profile, Profiles } from '../profiles/profile.ts';
import { checkedProfileName, existingProfile, readProfiles } from '../profiles/read.ts';
import { changeProfiles } from '../profiles/write.ts';
import { tokenOptions } from '../token-options.ts';
import { tokenRequestOf } from '../token-request.ts';
import { removeStored, withoutProfile } from './logout.ts';

/** The options of `token` that are no secret and no matter of one call. */
const members = [
  'environment',
  'tenant',
  'applicationId',
  'scopes',
  'resource',
  'module',
  'servicePrincipal',
  'useAuthorizationCode',
  'useDeviceAuthentication',
  'certificateFile',
  'certificateThumbprint',
  'username',
] as const satisfies readonly (keyof Profile & keyof typeof tokenOptions)[];

type ProfileMember = (typeof members)[number];

/** Whose a sign-in and its secrets are. */
const identity: readonly ProfileMember[] = ['environment', 'applicationId', 'username'];

type Action = (context: CommandContext, words: readonly string[]) => Promise<object>;

const actions: Readonly<Record<string, { readonly takes: readonly [least: number, most: number]; run: Action }>> = {
  show: { takes: [0, 1], run: shown },
  set: {
    takes: [1, 1],
    run: (context, [name = '']) => changed(context, checkedProfileName(name), givenMembers(context.values)),
  },
  unset: {
    takes: [2, members.length + 1],
    run: (context, [name = '', ...words]) =>
      changed(
        context,
        checkedProfileName(name),
        Object.fromEntries(words.map((word) => [memberNamed(word), undefined])),
      ),
  },
  rename: { takes: [2, 2], run: renamed },
  delete: { takes: [1, 1], run: deleted },
};

export const profile: Command = {
  description:
    'Shows and changes profiles: the options of token that fill in what is missing. show [NAME], set NAME with options, ' +
    'unset NAME and the names of options, rename NAME NEW, delete NAME. Whose a sign-in is (application, environment, ' +
    'user) changes by login alone. Secrets are not set here: login takes them.',
  examples: [
    { line: 'partner-auth profile show', does: 'the current one' },
    {
      line: 'partner-auth profile set nightly --tenant contoso.com --resource partner',
      does: 'change two of its options',
    },
    { line: 'partner-auth profile unset nightly tenant', does: 'forget one' },
    { line: 'partner-auth profile rename default contoso', does: 'with all that is stored for it' },
  ],
  positionals: [
    { name: '<action>', values: Object.keys(actions), description: 'what to do' },
    { name: '[words...]', description: 'the profile, and what the action takes besides' },
  ],
  options: { ...Object.fromEntries(members.map((name) => [name, tokenOptions[name]])), ...openOptions },
  run: async (context) => {
    const [word = '', ...words] = context.positionals;
    const action = Object.hasOwn(actions, word) ? actions[word] : undefined;
    if (!action) {
      throw new AuthError('invalid_parameters', 'There is no such action.', {
        hint: `Give one of ${Object.keys(actions).join(', ')}.`,
      });
    }
    const [least, most] = action.takes;
    if (words.length < least || words.length > most) {
      throw new AuthError('invalid_parameters', `profile ${word} does not go with ${words.length} more words.`, {
        hint: 'partner-auth profile --help says what each takes.',
      });
    }
    return { value: await action.run(context, words) };
  },
};

async function shown({ io }: CommandContext, [word]: readonly string[]): Promise<object> {
  const profiles = readProfiles(io.variables);
  const name = word ?? profiles.current;
  if (name !== undefined) return printable(profiles, name);
  throw new AuthError('nothing_found', 'There is no current profile.', {
    hint: 'partner-auth list shows what there is.',
  });
}

const printable = (profiles: Profiles, name: string): object => ({
  name,
  current: profiles.current === name,
  ...existingProfile(profiles, name).profile,
});

/** What the options say, by the same reading as those of `token`. */
function givenMembers(values: OptionValues): Profile {
  const { scopes, resource, environment } = tokenRequestOf({ values, variables: {}, profile: undefined });
  moduleGiven(textValue(values, 'module'));
  const file = textValue(values, 'certificateFile');
  const given: Readonly<Record<string, unknown>> = {
    ...Object.fromEntries(members.map((name) => [name, values[name]])),
    environment: typeof environment === 'string' ? resolvedName(environment) : undefined,
    scopes,
    resource,
    certificateFile: file === undefined ? undefined : resolve(file),
  };
  const present = Object.entries(given).filter(([, value]) => value !== undefined);
  if (present.length > 0) return Object.fromEntries(present);
  throw new AuthError('invalid_parameters', 'Nothing to set was given.', {
    hint: `It takes ${members.map(longName).join(', ')}.`,
  });
}

function resolvedName(environment: string): string {
  const name = environmentNamed(environment);
  if (name !== undefined) return name;
  throw new AuthError('invalid_parameters', `There is no environment '${environment}'.`, {
    hint: `Give one of ${environmentNames.join(', ')}.`,
  });
}

function memberNamed(word: string): ProfileMember {
  const found = members.find((name) => name === word || longName(name) === `--${word}`);
  if (found) return found;
  throw new AuthError('invalid_parameters', 'That is nothing a profile has.', {
    hint: `It has ${members.map((name) => longName(name).slice(2)).join(', ')}.`,
  });
}

/** What takes the place of what. */
const rivals: Readonly<Partial<Record<ProfileMember, keyof Profile>>> = {
  environment: 'authority',
  scopes: 'resource',
  resource: 'scopes',
  certificateFile: 'certificateThumbprint',
  certificateThumbprint: 'certificateFile',
};

/** A member that is undefined is taken away. */
async function changed(context: CommandContext, name: string, change: Profile): Promise<object> {
  const names = Object.keys(change) as ProfileMember[];
  const profiles = await changeProfiles(context, (all) => {
    const isUnset = names.every((member) => change[member] === undefined);
    const before = isUnset ? existingProfile(all, name).profile : (all.byName.get(name) ?? {});
    if (before.parameterSet !== undefined) refuseOther(name, before, change);
    const dropped = new Set<string>(names.flatMap((member) => [member, rivals[member] ?? member]));
    const kept = Object.entries({ ...before }).filter(([member]) => !dropped.has(member));
    const added = Object.entries({ ...change }).filter(([, value]) => value !== undefined);
    return { ...all, byName: new Map([...all.byName, [name, Object.fromEntries([...kept, ...added])]]) };
  });
  return printable(profiles, name);
}

function refuseOther(name: string, before: Profile, change: Profile): void {
  const other = identity.find((member) => Object.hasOwn(change, member) && change[member] !== before[member]);
  if (other === undefined) return;
  throw new AuthError('invalid_parameters', `${name} is signed in; ${longName(other)} says whose sign-in that is.`, {
    hint: `Sign in as the other by partner-auth login --profile ${name}, or under another name.`,
  });
}

/** What is stored moves first: nothing is lost when this ends in between. */
async function renamed(context: CommandContext, [from = '', to = '']: readonly string[]): Promise<object> {
  checkedProfileName(to);
  const before = readProfiles(context.io.variables);
  const { profile: moved } = existingProfile(before, from);
  if (before.byName.has(to)) throw new AuthError('invalid_parameters', `There is a profile '${to}' already.`);
  const finish =
    moved.parameterSet === undefined ? async () => {} : await moveStored(await requiredTokens(context), from, to);
  const profiles = await changeProfiles(context, (all) => ({
    current: all.current === from ? to : all.current,
    byName: new Map([...all.byName].map(([name, each]) => [name === from ? to : name, each])),
  }));
  await finish();
  return printable(profiles, to);
}

async function deleted(context: CommandContext, [name = '']: readonly string[]): Promise<object> {
  const profiles = readProfiles(context.io.variables);
  const named: NamedProfile = existingProfile(profiles, name);
  if (named.profile.parameterSet !== undefined) {
    await removeStored(context, { profiles, selected: [named], withRest: false });
  }
  await changeProfiles(context, (all) => withoutProfile(all, named));
  return { deleted: name };
}
