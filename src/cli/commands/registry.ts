import { PartnerAuthError } from '../../base/error.ts';
import { AuthError } from '../../client/errors.ts';
import type { RegisterOrder, Registry } from '../../server/index.ts';
import type { Command, CommandResult } from '../command.ts';
import { type OptionValues, textValue } from '../options.ts';
import { tableText } from '../output/columns.ts';
import { configOption, serviceConfig } from './service-config.ts';

export const registry: Command = {
  description:
    'Says which partner tenants and applications the token service issues for: nobody else gets a token. A change is ' +
    'known on every node within five seconds. Blocking a tenant blocks its applications.',
  examples: [
    { line: 'partner-auth registry list --config service.yaml', does: 'all of them' },
    {
      line: 'partner-auth registry enable TENANT-ID --name Contoso --config service.yaml',
      does: 'registers a tenant, or lets it in again',
    },
    {
      line: 'partner-auth registry enable TENANT-ID APPLICATION-ID --limit 100/60 --config service.yaml',
      does: 'one of its applications, 100 requests in 60 seconds',
    },
    { line: 'partner-auth registry block TENANT-ID APPLICATION-ID --config service.yaml', does: 'no token any more' },
  ],
  positionals: [
    { name: '<what>', values: ['list', 'enable', 'block', 'remove'], description: 'what to do' },
    { name: '[tenant]', description: 'id of the tenant' },
    { name: '[application]', description: 'id of its application; without one it is the tenant itself' },
  ],
  options: {
    config: configOption,
    name: { value: 'NAME', description: 'what lists call it; default its id' },
    limit: {
      value: 'REQUESTS/SECONDS',
      description: 'of an application: 100/60, or none for the usual limit',
    },
  },
  run: async (context) => {
    const [what = '', tenantId, applicationId] = context.positionals;
    const action = Object.hasOwn(actions, what) ? actions[what] : undefined;
    if (!action) {
      throw new AuthError('invalid_parameters', `registry cannot ${what}.`, {
        hint: 'Give list, enable, block or remove.',
      });
    }
    const { config } = await serviceConfig(context);
    const { openRegistry } = await import('../../server/index.ts');
    const opened = await openRegistry(config);
    try {
      return await action(opened, { tenantId, applicationId, values: context.values });
    } catch (cause) {
      throw explained(cause);
    } finally {
      await opened.close();
    }
  },
};

interface Asked {
  readonly tenantId: string | undefined;
  readonly applicationId: string | undefined;
  readonly values: OptionValues;
}

type Action = (registry: Registry, asked: Asked) => Promise<CommandResult>;

const put =
  (state: RegisterOrder['state']): Action =>
  async (opened, { tenantId, applicationId, values }) => {
    const limit = limitOf(textValue(values, 'limit'));
    const displayName = textValue(values, 'name');
    return { value: await opened.put({ tenantId: given(tenantId), applicationId, state, displayName, limit }) };
  };

const actions: Readonly<Record<string, Action>> = {
  list: async (opened) => {
    const { tenants, applications } = await opened.list();
    const rows = tenants.flatMap(({ tenantId, displayName, state }) => [
      { tenant: tenantId, application: null, name: displayName, state, limit: null },
      ...applications
        .filter((one) => one.tenantId === tenantId)
        .map((one) => ({
          tenant: tenantId,
          application: one.applicationId,
          name: one.displayName,
          state: one.state,
          limit: one.limit ? `${one.limit.requests}/${one.limit.perSeconds}` : null,
        })),
    ]);
    return { value: rows, table: rows.length > 0 ? tableText(rows) : 'Nobody is registered: no token is issued.\n' };
  },
  enable: put('enabled'),
  block: put('blocked'),
  remove: async (opened, { tenantId, applicationId }) => {
    await opened.remove({ tenantId: given(tenantId), applicationId });
    return { value: { removed: applicationId ?? tenantId ?? '' } };
  },
};

function given(tenantId: string | undefined): string {
  if (tenantId !== undefined) return tenantId;
  throw new AuthError(
    'invalid_parameters',
    'Give the id of the tenant first: registry enable, block or remove TENANT-ID.',
  );
}

/** `null` takes a limit away; undefined leaves what there is. How much it may be is the registry's rule. */
function limitOf(text: string | undefined): RegisterOrder['limit'] {
  if (text === undefined) return undefined;
  if (text === 'none') return null;
  const [, requests, perSeconds] = /^(\d{1,9})\/(\d{1,9})$/.exec(text) ?? [];
  if (requests !== undefined) return { requests: Number(requests), perSeconds: Number(perSeconds) };
  throw new AuthError('invalid_parameters', '--limit takes requests and seconds, such as 100/60, or none.');
}

/** What the registry's rules do not allow is said of the argument it came by. */
function explained(cause: unknown): unknown {
  if (!(cause instanceof PartnerAuthError) || !('field' in cause)) return cause;
  const code = cause.code === 'missing' ? 'nothing_found' : 'invalid_parameters';
  return new AuthError(code, `${cause.field}: ${cause.message}`, { cause });
}
