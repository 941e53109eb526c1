import { Readable } from 'node:stream';

/**
 * A `fetch` that trusts one certificate authority and no other, for the sandbox's `ca.pem`. The process's own trust stays
 * as it is: whoever else speaks TLS in it is not touched, and nothing that is set for it (a proxy, an authority of its own,
 * `NODE_TLS_REJECT_UNAUTHORIZED`) counts here. It follows no redirect, as everything of the client.
 */
export function trustingFetch(caPem: string): typeof fetch {
  let agent: Promise<import('node:https').Agent> | undefined;
  return async (input, init) => {
    const request = new Request(input, init);
    const { Agent, request: open } = await import('node:https');
    // Said, because NODE_TLS_REJECT_UNAUTHORIZED would otherwise decide.
    agent ??= Promise.resolve(new Agent({ ca: caPem, keepAlive: true, rejectUnauthorized: true }));
    const sending = open(request.url, {
      agent: await agent,
      method: request.method,
      headers: Object.fromEntries(request.headers),
      signal: request.signal,
    });
    const body = Buffer.from(await request.arrayBuffer());
    if (body.length > 0) sending.setHeader('content-length', body.length);
    return new Promise((resolve, reject) => {
      sending.once('error', (cause) => reject(request.signal.aborted ? request.signal.reason : cause));
      sending.once('response', (incoming) => {
        const headers = new Headers();
        for (let index = 0; index < incoming.rawHeaders.length; index += 2) {
          headers.append(incoming.rawHeaders[index] ?? '', incoming.rawHeaders[index + 1] ?? '');
        }
        const status = incoming.statusCode ?? 0;
        const empty = status === 204 || status === 304;
        if (empty) incoming.resume();
        const stream = empty ? null : (Readable.toWeb(incoming) as ReadableStream<Uint8Array>);
        resolve(new Response(stream, { status, headers }));
      });
      sending.end(body);
    });
  };
}
