import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Secret } from '../../src/base/secret.ts';
import {
  type Answer,
  advance,
  type ConsentNeed,
  type Demands,
  type Interaction,
  nextStep,
  type Purpose,
  type SignIn,
  type Situation,
  startedOver,
  type User,
} from '../../src/domain/index.ts';

/** A generator that repeats itself from test run to test run (mulberry32). */
function seeded(seed: number) {
  let state = seed;
  const next = () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
  return {
    chance: (probability: number) => next() < probability,
    of: <Item>(items: readonly Item[]): Item => items[Math.floor(next() * items.length)] as Item,
  };
}

const start = new Date('2026-11-21T09:00:00Z').getTime();
const record = { cost: { cost: 2, blockSize: 1, parallelization: 1 }, salt: Buffer.of(), hash: Buffer.of() };
const person = (id: string, changes: Partial<User>): User => ({
  id,
  tenantId: 't',
  userPrincipalName: `${id}@contoso.com`,
  displayName: id,
  givenName: undefined,
  surname: undefined,
  mail: undefined,
  otherMails: [],
  accountEnabled: true,
  password: record,
  forceChangePasswordNextSignIn: false,
  signInSessionsValidFrom: undefined,
  mfa: { required: false },
  partnerRoles: [],
  directoryRoles: [],
  ...changes,
});
const totpSecret = new Secret('JBSWY3DPEHPK3PXP');

const people = (): Map<string, User> =>
  new Map(
    [
      person('plain', {}),
      person('factor', { mfa: { required: true, totpSecret } }),
      person('enrolling', { mfa: { required: true } }),
      person('temporary', { forceChangePasswordNextSignIn: true }),
      person('everything', { forceChangePasswordNextSignIn: true, mfa: { required: true } }),
      person('both', { forceChangePasswordNextSignIn: true, mfa: { required: true, totpSecret } }),
    ].map((user) => [user.id, user]),
  );

const asking = { appId: 'a', tenantPath: 'common', version: 'v2', asked: {} } as const;
const target = { redirectUri: 'https://app.example/', responseMode: 'query' } as const;
const purposes: readonly Purpose[] = [
  { ...asking, kind: 'authorize', target, platform: 'web', wantsClientInfo: false },
  { ...asking, kind: 'device', deviceGrantKey: 'k' },
  { ...asking, kind: 'adminConsent', target },
];
const demands: readonly Demands[] = [
  {},
  { freshSignIn: true },
  { maxAgeSeconds: 120 },
  { consent: 'user' },
  { accountChoice: true, freshSignIn: true, consent: 'tenant' },
];

/** What really happened, written down beside the machine: which user proved what, and when. */
interface Proofs {
  passwordOf?: string;
  secondFactorOf?: string;
  passwordHere: boolean;
  passwordAt: number;
  confirmed: boolean;
  consented: boolean;
}

const nothing: Proofs = { passwordHere: false, passwordAt: 0, confirmed: false, consented: false };

test('row 103: in 100,000 random steps nobody gets through without every factor, confirmation and consent', () => {
  const random = seeded(42);
  let walks = 0;
  let arrivals = 0;
  for (let step = 0; step < 100_000; walks += 1) {
    const users = people();
    const interaction: Interaction = {
      purpose: random.of(purposes),
      demands: random.of(demands),
      browserId: 'b',
      beganAt: new Date(start),
      turn: 0,
      isFresh: false,
    };
    const session: SignIn[] = random.chance(0.5)
      ? [
          {
            userId: random.of([...users.keys()]),
            userTenantId: 't',
            methods: random.of([['pwd'], ['pwd', 'mfa']]),
            authenticatedAt: new Date(start - 60_000),
          },
        ]
      : [];
    const consent = random.of<ConsentNeed>(['given', 'missing', 'administrator']);
    const arrived = walk(random, { users, interaction, session, consent }, () => ++step < 100_000);
    arrivals += arrived ? 1 : 0;
  }
  // A walk that hardly ever arrives would prove little.
  assert.ok(arrivals > walks / 20, `${arrivals} of ${walks} walks arrived`);
});

interface World {
  readonly users: Map<string, User>;
  interaction: Interaction;
  readonly session: readonly SignIn[];
  consent: ConsentNeed;
}

