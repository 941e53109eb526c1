import { readSeed, SeedError } from '../seed.ts';
import { seedFileSchema } from '../seed-schema.ts';
import type { WorldAnswer } from './answers.ts';
import type { ControlContext } from './context.ts';
import { ControlError } from './error.ts';
import { operation } from './operation.ts';

export const seedWorld = operation({
  summary: 'Adds what a seed file states to the world, and replaces what has the same id there. YAML or JSON.',
  example: {
    users: [
      {
        userPrincipalName: 'new.user@contoso.com',
        displayName: 'New User',
        passwordProfile: { password: 'NewPassword@1' },
      },
    ],
  },
  body: seedFileSchema,
  takesSeedFile: true,
  answer: async (context, { body }) =>
    worldAnswer(
      context,
      await taken(context.world.replace((exported) => readSeed(String(body), 'the body', exported))),
    ),
});

export const importWorld = operation({
  summary: 'Puts the world that a seed file or an export states in the place of this one.',
  example: { fixedData: 'keep' },
  body: seedFileSchema,
  takesSeedFile: true,
  answer: async (context, { body }) =>
    worldAnswer(context, await taken(context.world.replace(() => readSeed(String(body), 'the body')))),
});

export const exportWorld = operation({
  summary: 'The world as a seed file. Passwords and secrets are hashes, second factors sealed; import takes it back.',
  answer: ({ world }) => ({ fixedData: 'none' as const, ...world.exported() }),
});

export const resetWorld = operation({
  summary: 'Back to the state at start: the seed, no token or session, the clock, no faults. Signing keys stay.',
  answer: async (context) => {
    await context.world.reset();
    await context.forgetIssuances();
    context.clock.restore();
    context.faults.remove();
    context.requests.clear();
    return worldAnswer(context, { lostFactors: [] });
  },
});

async function taken<Value>(replaced: Promise<Value>): Promise<Value> {
  try {
    return await replaced;
  } catch (cause) {
    if (!(cause instanceof SeedError)) throw cause;
    throw new ControlError(cause.code === 'seedInvalid' ? 'invalidInput' : 'unreadableBody', cause.message, {
      ...(cause.target === undefined ? {} : { target: cause.target }),
      cause,
    });
  }
}

function worldAnswer({ world }: ControlContext, { lostFactors }: { lostFactors: readonly string[] }): WorldAnswer {
  const { tenants, users, applications } = world.exported();
  return {
    tenants: tenants.length,
    users: users.length,
    applications: applications.length,
    warnings: lostFactors.map(
      (name) => `Another sandbox sealed the second factor of ${name}: the user enrols again, or state mfa.totpSecret.`,
    ),
  };
}
