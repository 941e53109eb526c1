import { createHmac } from 'node:crypto';
import type { Random } from '../../base/random.ts';

export interface Redaction {
  /** `[redacted 1f0c2d3e]`. The digest is keyed, so that nobody can try passwords on it, and of this process alone. */
  secret(value: string): string;
  /** A parameter: its value as it came where its name is known to hold no secret, else redacted. */
  parameter(name: string, value: string): readonly [name: string, value: string];
  path(path: string): string;
  /** Text that is no secret, unless a token stands in it; cut at 256 characters. */
  text(value: string): string;
}

/** Everything else is taken for a secret: a misspelled `client_secert` is one. */
const harmless: ReadonlySet<string> = new Set([
  'api-version',
  'claims',
  'client-request-id',
  'client_assertion_type',
  'client_info',
  'code_challenge_method',
  'domain_hint',
  'error',
  'error_subcode',
  'grant_type',
  'instance_aware',
  'max_age',
  'post_logout_redirect_uri',
  'prompt',
  'redirect_uri',
  'requested_token_use',
  'resource',
  'response_mode',
  'response_type',
  'return-client-request-id',
  'scope',
  'tenant',
  'x-client-brkrver',
  'x-client-cpu',
  'x-client-current-telemetry',
  'x-client-last-telemetry',
  'x-client-os',
  'x-client-sku',
  'x-client-ver',
  'x-ms-lib-capability',
]);

/** A domain has a dot: passwords like those of the fixed data have an `@` as well. */
const userName = /^[^@\s]+@(?:[a-z0-9_-]+\.)+[a-z][a-z0-9-]+$/i;
/** Shown where they look as they should: people put their secret in the field beside. */
const shapes: Readonly<Record<string, RegExp>> = {
  client_id: /^[0-9a-f-]{36}$/i,
  username: userName,
  login_hint: userName,
};
const nameLike = /^[A-Za-z][A-Za-z0-9_.-]{0,63}$/;

const longest = 256;
/**
 * Signed tokens wherever they stand, text too long and too mixed to be a name, and what this authority makes itself: 256
 * bits in base64url, which every code, refresh token, device code and interaction is.
 */
const tokenLike = /eyJ[A-Za-z0-9_-]{6,}|[A-Za-z0-9_+=.~-]{80,}|(?<![A-Za-z0-9_-])[A-Za-z0-9_-]{43}(?![A-Za-z0-9_-])/;

export function redaction(random: Random): Redaction {
  const key = random.bytes(32);
  const secret = (value: string) => `[redacted ${createHmac('sha256', key).update(value).digest('hex').slice(0, 8)}]`;
  const shown = (value: string) => {
    if (tokenLike.test(value)) return secret(value);
    return value.length > longest ? `${value.slice(0, longest)}…` : value;
  };
  return {
    secret,
    text: shown,
    parameter: (name, value) => {
      const known = name.toLowerCase();
      const isHarmless = harmless.has(known) || (Object.hasOwn(shapes, known) && shapes[known]?.test(value));
      // A body that is no form is read as the name of a parameter without a value.
      const isName = nameLike.test(name) && (value !== '' || isHarmless);
      return [isName ? name : secret(name), isHarmless ? shown(value) : secret(value)];
    },
    path: (path) =>
      path
        .slice(0, 2048)
        .split('/')
        .map((segment) => shown(segment))
        .join('/'),
  };
}
