import type { Awaitable } from '../base/awaitable.ts';
import {
  type ConsoleClient,
  type ConsoleFlows,
  type ConsoleSignIn,
  createConsole,
  type SignedIn,
} from '../console/index.ts';
import type { Entries } from '../domain/index.ts';
import type { Handler, HttpRequest } from '../http/message.ts';
import type { Face } from '../http/router.ts';
import { encodeTokenRequest } from '../protocol/token-request.ts';
import { decodeTokenResponse } from '../protocol/token-response.ts';
import type { SandboxControl } from '../sandbox/index.ts';
import { BearerError, type VerifiedBearer } from '../verify/index.ts';
import type { SandboxParts } from './compose.ts';
import { consoleSandbox } from './console-sandbox.ts';

interface Authority {
  readonly handler: Handler;
  readonly verify: (token: string) => Awaitable<VerifiedBearer>;
}

/** The console, with the authority beside it to sign in at. */
export function openConsole(
  parts: SandboxParts & { readonly entries: Entries; readonly flows: ConsoleFlows; readonly control: SandboxControl },
  client: ConsoleClient,
  authority: Authority,
): Face {
  const { clock, random, world, entries, flows, log } = parts;
  return createConsole({
    ...{ clock, random, entries, flows, log },
    directory: world.directory,
    records: world.records,
    sandbox: consoleSandbox(parts.control),
    signIn: signInAt(authority, client),
  });
}

/** Redeems a code as any application does; the request does not leave this process. */
const signInAt = ({ handler, verify }: Authority, { application, secret }: ConsoleClient): ConsoleSignIn => ({
  appId: application.appId,
  redeem: async ({ code, codeVerifier, redirectUri, origin }) => {
    const { appId: clientId } = application;
    const grant = { grantType: 'authorization_code', scope: `${clientId}/.default`, clientId, redirectUri };
    const body = encodeTokenRequest({ ...grant, clientSecret: secret, code, codeVerifier });
    const reply = await handler(tokenRequest(origin, body));
    if (reply.status !== 200) return undefined;
    return userOf(await verified(verify, decodeTokenResponse(reply.body).accessToken));
  },
});

const tokenRequest = (origin: string, body: string): HttpRequest => ({
  method: 'POST',
  path: '/organizations/oauth2/v2.0/token',
  query: '',
  headers: (name) => (name === 'content-type' ? ['application/x-www-form-urlencoded'] : []),
  body: Buffer.from(body),
  origin,
  remoteAddress: '127.0.0.1',
});

async function verified(verify: Authority['verify'], token: string): Promise<VerifiedBearer | undefined> {
  try {
    return await verify(token);
  } catch (cause) {
    if (cause instanceof BearerError) return undefined;
    throw cause;
  }
}

const userOf = (bearer: VerifiedBearer | undefined): SignedIn | undefined =>
  bearer?.kind === 'user' && bearer.objectId !== undefined
    ? { tenantId: bearer.tenantId, userId: bearer.objectId }
    : undefined;
