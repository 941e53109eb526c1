/** One request and its answer, over whatever carries it. */

export interface OutgoingRequest {
  readonly method: 'GET' | 'POST';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | undefined;
  readonly correlationId?: string | undefined;
}

export type AnswerHeaders = Pick<Headers, 'get'>;

/** An answer whose body is still to be read. */
export interface OpenedAnswer {
  readonly status: number;
  readonly headers: AnswerHeaders;
  /** Throws `AnswerTooLong`, having read no further. */
  text(maximumBytes: number): Promise<string>;
}

export class AnswerTooLong extends Error {
  override readonly name = 'AnswerTooLong';
}

/** No redirect is followed. */
export type Exchange = (request: OutgoingRequest, signal: AbortSignal) => Promise<OpenedAnswer>;

const exchange = Symbol('exchange');

/** A fetch that also has a way without the web's objects around each request, which cost more than the request itself. */
export const withExchange = (fetchIt: typeof fetch, direct: Exchange): typeof fetch =>
  Object.assign(fetchIt, { [exchange]: direct });

export const exchangeOf = (fetchIt: typeof fetch & { readonly [exchange]?: Exchange }): Exchange =>
  fetchIt[exchange] ?? throughFetch(fetchIt);

export const isRedirect = (status: number): boolean => status >= 300 && status < 400;

const throughFetch =
  (fetchIt: typeof fetch): Exchange =>
  async ({ method, url, headers, body }, signal) => {
    const response = await fetchIt(url, {
      method,
      headers: { ...headers },
      redirect: 'manual',
      signal,
      ...(body === undefined ? {} : { body }),
    });
    // A browser's fetch hides which redirect it was.
    const status = response.type === 'opaqueredirect' ? 302 : response.status;
    // Nobody reads it.
    if (isRedirect(status)) response.body?.cancel().catch(() => {});
    return { status, headers: response.headers, text: (maximumBytes) => bodyText(response, maximumBytes, signal) };
  };

async function bodyText(response: Response, maximumBytes: number, signal: AbortSignal): Promise<string> {
  if (!response.body) return '';
  const pieces: Uint8Array[] = [];
  let size = 0;
  const reader: ReadableStreamDefaultReader<Uint8Array> = response.body.getReader();
  const ended = new Promise<never>((_, reject) => {
    const end = () => reject(signal.reason);
    if (signal.aborted) end();
    else signal.addEventListener('abort', end, { once: true });
  });
  ended.catch(() => {});
  for (;;) {
    const { done, value } = await Promise.race([reader.read(), ended]).catch((cause: unknown) => {
      reader.cancel(cause).catch(() => {});
      throw cause;
    });
    if (done) return Buffer.concat(pieces).toString('utf8');
    size += value.length;
    if (size > maximumBytes) {
      reader.cancel().catch(() => {});
      throw new AnswerTooLong();
    }
    pieces.push(value);
  }
}
