import { askForMetadata, type MetadataRequest, type Published } from '../../client/discovery.ts';
import { tenantNamed } from '../../client/plan.ts';
import { openAuthority, withinTimeout } from './calls.ts';
import type { Examination } from './examination.ts';

/** What the authority answered when it was asked for the tenant's metadata, and when by this machine's clock. */
export interface ExaminedMetadata extends Published {
  readonly asked: MetadataRequest;
  readonly receivedAt: Date;
}

export async function askedMetadata(examination: Examination): Promise<ExaminedMetadata> {
  const { client, request } = examination;
  const { resolved, fetchIt } = await openAuthority(examination);
  const plan = { environment: resolved.environment, tenant: tenantNamed(request.tenant ?? 'organizations') };
  const asked = { context: client, fetchIt, plan };
  const answered = await withinTimeout(client, (context) => askForMetadata({ ...asked, context }));
  return { ...answered, asked, receivedAt: client.clock.now() };
}
