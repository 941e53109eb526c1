import { parseDocument } from 'yaml';
import { z } from 'zod';
import { PartnerAuthError } from '../base/error.ts';
import { microsoftServicesTenantId } from '../domain/index.ts';
import { fixedData } from './fixed-data.ts';
import { seedProblems } from './seed-rules.ts';
import { type Seed, type SeedFile, seedFileSchema, seedSchema } from './seed-schema.ts';

/** A seed file that is not taken. `message` names the file, and every place with what to do there. */
export class SeedError extends PartnerAuthError<'seedUnreadable' | 'seedInvalid'> {
  override readonly name = 'SeedError';
  /** The first place that is not valid. */
  readonly target: string | undefined;

  constructor(
    code: SeedError['code'],
    message: string,
    { target, ...options }: { target?: string | undefined; cause?: unknown } = {},
  ) {
    super(code, message, options);
    this.target = target;
  }
}

/** Largest seed file read, in characters. */
const maximumLength = 8_388_608;

/** The fixed data as a seed, with every default spelled out. */
export const fixedSeed = (): Seed => seedSchema.parse(fixedData);

/**
 * Reads a seed file, YAML or JSON. Unless it says otherwise by `fixedData`, what it states is added to `base` (default:
 * the fixed data), and replaces as a whole whatever there has the same id. Throws `SeedError`.
 */
export function readSeed(text: string, fileName: string, base: Seed = fixedSeed()): Seed {
  const parsed = seedFileSchema.safeParse(parsedText(text, fileName));
  if (!parsed.success) {
    throw invalid(
      fileName,
      parsed.error.issues.map(({ path, message }) => `${placeOf(path)}: ${message}`),
    );
  }
  const { fixedData: keep, $schema: _, ...stated } = parsed.data;
  const under = { keep: base, drop: microsoftsOwn(fixedSeed()), none: seedSchema.parse({}) };
  const seed = merged(under[keep], stated);
  const problems = seedProblems(stated, seed);
  if (problems.length > 0) throw invalid(fileName, problems);
  return seed;
}

/** The published schema of a seed file: editors complete and check with it. */
export const seedJsonSchema = (): object => ({
  title: 'partner-auth sandbox seed file',
  ...z.toJSONSchema(seedFileSchema, { io: 'input', unrepresentable: 'any' }),
});

function parsedText(text: string, fileName: string): unknown {
  if (text.length > maximumLength) {
    throw new SeedError('seedUnreadable', `${fileName} is longer than ${maximumLength} characters.`);
  }
  const document = parseDocument(text, { uniqueKeys: true, strict: true });
  const [problem] = document.errors;
  if (problem) throw new SeedError('seedUnreadable', `${fileName} cannot be read: ${problem.message}`);
  try {
    // Aliases are counted: a small file must not grow into a large one.
    return document.toJS({ maxAliasCount: 100 }) ?? {};
  } catch (cause) {
    throw new SeedError('seedUnreadable', `${fileName} cannot be read: ${String(cause)}`, { cause });
  }
}

const shown = 20;

function invalid(fileName: string, problems: readonly string[]): SeedError {
  const more = problems.length > shown ? `\n  and ${problems.length - shown} more` : '';
  const lines = problems.slice(0, shown).map((problem) => `\n  ${problem}`);
  const target = /^[^:]*/.exec(problems[0] ?? '')?.[0];
  return new SeedError('seedInvalid', `${fileName} is not a valid seed file:${lines.join('')}${more}`, { target });
}

const placeOf = (path: readonly PropertyKey[]): string =>
  path.length === 0
    ? 'the file'
    : path
        .map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`))
        .join('')
        .replace(/^\./, '');

/** What makes two entries of a list the same one. */
export const identities: { readonly [List in keyof Seed]: (entry: Seed[List][number]) => string } = {
  tenants: ({ id }) => id,
  users: ({ userPrincipalName }) => userPrincipalName.toLowerCase(),
  applications: ({ appId }) => appId,
  servicePrincipals: ({ tenantId, appId }) => `${tenantId} ${appId}`,
  oauth2PermissionGrants: ({ tenantId = '', clientAppId, resourceAppId, principal = '' }) =>
    [tenantId, clientAppId, resourceAppId, principal.toLowerCase()].join(' '),
  appRoleAssignments: ({ tenantId, principal, resourceAppId, role }) =>
    [tenantId, principal.toLowerCase(), resourceAppId, role].join(' '),
  customers: ({ tenantId, partnerTenantId }) => `${tenantId} ${partnerTenantId}`,
  delegatedAdminRelationships: ({ id }) => id,
  referrals: ({ id }) => id,
};

type Stated = Omit<SeedFile, 'fixedData' | '$schema'>;

function merged(base: Seed, stated: Stated): Seed {
  const list = <List extends keyof Seed>(name: List): Seed[List] => {
    const identity = identities[name] as (entry: Seed[List][number]) => string;
    const entries = [...base[name], ...stated[name]] as Seed[List][number][];
    return [...new Map(entries.map((entry) => [identity(entry), entry])).values()] as Seed[List];
  };
  return {
    tenants: list('tenants'),
    users: list('users'),
    applications: list('applications'),
    servicePrincipals: list('servicePrincipals'),
    oauth2PermissionGrants: list('oauth2PermissionGrants'),
    appRoleAssignments: list('appRoleAssignments'),
    customers: list('customers'),
    delegatedAdminRelationships: list('delegatedAdminRelationships'),
    referrals: list('referrals'),
  };
}

/** Microsoft's applications and their grants: they are the cloud's, not a tenant's. */
function microsoftsOwn(seed: Seed): Seed {
  return {
    ...seedSchema.parse({}),
    applications: seed.applications.filter((one) => one.appOwnerOrganizationId === microsoftServicesTenantId),
    oauth2PermissionGrants: seed.oauth2PermissionGrants.filter(({ tenantId }) => tenantId === undefined),
  };
}
