import type { Clock } from '../base/clock.ts';
import type { Handler } from '../http/message.ts';

/** Answers say the time by this clock, as what is in them does; node:http of itself would say the machine's. */
export function dated(clock: Clock, handler: Handler): Handler {
  let second = Number.NaN;
  let date = '';
  const dateNow = (): string => {
    const now = clock.now();
    const current = Math.floor(now.getTime() / 1000);
    if (current !== second) {
      second = current;
      date = now.toUTCString();
    }
    return date;
  };
  return async (request) => {
    const reply = await handler(request);
    return { ...reply, headers: [...reply.headers, ['Date', dateNow()]] };
  };
}
