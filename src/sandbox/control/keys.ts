import { z } from 'zod';
import { noun } from '../../base/noun.ts';
import type { RingKey } from '../../jwt/index.ts';
import type { KeyRings } from './context.ts';
import { operation } from './operation.ts';

export interface KeyAnswer {
  /** The authority's tokens and the token service's are signed with different keys. */
  readonly ring: keyof KeyRings;
  readonly kid: string;
  readonly algorithm: string;
  readonly createdAt: string;
  readonly standing: RingKey['standing'];
  readonly publishedUntil?: string;
}

const ringNames = ['authority', 'token-service'] as const satisfies readonly (keyof KeyRings)[];

export const listKeys = operation({
  summary: 'The signing keys: which signs, which is still published, and until when. Never a private key.',
  answer: ({ rings }): { readonly keys: readonly KeyAnswer[] } => ({
    keys: ringNames.flatMap((ring) => rings[ring].list().map((key) => keyAnswer(ring, key))),
  }),
});

export const rotateKeys = operation({
  summary: 'Makes a new signing key, which signs at once. The one before stays published until its tokens are dead.',
  example: { ring: 'authority' },
  body: noun({ ring: z.enum(ringNames) }),
  answer: async ({ rings }, { body: { ring } }) => {
    const { kid } = await rings[ring].rotate();
    return { ring, kid };
  },
});

const keyAnswer = (
  ring: keyof KeyRings,
  { kid, algorithm, createdAt, standing, publishedUntil }: RingKey,
): KeyAnswer => ({
  ...{ ring, kid, algorithm, createdAt: createdAt.toISOString(), standing },
  ...(publishedUntil === undefined ? {} : { publishedUntil: publishedUntil.toISOString() }),
});
