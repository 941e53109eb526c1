import { type Check, type Finding, ok, withWarnings } from '../check.ts';
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

/** `keys`: of what the store holds; undefined without a store. */
export function storeFinding({ key, path }: Pick<Kept, 'key' | 'path'>, keys: readonly string[] | undefined): Finding {
  if (key === undefined) {
    return ok(
      'No key is named, so no token is kept: each call asks the authority anew, and no sign-in lasts.',
      'To keep tokens encrypted, set PARTNER_AUTH_KEY_FILE or PARTNER_AUTH_PASSPHRASE.',
    );
  }
  const where = `${path}, encrypted by ${key}`;
  if (!keys) return ok(`There is no store yet; the first token makes ${where}.`);
  return ok(`${where}, opens and holds ${countsOf(keys)}.`);
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
