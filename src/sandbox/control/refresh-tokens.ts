import { z } from 'zod';
import { addSeconds } from '../../base/clock.ts';
import { exactlyOne, noun } from '../../base/noun.ts';
import { changeUser, endSignIns, type RefreshFamily } from '../../domain/index.ts';
import type { FamilyAnswer } from './answers.ts';
import type { ControlContext } from './context.ts';
import { ControlError } from './error.ts';
import { operation } from './operation.ts';
import { userNamed } from './people.ts';

type Family = { readonly key: string; readonly value: RefreshFamily };

const daySeconds = 86_400;
const whose = {
  family: z.string().min(1).max(128).optional(),
  user: z.string().min(1).max(256).optional().describe('User name.'),
};

export const listRefreshTokens = operation({
  summary: 'The families of refresh tokens with their age and last use; never a token.',
  query: noun({
    user: whose.user,
    application: z.guid({ error: 'must be an application id.' }).toLowerCase().optional(),
  }),
  answer: async (
    context,
    { query: { user, application } },
  ): Promise<{ readonly families: readonly FamilyAnswer[] }> => {
    const families = await familiesOf(context, { user });
    return {
      families: families
        .filter(({ value }) => application === undefined || value.appId.toLowerCase() === application)
        .map((family) => familyAnswer(context, family)),
    };
  },
});

export const ageRefreshTokens = operation({
  summary: 'Makes the tokens of a family, or of a user, older by so many days. The clock stays.',
  example: { user: 'john.doe@contoso.com', days: 91 },
  body: exactlyOne(noun({ ...whose, days: z.number().positive().max(36_500) }), ['family', 'user']),
  answer: async (context, { body }): Promise<{ readonly families: readonly FamilyAnswer[] }> => {
    const { entries } = context;
    const before = (instant: Date) => addSeconds(instant, -body.days * daySeconds);
    const families = await familiesOf(context, body);
    const ids = new Set(families.map(({ key }) => key));
    for (const { key, value } of await entries.list('refreshToken')) {
      if (!ids.has(value.familyId)) continue;
      await entries.change('refreshToken', key, (token) => ({ ...token, issuedAt: before(token.issuedAt) }));
    }
    for (const id of ids) {
      await entries.change('refreshFamily', id, (family) => ({
        ...family,
        beganAt: before(family.beganAt),
        rotatedAt: before(family.rotatedAt),
        signIn: { ...family.signIn, authenticatedAt: before(family.signIn.authenticatedAt) },
      }));
    }
    const aged = await familiesOf(context, body);
    return { families: aged.map((family) => familyAnswer(context, family)) };
  },
});

export const revokeRefreshTokens = operation({
  summary: 'Revokes a family, or everything a user signed in up to now: refresh tokens and sessions.',
  example: { user: 'john.doe@contoso.com' },
  body: exactlyOne(noun(whose), ['family', 'user']),
  answer: async (context, { body }): Promise<{ readonly families: readonly FamilyAnswer[] }> => {
    const now = context.clock.now();
    const user = body.user === undefined ? undefined : await userNamed(context, body.user);
    const { entries, world } = context;
    if (user) {
      await changeUser({ directory: world.directory, entries }, user, (one) => ({
        ...one,
        signInSessionsValidFrom: now,
      }));
      await endSignIns(entries, user.id, now);
    }
    for (const { key } of user ? [] : await familiesOf(context, body)) {
      await entries.change('refreshFamily', key, (family) => ({ ...family, revokedAt: family.revokedAt ?? now }));
    }
    const families = await familiesOf(context, body);
    return { families: families.map((family) => familyAnswer(context, family)) };
  },
});

/** The family of an id, the families of a user, or all. Throws `notFound` for an id that is none. */
async function familiesOf(
  context: ControlContext,
  { family, user }: { readonly family?: string | undefined; readonly user?: string | undefined },
): Promise<readonly Family[]> {
  if (family === undefined) {
    return context.entries.list('refreshFamily', user && (await userNamed(context, user)).id);
  }
  const value = await context.entries.find('refreshFamily', family);
  if (value) return [{ key: family, value }];
  throw new ControlError('notFound', 'There is no such family. GET /sandbox/refresh-tokens lists them.', {
    target: 'family',
  });
}

function familyAnswer({ clock }: ControlContext, { key, value }: Family): FamilyAnswer {
  const days = (since: Date) => Math.floor((clock.now().getTime() - since.getTime()) / (daySeconds * 1000));
  return {
    family: key,
    userId: value.signIn.userId,
    application: value.appId,
    tenantId: value.tenantId,
    beganAt: value.beganAt.toISOString(),
    lastUsedAt: value.rotatedAt.toISOString(),
    ageDays: days(value.beganAt),
    idleDays: days(value.rotatedAt),
    generation: value.generation,
    ...(value.revokedAt === undefined ? {} : { revokedAt: value.revokedAt.toISOString() }),
  };
}
