import type { Demands, Interaction, Purpose } from '../../domain/index.ts';
import type { Call } from '../call.ts';

export interface Beginning {
  readonly purpose: Purpose;
  readonly demands: Demands;
  /** Nothing may be asked (prompt=none). */
  readonly isSilent?: boolean;
}

export const draftOf = (call: Call, { purpose, demands }: Beginning, browserId: string): Interaction => ({
  purpose,
  demands,
  browserId,
  beganAt: call.now,
  turn: 0,
  isFresh: false,
});
