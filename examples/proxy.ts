// Through an HTTP proxy, by a `fetch` of your own, on any Node.js. From 24.14 on, http.setGlobalProxyFromEnv() at the
// start of a program does it for every `fetch`; the library leaves that choice to you.
import { once } from 'node:events';
import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { Readable } from 'node:stream';
import { connect } from 'node:tls';
import { newPartnerAccessToken } from 'partner-auth';

const proxy = process.env.HTTPS_PROXY ?? 'http://localhost:3128';
const proxied: typeof fetch = async (input, init) => {
  const request = new Request(input, init);
  const { method, signal } = request;
  const { hostname: servername, port } = new URL(request.url);
  const tunnel = httpRequest(proxy, { method: 'CONNECT', path: `${servername}:${port || 443}`, signal }).end();
  const [{ statusCode }, socket] = await once(tunnel, 'connect', { signal });
  if (statusCode !== 200) throw new Error(`The proxy answered ${statusCode}.`);
  const through = { createConnection: () => connect({ socket, servername }), defaultPort: 443 };
  const headers = Object.fromEntries(request.headers);
  const sending = httpsRequest(request.url, { method, signal, headers, ...through });
  sending.end(Buffer.from(await request.arrayBuffer()));
  const [answer] = await once(sending, 'response', { signal });
  return new Response(Readable.toWeb(answer), { status: answer.statusCode, headers: answer.headers });
};

const { expiresOn } = await newPartnerAccessToken({
  applicationId: '00001111-aaaa-2222-bbbb-3333cccc4444',
  credential: { password: process.env.CLIENT_SECRET ?? 'TestClientAppSecret23456' },
  tenant: 'contoso.com',
  resource: 'partner-center',
  fetch: proxied,
});
console.log(`Through ${new URL(proxy).host}: a token until ${expiresOn.toISOString()}`);