function walk(random: ReturnType<typeof seeded>, world: World, goesOn: () => boolean): boolean {
  let proofs: Proofs = { ...nothing };
  let now = start;
  for (let steps = 0; steps < 60 && goesOn(); steps += 1) {
    if (random.chance(0.1)) now += random.of([1, 30, 90, 601]) * 1000;
    const { interaction } = world;
    const user = interaction.signIn && world.users.get(interaction.signIn.userId);
    const situation: Situation = { now: new Date(now), user, signIns: world.session, consent: world.consent };
    if (nextStep(interaction, situation) === 'done') {
      assertProven({ world, proofs, user, now });
      return true;
    }
    if (random.chance(0.03)) {
      world.interaction = startedOver(interaction);
      proofs = { ...nothing };
      continue;
    }
    const answer = anyAnswer(random, world, now);
    const advanced = advance(interaction, answer, situation);
    if (!advanced) continue;
    assert.equal(advanced.turn, interaction.turn + 1);
    world.interaction = advanced;
    proofs = carryOut({ world, proofs, now }, answer, user);
  }
  return false;
}

const answerSteps = [
  'pickAccount',
  'other',
  'signIn',
  'verify',
  'changePassword',
  'enrol',
  'confirm',
  'consent',
] as const;

function anyAnswer(random: ReturnType<typeof seeded>, { users, session }: World, now: number): Answer {
  const step = random.of(answerSteps);
  if (step === 'other') return { step: 'pickAccount' };
  if (step === 'pickAccount') return session[0] ? { step, signIn: session[0] } : { step };
  if (step !== 'signIn') return { step };
  const signIn = {
    userId: random.of([...users.keys()]),
    userTenantId: 't',
    methods: ['pwd'],
    authenticatedAt: new Date(now),
  };
  return { step, signIn };
}

/** What the handlers do to users and consent, and what it means for whoever keeps the books. */
function carryOut(
  { world, proofs, now }: { world: World; proofs: Proofs; now: number },
  answer: Answer,
  user: User | undefined,
): Proofs {
  switch (answer.step) {
    case 'pickAccount': {
      if (!answer.signIn) return { ...nothing };
      const { userId, methods, authenticatedAt } = answer.signIn;
      const secondFactor = methods.includes('mfa') ? { secondFactorOf: userId } : {};
      return { ...nothing, passwordOf: userId, ...secondFactor, passwordAt: authenticatedAt.getTime() };
    }
    case 'signIn':
      return { ...nothing, passwordOf: answer.signIn.userId, passwordHere: true, passwordAt: now };
    case 'changePassword':
      if (user)
        world.users.set(user.id, {
          ...user,
          forceChangePasswordNextSignIn: false,
          signInSessionsValidFrom: new Date(now),
        });
      return { ...proofs, passwordAt: now };
    case 'enrol':
      assert.ok(proofs.passwordHere && now - proofs.passwordAt <= 600_000, 'row 113');
      assert.ok(user && user.mfa.totpSecret === undefined);
      world.users.set(user.id, { ...user, mfa: { required: true, totpSecret } });
      return { ...proofs, secondFactorOf: user.id };
    case 'verify':
      return user ? { ...proofs, secondFactorOf: user.id } : proofs;
    case 'confirm':
      return { ...proofs, confirmed: true };
    case 'consent':
      world.consent = 'given';
      return { ...proofs, consented: true };
  }
}

function assertProven({
  world,
  proofs,
  user,
  now,
}: {
  world: World;
  proofs: Proofs;
  user: User | undefined;
  now: number;
}): void {
  const { interaction, consent } = world;
  const { demands: asked, purpose, signIn } = interaction;
  assert.ok(user && signIn);
  assert.equal(proofs.passwordOf, user.id);
  assert.equal(user.forceChangePasswordNextSignIn, false);
  if (user.mfa.required) assert.equal(proofs.secondFactorOf, user.id);
  assert.equal(signIn.methods.includes('mfa'), proofs.secondFactorOf === user.id);
  if (asked.freshSignIn) assert.equal(proofs.passwordHere, true);
  if (asked.maxAgeSeconds !== undefined) {
    assert.ok(proofs.passwordHere || now - proofs.passwordAt <= asked.maxAgeSeconds * 1000);
  }
  if (purpose.kind === 'device') assert.equal(proofs.confirmed, true);
  if (asked.consent) assert.equal(proofs.consented, true);
  assert.equal(consent, 'given');
}
