import type { Purpose, SignIn, Tenant } from '../../domain/index.ts';
import type { HttpReply } from '../../http/message.ts';
import type { Call } from '../call.ts';
import type { AuthorityContext } from '../context.ts';
import type { AuthorityError } from '../error-table.ts';

/** What an interaction ends with when every step was taken. */
export interface End<Kind extends Purpose = Purpose> {
  readonly call: Call;
  readonly purpose: Kind;
  readonly signIn: SignIn;
  readonly tenant: Tenant;
  readonly applicationName: string;
}

/** How one purpose ends: well, or with a refusal. */
export interface Ending<Kind extends Purpose> {
  complete(context: AuthorityContext, end: End<Kind>): Promise<HttpReply>;
  refuse(
    context: AuthorityContext,
    end: Pick<End<Kind>, 'call' | 'purpose' | 'applicationName'>,
    error: AuthorityError,
  ): Promise<HttpReply>;
}
