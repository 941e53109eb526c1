import { join } from 'node:path';
import { sandboxFolder } from '../base/folders.ts';
import { decodeEnvironmentFile, environmentFileName } from '../protocol/environment-file.ts';
import {
  type Environment,
  type EnvironmentName,
  environmentNamed,
  environmentNames,
  environments,
  sandboxEnvironment,
} from '../protocol/environments.ts';
import { boundedFileText, InputTooLong } from './bounded-input.ts';
import type { ClientContext } from './context.ts';
import { AuthError } from './errors.ts';
import { isLoopback } from './loopback-address.ts';

/** A cloud, and for the sandbox whom to trust there. */
export interface ResolvedEnvironment {
  readonly environment: Environment;
  /** Path of a certificate authority that is trusted for this environment alone. */
  readonly caFile?: string | undefined;
}

/** A name in any letter case, or an entry of one's own. Default: AzureCloud. */
export type EnvironmentChoice = EnvironmentName | (string & {}) | Environment;

/** The environment under either of its names, and where the sandbox's file is. */
export interface EnvironmentOptions {
  readonly environment?: EnvironmentChoice | undefined;
  readonly environmentName?: EnvironmentChoice | undefined;
  readonly environmentFile?: string | undefined;
}

/** The one reading of both names: a bearer must go to the cloud it was asked for in. */
export function environmentGiven({
  environment,
  environmentName,
  environmentFile,
}: EnvironmentOptions): ResolvedEnvironment {
  if (environment !== undefined && environmentName !== undefined) {
    throw new AuthError('invalid_parameters', 'environment and environmentName are two names of one parameter.');
  }
  return resolveEnvironment(environment ?? environmentName, environmentFile);
}

export function resolveEnvironment(
  choice: EnvironmentChoice | undefined,
  environmentFile: string | undefined,
  variables: Readonly<Record<string, string | undefined>> = process.env,
): ResolvedEnvironment {
  if (choice === undefined) return { environment: environments.AzureCloud };
  if (typeof choice !== 'string') return { environment: choice };
  const name = environmentNamed(choice);
  if (name === undefined) {
    throw new AuthError('invalid_parameters', `There is no environment '${choice}'.`, {
      hint: `Give one of ${environmentNames.join(', ')}.`,
    });
  }
  return name === 'Sandbox' ? sandbox(environmentFile, variables) : { environment: environments[name] };
}

function sandbox(
  given: string | undefined,
  variables: Readonly<Record<string, string | undefined>>,
): ResolvedEnvironment {
  const path =
    given ?? (variables.PARTNER_AUTH_ENVIRONMENT_FILE || join(sandboxFolder(variables), environmentFileName));
  let text: string;
  try {
    text = boundedFileText(path);
  } catch (cause) {
    if (cause instanceof InputTooLong) throw unreadable(path, cause);
    throw new AuthError('sandbox_not_found', `No sandbox has left its environment file at ${path}.`, {
      cause,
      hint: 'Start one with partner-auth serve sandbox, or name the file by PARTNER_AUTH_ENVIRONMENT_FILE.',
    });
  }
  try {
    const { url, caFile, mode } = decodeEnvironmentFile(text);
    return { environment: sandboxEnvironment(url, mode), caFile };
  } catch (cause) {
    throw unreadable(path, cause);
  }
}

const unreadable = (path: string, cause: unknown): AuthError =>
  new AuthError('configuration', `The environment file ${path} cannot be read.`, { cause });

/**
 * The authority at an address: the cloud it belongs to; on this machine a sandbox, which answers for the resources too, so
 * that its tokens go nowhere else; otherwise the global cloud's resources behind another authority.
 */
export function environmentOfAuthority(host: string): Environment {
  const address = host.includes('://') ? host : `https://${host}`;
  const origin = URL.canParse(address) ? new URL(address).origin : 'null';
  if (origin === 'null') throw new AuthError('configuration', `The authority host '${host}' is no address.`);
  const known = Object.values(environments).find(({ authority }) => authority === origin);
  if (known) return known;
  return isLoopback(origin) ? sandboxEnvironment(origin) : { ...environments.AzureCloud, authority: origin };
}

/** The caller's fetch, else one that trusts the environment's own authority, else the one for what the process trusts. */
export function fetchFor(context: ClientContext, resolved: ResolvedEnvironment): typeof fetch {
  if (context.fetch) return context.fetch;
  const ca = caTextOf(resolved);
  return ca === undefined ? context.usualFetch() : context.trusting(ca);
}

/** The certificate authority of the environment's own, PEM. Throws `configuration` where it cannot be read. */
export function caTextOf({ caFile }: ResolvedEnvironment): string | undefined {
  if (caFile === undefined) return undefined;
  try {
    return boundedFileText(caFile);
  } catch (cause) {
    throw new AuthError('configuration', `The certificate authority ${caFile} cannot be read.`, { cause });
  }
}
