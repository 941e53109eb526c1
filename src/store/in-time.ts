import { PartnerAuthError } from '../base/error.ts';

/** Rejects when the work takes longer; the work goes on, and nobody hears of it. */
export async function within<Value>(milliseconds: number, work: () => Promise<Value>): Promise<Value> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(lateAnswer()), milliseconds);
  });
  try {
    return await Promise.race([work(), late]);
  } finally {
    clearTimeout(timer);
  }
}

/** A look whether a store is well; whoever asks wants to know soon. */
export const checkMilliseconds = 1500;

export const lateAnswer = () =>
  new PartnerAuthError('store_unavailable', 'The store’s database did not answer in time.');
