import { Secret } from '../../../base/secret.ts';
import type { User } from '../../../domain/index.ts';
import type { AuthorityContext } from '../../context.ts';
import { AuthorityError } from '../../error-table.ts';
import type { Problem } from '../../pages/frame.ts';
import { signInPage } from '../../pages/sign-in-page.ts';
import { provePassword } from '../../password.ts';
import { frameOf } from '../frame-of.ts';
import { proceed } from '../proceed.ts';
import { strangerIn, tenantForUser, tenantOfUserName } from '../tenant-of.ts';
import type { Visit } from '../visit.ts';
import type { StepPage } from './step-page.ts';

/** Whoever signs in is whoever the password is of: the name on the page is only a suggestion. */
export const signInStep: StepPage = {
  show: (visit, problem) => pageWith(visit, suggestedName(visit), problem),

  answer: async (context, visit, form) => {
    const userName = (form.get('username') ?? '').trim().toLowerCase();
    const password = form.get('password') ?? '';
    if (!userName.includes('@')) {
      return pageWith(visit, userName, {
        field: 'username',
        text: 'Enter your full user name, such as name@contoso.com.',
      });
    }
    if (password === '') return pageWith(visit, userName, { field: 'password', text: 'Enter your password.' });
    let user: User;
    try {
      user = await userSigningIn(context, visit, { userName, password: new Secret(password) });
    } catch (cause) {
      if (!(cause instanceof AuthorityError)) throw cause;
      const text = texts[cause.code] ?? cause.message;
      return pageWith(visit, userName, { field: 'password', text, code: cause.entry.code });
    }
    const signIn = {
      userId: user.id,
      userTenantId: user.tenantId,
      methods: ['pwd'],
      authenticatedAt: visit.call.now,
      sessionId: sessionIdOf(visit, user) ?? context.random.guid(),
    };
    return proceed(context, visit, { step: 'signIn', signIn });
  },
};

/** Who signs in anew in one browser stays in the session there: signing out ends what each of these sign-ins began. */
const sessionIdOf = ({ browser: { session } }: Visit, user: User): string | undefined =>
  session.signIns.find(({ userId }) => userId === user.id)?.sessionId;

const texts: Readonly<Record<string, string>> = {
  invalidPassword: 'The user name or the password is not right. Check both and try again.',
};

/** Throws 50126, 50053, 50057 and 50020; the last two only to those who know the password. */
async function userSigningIn(
  context: AuthorityContext,
  { call, interaction: { purpose } }: Visit,
  { userName, password }: { userName: string; password: Secret },
): Promise<User> {
  const tenant = await tenantOfUserName(context, userName);
  const user = await provePassword(context, { tenant, userName, password });
  if (!user.accountEnabled) throw new AuthorityError('userDisabled');
  if (await tenantForUser(context, { ...purpose, now: call.now }, user)) return user;
  throw await strangerIn(context, { ...purpose, origin: call.http.origin }, user);
}

function suggestedName({ interaction: { purpose, signIn }, standing }: Visit): string {
  if (signIn && standing.user) return standing.user.userPrincipalName;
  return purpose.kind === 'authorize' ? (purpose.loginHint ?? '') : '';
}

const pageWith = (visit: Visit, userName: string, problem?: Problem) => signInPage(frameOf(visit), userName, problem);
