import type { Application } from '../../domain/index.ts';
import type { ConsoleContext } from '../context.ts';
import { ConsoleError } from '../error.ts';
import type { Visit } from '../route.ts';

/** An application that is registered in the visitor's own tenant; those of others are none here. */
export async function applicationAsked(
  { directory }: ConsoleContext,
  { tenant, parameter }: Visit,
): Promise<Application> {
  const application = await directory.applicationById(parameter('appId'));
  if (application?.appOwnerOrganizationId === tenant.id) return application;
  throw new ConsoleError('notFound', `There is no such app registration in ${tenant.displayName}.`);
}
