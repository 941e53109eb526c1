// The floor of the usual stack: a bare hono route with a constant answer, no signature at all.
import { serve } from '@hono/node-server';
import { Hono } from 'hono';
import { serveFigures } from './material.ts';

const app = new Hono();
app.post('/v3/generatetoken', async (context) => {
  await context.req.text();
  return context.json({ access_token: 'constant', token_type: 'Bearer', expires_in: 3600 });
});
serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }, ({ port }) => serveFigures(port));
