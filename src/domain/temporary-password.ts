import type { Random } from '../base/random.ts';
import { randomText } from '../base/random-text.ts';
import { Secret } from '../base/secret.ts';

/** Without letters and digits that look alike. */
const alphabet = 'abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789';

/** A password for one sign-in, 92 bits: its user chooses another there. */
export const newTemporaryPassword = (random: Random): Secret => new Secret(randomText(random, alphabet, 16));
