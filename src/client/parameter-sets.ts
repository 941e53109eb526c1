/**
 * The parameter sets of `New-PartnerAccessToken`, and ours for the Referrals password grant, as one table. Which set is
 * meant follows from what was chosen; what was only filled in from the environment completes a set and decides none
 * against a choice. Nothing here knows how a set is carried out.
 */

export type Member =
  | 'accessToken'
  | 'applicationId'
  | 'certificate'
  | 'credential'
  | 'environment'
  | 'module'
  | 'password'
  | 'refreshToken'
  | 'scopes'
  | 'servicePrincipal'
  | 'tenant'
  | 'useAuthorizationCode'
  | 'useDeviceAuthentication'
  | 'username';

export type ParameterSetName =
  | 'AccessToken'
  | 'ByModule'
  | 'RefreshToken'
  | 'Password'
  | 'ServicePrincipal'
  | 'ServicePrincipalCertificate'
  | 'User';

interface ParameterSet {
  /** Each entry must be there; of several members, one. */
  readonly mandatory: readonly (readonly Member[])[];
  readonly optional: readonly Member[];
  /** The member that says this set is meant. */
  readonly decidedBy?: Member;
  /** The set is only meant when its deciding member was chosen, never because the environment holds one. */
  readonly onlyByChoice?: true;
  /** Where the tenant is optional. */
  readonly defaultTenant?: 'organizations' | 'common';
}

/** In order of precedence: of two complete sets, the first. */
export const parameterSets: Readonly<Record<ParameterSetName, ParameterSet>> = {
  AccessToken: {
    mandatory: [['accessToken'], ['applicationId'], ['scopes']],
    optional: ['credential', 'environment', 'tenant'],
    decidedBy: 'accessToken',
    onlyByChoice: true,
    defaultTenant: 'organizations',
  },
  ByModule: {
    mandatory: [['module']],
    optional: ['environment', 'refreshToken', 'tenant', 'useAuthorizationCode'],
    decidedBy: 'module',
    defaultTenant: 'organizations',
  },
  RefreshToken: {
    mandatory: [['refreshToken'], ['scopes', 'module']],
    optional: ['applicationId', 'certificate', 'credential', 'environment', 'module', 'servicePrincipal', 'tenant'],
    decidedBy: 'refreshToken',
    defaultTenant: 'organizations',
  },
  ServicePrincipal: {
    mandatory: [['applicationId'], ['credential'], ['scopes'], ['tenant']],
    optional: ['environment', 'servicePrincipal', 'useAuthorizationCode'],
    decidedBy: 'credential',
  },
  ServicePrincipalCertificate: {
    mandatory: [['applicationId'], ['certificate'], ['scopes'], ['tenant']],
    optional: ['environment', 'servicePrincipal', 'useAuthorizationCode'],
    decidedBy: 'certificate',
  },
  Password: {
    mandatory: [['applicationId'], ['username'], ['password'], ['scopes']],
    optional: ['credential', 'environment', 'tenant'],
    decidedBy: 'username',
    defaultTenant: 'common',
  },
  User: {
    mandatory: [['applicationId'], ['scopes']],
    optional: ['environment', 'tenant', 'useAuthorizationCode', 'useDeviceAuthentication'],
    defaultTenant: 'organizations',
  },
};

export const parameterSetNames = Object.keys(parameterSets) as readonly ParameterSetName[];

export type Resolution =
  | { readonly set: ParameterSetName }
  | {
      readonly problem: 'unfit' | 'incomplete' | 'exclusive';
      /** For each set that could be meant, what it lacks (`incomplete`) or does not take (`unfit`). */
      readonly sets: readonly { readonly set: ParameterSetName; readonly members: readonly (readonly Member[])[] }[];
    };

/**
 * Which set is meant. Chosen members all belong to it; chosen and filled ones together complete it. `usual`: the set that is
 * meant where no choice decides.
 */
export function resolveParameterSet(
  chosen: ReadonlySet<Member>,
  filled: ReadonlySet<Member>,
  usual?: ParameterSetName,
): Resolution {
  if (chosen.has('credential') && chosen.has('certificate')) {
    const sets = (['ServicePrincipal', 'ServicePrincipalCertificate'] as const).map((set) => ({
      set,
      members: [[set === 'ServicePrincipal' ? 'certificate' : 'credential'] as const],
    }));
    return { problem: 'exclusive', sets };
  }
  const foreign = (set: ParameterSetName) => [...chosen].filter((member) => !takes(set, member));
  const missing = (set: ParameterSetName) => lacking(set, chosen, filled);
  const candidates = parameterSetNames.filter((set) => foreign(set).length === 0);
  const complete = candidates.filter((set) => missing(set).length === 0);
  const byChoice = complete.find((set) => isDecided(set, chosen));
  const set = byChoice ?? complete.find((name) => name === usual) ?? complete[0];
  if (set) return { set };
  if (candidates.length > 0) {
    const likely = candidates.filter((name) => isDecided(name, chosen));
    const shown = likely.length > 0 ? likely : candidates;
    return { problem: 'incomplete', sets: shown.map((name) => ({ set: name, members: missing(name) })) };
  }
  const fewest = Math.min(...parameterSetNames.map((name) => foreign(name).length));
  const nearest = parameterSetNames.filter((name) => foreign(name).length === fewest);
  return {
    problem: 'unfit',
    sets: nearest.map((name) => ({ set: name, members: foreign(name).map((member) => [member]) })),
  };
}

export const takes = (set: ParameterSetName, member: Member): boolean =>
  parameterSets[set].mandatory.some((group) => group.includes(member)) || parameterSets[set].optional.includes(member);

function isDecided(set: ParameterSetName, chosen: ReadonlySet<Member>): boolean {
  const { decidedBy } = parameterSets[set];
  return decidedBy !== undefined && chosen.has(decidedBy);
}

function lacking(set: ParameterSetName, chosen: ReadonlySet<Member>, filled: ReadonlySet<Member>) {
  const { mandatory, decidedBy, onlyByChoice } = parameterSets[set];
  return mandatory.filter(
    (group) =>
      !group.some((member) => {
        const mayBeFilled = !(onlyByChoice && member === decidedBy);
        return chosen.has(member) || (mayBeFilled && filled.has(member));
      }),
  );
}

/** The sentence for a person, in the words of the caller: members of an object, or options of a command. */
export function describeProblem(
  resolution: Exclude<Resolution, { set: ParameterSetName }>,
  nameOf: (member: Member) => string,
): string {
  const groups = (members: readonly (readonly Member[])[]) =>
    members.map((group) => group.map(nameOf).join(' or ')).join(', ');
  const lines = resolution.sets.map(({ set, members }) => ({ set, text: groups(members) }));
  switch (resolution.problem) {
    case 'exclusive':
      return `Give a credential or a certificate, not both: ${lines.map(({ set, text }) => `${set} takes no ${text}`).join('; ')}.`;
    case 'incomplete':
      return `The parameters complete no parameter set: ${lines.map(({ set, text }) => `${set} lacks ${text}`).join('; ')}.`;
    case 'unfit':
      return `The parameters fit no parameter set together: ${lines.map(({ set, text }) => `${set} takes no ${text}`).join('; ')}.`;
  }
}
