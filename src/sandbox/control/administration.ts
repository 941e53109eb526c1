import { z } from 'zod';
import { isGuid } from '../../base/guid.ts';
import { type AdministrationContext, domainOf, longestPage, type Tenant, usualPage } from '../../domain/index.ts';
import type { ControlContext } from './context.ts';
import { ControlError } from './error.ts';

/** What the domain's changes need, of what the control API has. */
export const administration = ({
  world,
  entries,
  clock,
  random,
}: ControlContext): AdministrationContext & Pick<ControlContext['world'], 'directory' | 'records'> => ({
  directory: world.directory,
  records: world.records,
  entries,
  clock,
  random,
});

/** What is read from a query comes as text; what a test's own call says is a number already. */
const whole = (least: number, most: number) => z.coerce.number().int().min(least).max(most);

/** Of every list that is searched and paged. */
export const pageQuery = {
  search: z.string().max(256).optional().describe('Text that stands in a name, in any letter case.'),
  skip: whole(0, 1_000_000).default(0),
  top: whole(1, longestPage).default(usualPage),
};

export const tenantName = z.string().min(1).max(256).optional().describe('Id or domain.');

/** A tenant by id or domain; without a name the first one with a partner account, or the first. Throws `notFound`. */
export async function tenantNamed({ world: { directory } }: ControlContext, name?: string): Promise<Tenant> {
  const tenant = name === undefined ? await homeTenant() : await find(name);
  if (tenant) return tenant;
  const message = `There is no tenant ${(name ?? '').slice(0, 256)}. Give the id or a verified domain of a tenant.`;
  throw new ControlError('notFound', message, { target: 'tenant' });

  async function homeTenant(): Promise<Tenant | undefined> {
    const tenants = await directory.listTenants();
    return tenants.find(({ hasPartnerAccount }) => hasPartnerAccount) ?? tenants[0];
  }

  function find(text: string): Promise<Tenant | undefined> {
    return isGuid(text) ? directory.tenantById(text) : directory.tenantByDomain(domainOf(`@${text}`) ?? '');
  }
}
