import type { Secret } from '../../base/secret.ts';
import type { TokenOrder } from '../../client/acquire.ts';
import { AuthError } from '../../client/errors.ts';
import type { Member } from '../../client/parameter-sets.ts';
import { isTokenText } from '../../client/token-claims.ts';
import type { CommandContext } from '../command.ts';
import type { SecretPlace } from '../secret-places.ts';
import { readSecret, tokenOf } from '../secrets.ts';
import { tokenOrder } from '../token-order.ts';
import type { TokenRequest } from '../token-request.ts';
import { Skipped } from './check.ts';
import type { Examination } from './examination.ts';

/** Who signs in and by what, every secret read; or the token that somebody has already. */
export type Credentials = (
  | { readonly kind: 'order'; readonly order: TokenOrder }
  | { readonly kind: 'given'; readonly accessToken: Secret; readonly place: SecretPlace }
) & { readonly warnings: readonly string[] };

/** Throws `Skipped` where nothing says who signs in, and what reading options and secrets throws. */
export async function credentialsOf({ context, request, problem }: Examination): Promise<Credentials> {
  if (problem) throw problem;
  const warnings: string[] = [];
  const quiet = withoutPerson(context, (text) => void warnings.push(text));
  const place = givenToken(request);
  if (place) return { kind: 'given', place, accessToken: await tokenAt(quiet, place), warnings };
  if (isNobody(request)) throw new Skipped('nothing says who signs in', nobodyHint);
  const order = await tokenOrder(quiet, request);
  if (order.authentication?.kind === 'secret') await order.authentication.secret();
  await order.password?.();
  return { kind: 'order', order: { ...order, silent: true }, warnings };
}

/** Nobody is asked anything, and what would be said at once is part of the answer. */
export const withoutPerson = (context: CommandContext, warn: CommandContext['warn']): CommandContext => ({
  ...context,
  warn,
  io: { ...context.io, prompt: undefined },
});

/** As `exchange` reads it: a token by its option, or by its variable where no option says another thing. */
function givenToken({ places, chosen }: TokenRequest): SecretPlace | undefined {
  const alone = [...chosen].every((member) => member === 'environment');
  return chosen.has('accessToken') || alone ? places.accessToken : undefined;
}

async function tokenAt({ io, secrets, warn }: CommandContext, place: SecretPlace): Promise<Secret> {
  const token = tokenOf(await readSecret(io, place, warn));
  secrets.push(token);
  if (isTokenText(token.reveal())) return token;
  throw new AuthError('token_unreadable', `${place.label} holds no access token.`, {
    hint: 'Give the token alone, as a header’s value, or as the object that partner-auth token prints.',
  });
}

const identifying: readonly Member[] = [
  ...(['applicationId', 'certificate', 'credential', 'module'] as const),
  ...(['password', 'refreshToken', 'username'] as const),
];

const isNobody = ({ chosen, filled }: TokenRequest): boolean =>
  !identifying.some((member) => chosen.has(member) || filled.has(member));

const nobodyHint =
  'Give the options of partner-auth token (--application-id, --tenant, --client-secret-file …), or a token by ' +
  '--access-token-file.';
