import { acquire } from '../../client/acquire.ts';
import type { AuthResult } from '../../client/auth-result.ts';
import { clientContext } from '../../client/context.ts';
import { withCustody } from '../../client/custody.ts';
import { flows } from '../../client/flows.ts';
import type { Command, CommandContext } from '../command.ts';
import { notKeptNotice } from '../kept-tokens.ts';
import { tokenOptions } from '../token-options.ts';
import { tokenOrder } from '../token-order.ts';
import { readTokenRequest } from '../token-request.ts';

export const token: Command = {
  description:
    'Obtains an access token. Which flow is used follows from the options, as with New-PartnerAccessToken; variables ' +
    'only fill in what is missing. Secrets come from files, standard input (-), the environment or a prompt.',
  examples: [
    {
      line: 'partner-auth token --tenant contoso.com --application-id ID --client-secret-file secret.txt --resource partner-center',
      does: 'as the application',
    },
    {
      line: 'partner-auth token --application-id ID --client-secret-file secret.txt --username NAME --password-file - --resource partner',
      does: 'the Referrals password grant',
    },
    {
      line: 'partner-auth token --application-id ID --access-token-file token.txt --resource partner-center',
      does: 'check a token you have',
    },
    { line: 'curl -H "$(partner-auth token … --output header)" URL', does: 'use it at once' },
  ],
  options: tokenOptions,
  printsToken: true,
  run: async (context) => ({ value: await withToken(context, undefined, (obtain) => obtain(false)) }),
};

/** Obtains what the options ask for, from the store where it is there and nothing says to ask anew. */
type ObtainToken = (forceRefresh: boolean) => Promise<AuthResult>;

/**
 * Runs `use` with the way to the token: options, secrets and standard input are read once, however often it is obtained.
 * `defaultResource`: see `readTokenRequest`.
 */
export async function withToken<Value>(
  context: CommandContext,
  defaultResource: string | undefined,
  use: (obtain: ObtainToken) => Promise<Value>,
): Promise<Value> {
  const { io, values } = context;
  const order = await tokenOrder(context, readTokenRequest(values, io.variables, defaultResource));
  const { isKept } = flows[order.plan.flow];
  const store = isKept ? await context.tokens() : undefined;
  return use(async (forceRefresh) => {
    const run = store ? withCustody(store, acquire, forceRefresh || values.forceRefresh === true) : acquire;
    const result = await run(clientContext(context.call), order);
    if (isKept && !store) context.warn(notKeptNotice);
    return result;
  });
}
