import { statSync } from 'node:fs';
import type { Acquire, TokenOrder } from '../../client/acquire.ts';
import type { ClientContext } from '../../client/context.ts';
import { customerTenants } from '../../client/customers.ts';
import { AuthError } from '../../client/errors.ts';
import type { Tenants } from '../../client/fan-out.ts';
import { planForResource } from '../../client/plan.ts';
import type { Io } from '../io.ts';
import { type OptionValues, textValue } from '../options.ts';
import type { EarlierRun } from './earlier-run.ts';
import { tenantsIn } from './tenant-list.ts';

/** Where the list is. */
export type ListChoice =
  | { readonly kind: 'file'; readonly path: string; readonly label: string }
  | { readonly kind: 'customers' };

export function listChoice(values: OptionValues): ListChoice {
  const path = textValue(values, 'tenantsFile');
  if ((path === undefined) === (values.customers === undefined)) {
    const what = path === undefined ? 'No list of tenants is given' : 'Two lists of tenants are given';
    throw new AuthError('invalid_parameters', `${what}.`, {
      hint: 'Give --tenants-file FILE (- for standard input) or --customers.',
    });
  }
  return path === undefined ? { kind: 'customers' } : { kind: 'file', path, label: `--tenants-file ${path}` };
}

export interface TenantsToAsk {
  readonly tenants: Tenants;
  /** Undefined while the list is still coming. */
  readonly total: number | undefined;
  /** Those that have a token from an earlier run. */
  skipped(): number;
}

/** In whose name the customers are asked for: the same identity, in the partner's own tenant. */
export interface Home {
  readonly context: ClientContext;
  readonly order: TokenOrder;
  obtain(forceRefresh: boolean): Acquire;
}

interface Wanted {
  readonly choice: ListChoice;
  readonly home: Home;
  readonly earlier: EarlierRun;
}

/** A file and the customers are read to their end, each tenant once; what comes through a pipe is taken as it comes. */
export async function tenantsToAsk(io: Io, { choice, home, earlier }: Wanted): Promise<TenantsToAsk> {
  const list = choice.kind === 'customers' ? customersOf(home) : tenantsIn(io, choice.path);
  let skipped = 0;
  const isWanted = (tenant: string) => {
    const isDone = earlier.done.has(tenant.toLowerCase());
    if (isDone) skipped += 1;
    return !isDone;
  };
  if (choice.kind === 'file' && !isRegular(choice.path)) {
    return { tenants: filtered(list, isWanted), total: undefined, skipped: () => skipped };
  }
  const distinct = new Map<string, string>();
  for await (const tenant of list) distinct.set(tenant.toLowerCase(), distinct.get(tenant.toLowerCase()) ?? tenant);
  const tenants = [...distinct.values()].filter(isWanted);
  return { tenants, total: tenants.length, skipped: () => skipped };
}

const isRegular = (path: string): boolean =>
  path !== '-' && statSync(path, { throwIfNoEntry: false })?.isFile() !== false;

async function* filtered(list: AsyncIterable<string>, isWanted: (tenant: string) => boolean) {
  for await (const tenant of list) if (isWanted(tenant)) yield tenant;
}

function customersOf({ context, order, obtain }: Home): AsyncIterable<string> {
  const plan = planForResource(order.plan, 'partner-center');
  return customerTenants(context, order.resolved, (forceRefresh) => obtain(forceRefresh)(context, { ...order, plan }));
}
