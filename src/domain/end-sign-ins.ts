import type { Entries } from './entries.ts';

/**
 * Ends everything a user signed in up to now: what browsers are signed in to, codes on their way, and refresh tokens. A
 * clock that stands cannot tell a sign-in of this moment from one that comes after, so what there is goes by name.
 */
export async function endSignIns(entries: Entries, userId: string, now: Date): Promise<void> {
  for (const { key, value } of await entries.list('session')) {
    if (!value.signIns.some((signIn) => signIn.userId === userId)) continue;
    const others = (session: typeof value) => session.signIns.filter((signIn) => signIn.userId !== userId);
    await entries.change('session', key, (session) => ({ ...session, signIns: others(session) }));
  }
  for (const { key } of await entries.list('consoleSession', userId)) await entries.take('consoleSession', key);
  for (const { key } of await entries.list('authorizationCode', userId)) await entries.take('authorizationCode', key);
  for (const { key } of await entries.list('refreshFamily', userId)) {
    await entries.change('refreshFamily', key, (family) => ({ ...family, revokedAt: family.revokedAt ?? now }));
  }
}
