/** One signal for a caller's own signal and a time limit in seconds; whichever comes first ends the work. */
export const deadline = (seconds: number, signal?: AbortSignal): AbortSignal =>
  signal ? AbortSignal.any([signal, AbortSignal.timeout(seconds * 1000)]) : AbortSignal.timeout(seconds * 1000);
