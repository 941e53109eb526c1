import { type Check, type Finding, ok, warning, withWarnings } from '../check.ts';
import type { Kept } from '../kept.ts';

/** Where tokens are kept, by which key, and how many there are. */
export const store: Check = {
  name: 'store',
  run: async ({ kept }) => {
    const examined = await kept();
    const keys = examined.store ? await examined.store.keys('') : undefined;
    return withWarnings(storeFinding(examined, keys), examined.warnings);
  },
};

/** `keys`: of what the store holds; undefined where it is not open. */
function storeFinding(
  { key, path, isThere }: Pick<Kept, 'key' | 'path' | 'isThere'>,
  keys: readonly string[] | undefined,
): Finding {
  if (key === undefined) {
    return ok(
      'There is no key, so no token is kept: each call asks the authority anew, and no sign-in lasts.',
      'To keep tokens encrypted, set PARTNER_AUTH_KEY_FILE or PARTNER_AUTH_PASSPHRASE.',
    );
  }
  const where = `${path}, encrypted by ${key}`;
  if (keys) return ok(`${where}, opens and holds ${countsOf(keys)}.`);
  if (!isThere) return ok(`There is no store yet; the first token makes ${where}.`);
  return warning(
    `${path} is there, and ${key} holds no key of it.`,
    'Name the key that it was begun with: PARTNER_AUTH_KEY_FILE or PARTNER_AUTH_PASSPHRASE.',
  );
}

/** What stands first in a key says what is kept under it. */
const kinds: Readonly<Record<string, string>> = { token: 'token', 'sign-in': 'sign-in', secret: 'secret' };

function countsOf(keys: readonly string[]): string {
  const names = keys.flatMap((key) => kinds[/^\["([\w-]+)"/.exec(key)?.[1] ?? ''] ?? []);
  const counts = Object.entries(Object.groupBy(names, (name) => name)).map(([name, each]) => {
    const count = each?.length ?? 0;
    return `${count} ${name}${count === 1 ? '' : 's'}`;
  });
  return counts.length === 0 ? 'nothing' : counts.join(', ');
}
