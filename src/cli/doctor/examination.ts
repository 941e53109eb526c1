import { type ClientContext, clientContext } from '../../client/context.ts';
import type { CommandContext } from '../command.ts';
import { certificateOf, type ExaminedCertificate } from './certificate.ts';
import { type Credentials, credentialsOf } from './credentials.ts';
import { type ExaminedEnvironment, environmentOf } from './environment.ts';
import { type Host, hostsOf } from './hosts.ts';
import { type Kept, keptOf, openedStore } from './kept.ts';
import { askedMetadata, type ExaminedMetadata } from './metadata.ts';
import { type ExaminedRequest, requestOf } from './request.ts';
import { type ExaminedToken, examinedToken } from './token.ts';

/** Found out when it is first asked for, and once. Rejects with what stands in the way. */
export type Fact<Value> = () => Promise<Value>;

/** How much is looked at. */
export interface Mode {
  /** Nothing goes over the network. */
  readonly offline: boolean;
  /** The token is used for a call that changes nothing. */
  readonly live: boolean;
  /** The token is exchanged. */
  readonly exchange: boolean;
}

/** What several checks look at. Each has one check that says how it is; to the others it is there or not. */
export interface Facts {
  readonly environment: Fact<ExaminedEnvironment>;
  readonly hosts: Fact<readonly Host[]>;
  readonly metadata: Fact<ExaminedMetadata>;
  readonly kept: Fact<Kept>;
  readonly credentials: Fact<Credentials>;
  readonly certificate: Fact<ExaminedCertificate>;
  readonly token: Fact<ExaminedToken>;
}

export interface Examination extends Facts, ExaminedRequest {
  readonly context: CommandContext;
  readonly client: ClientContext;
  readonly mode: Mode;
  close(): Promise<void>;
}

/** `known`: what is known already, and is not looked at again. */
export function examine(given: CommandContext, mode: Mode, known: Partial<Facts> = {}): Examination {
  const { stdin } = given.io;
  const context: CommandContext = {
    ...given,
    // Whoever needs a text of standard input has the same one.
    io: { ...given.io, stdin: { ...stdin, read: once(() => stdin.read()) } },
    tokens: async () => openedStore(await examination.kept()),
  };
  const examination: Examination = {
    ...requestOf(context),
    context,
    client: clientContext(context.call),
    mode,
    environment: once(async () => environmentOf(examination)),
    hosts: once(() => hostsOf(examination)),
    metadata: once(() => askedMetadata(examination)),
    kept: once(() => keptOf(context)),
    credentials: once(() => credentialsOf(examination)),
    certificate: once(() => certificateOf(examination)),
    token: once(() => examinedToken(examination)),
    ...known,
    close: async () => (await examination.kept().catch(() => undefined))?.store?.close(),
  };
  return examination;
}

function once<Value>(find: () => Promise<Value>): Fact<Value> {
  let found: Promise<Value> | undefined;
  return () => {
    found ??= find();
    return found;
  };
}
