import { resolve } from 'node:path';
import type { TokenOrder } from '../../client/acquire.ts';
import { flows } from '../../client/flows.ts';
import { putKeptSecret, secretOwner } from '../../client/kept-secrets.ts';
import type { TokenStore } from '../../client/stores/store.ts';
import { environmentNamed, environments } from '../../protocol/environments.ts';
import { textValue } from '../options.ts';
import type { NewSignIn } from '../token-order.ts';
import type { TokenRequest } from '../token-request.ts';
import type { Profile } from './profile.ts';

/** What a sign-in leaves in its profile. */

/** Keeps the secrets that were read for the sign-in. */
export async function keepSecrets(store: TokenStore, { profile, read }: NewSignIn, order: TokenOrder): Promise<void> {
  const { environment, applicationId } = order.plan;
  const whose = { authority: environment.authority, applicationId, username: order.username };
  for (const [name, secret] of read) {
    await putKeptSecret(store, { profile, name }, { owner: secretOwner(name, whose), secret });
  }
}

/** All that options, variables and the earlier profile said, so that the next call needs none of them. */
export function profileOf(request: TokenRequest, order: TokenOrder, { read }: NewSignIn): Profile {
  const { plan } = order;
  const { values } = request;
  const isInteractive = flows[plan.flow].isInteractive;
  const members: Partial<Record<keyof Profile, unknown>> = {
    parameterSet: plan.set,
    ...environmentMember(request),
    tenant: request.tenant,
    applicationId: plan.applicationId,
    scopes: request.scopes,
    resource: request.resource,
    module: textValue(values, 'module'),
    servicePrincipal: values.servicePrincipal,
    useAuthorizationCode: isInteractive ? values.useAuthorizationCode : undefined,
    useDeviceAuthentication: isInteractive ? values.useDeviceAuthentication : undefined,
    ...certificateMember(request, order),
    username: plan.flow === 'password' ? request.username : undefined,
    secrets: read.size > 0 ? [...read.keys()] : undefined,
  };
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined));
}

/** A federated token stays where its variable says it is. */
function certificateMember(
  { certificate }: TokenRequest,
  { authentication }: TokenOrder,
): Pick<Profile, 'certificateFile' | 'certificateThumbprint'> {
  if (authentication?.kind !== 'assertion') return {};
  if (certificate?.kind === 'file') return { certificateFile: resolve(certificate.path) };
  return certificate?.kind === 'thumbprint' ? { certificateThumbprint: certificate.thumbprint } : {};
}

function environmentMember({ environment }: TokenRequest): Pick<Profile, 'environment' | 'authority'> {
  if (environment === undefined) return {};
  if (typeof environment === 'string') return { environment: environmentNamed(environment) ?? environment };
  const isCloud = Object.values(environments).includes(environment);
  return isCloud ? { environment: environment.name } : { authority: environment.authority };
}
