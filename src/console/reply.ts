import type { HttpReply } from '../http/message.ts';

/** By GET, whatever the request was. */
export const redirectTo = (location: string, headers: HttpReply['headers'] = []): HttpReply => ({
  status: 303,
  headers: [['Location', location], ['Cache-Control', 'no-store'], ['Referrer-Policy', 'no-referrer'], ...headers],
  body: '',
});
