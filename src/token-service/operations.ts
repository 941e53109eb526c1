import { singleFlight } from '../base/single-flight.ts';
import type { HttpReply } from '../http/message.ts';
import type { Face } from '../http/router.ts';
import type { KeyRing } from '../jwt/index.ts';
import { docsPage } from './docs-page.ts';
import { openApiDocument } from './openapi.ts';

export interface OperationsContext {
  readonly keys: KeyRing;
  /** Seconds a verifier may keep the key set; shorter than the overlap of a key rotation. */
  readonly keysMaximumAgeSeconds: number;
  /** Rejects while the service cannot issue: the store, the audit, whoever signs. */
  readonly ready: () => Promise<void>;
  /** Prometheus text. */
  readonly metrics: () => Promise<string>;
  readonly version: string;
}

type Answer = () => Promise<HttpReply> | HttpReply;

/** The paths beside the API itself: keys, health, metrics and its own description. */
export function operationsHandler(context: OperationsContext): Face {
  // Made once: it is large, and anybody may ask for it as often as he likes.
  let description: HttpReply | undefined;
  // Anybody may ask for these too, and each look costs the store or all workers something: there is one at a time.
  const look = singleFlight<HttpReply>();
  const answers: ReadonlyMap<string, Answer> = new Map<string, Answer>([
    ['/.well-known/jwks.json', () => keySet(context)],
    ['/livez', () => text(200, 'alive\n')],
    ['/readyz', () => look('ready', () => readiness(context))],
    ['/metrics', () => look('metrics', () => figures(context))],
    ['/openapi.json', () => (description ??= text(200, JSON.stringify(openApiDocument(context.version)), json))],
    ['/docs', () => docsPage(context.version)],
  ]);
  return {
    owns: (path) => answers.has(path),
    async handler(request) {
      if (request.method !== 'GET' && request.method !== 'HEAD') {
        const refusal = text(405, 'Only GET is answered here.\n');
        return { ...refusal, headers: [...refusal.headers, ['Allow', 'GET, HEAD']] };
      }
      const answer = answers.get(request.path);
      return answer ? answer() : text(404, 'There is nothing at this address.\n');
    },
  };
}

const json = 'application/json; charset=utf-8';

const text = (status: number, body: string, contentType = 'text/plain; charset=utf-8'): HttpReply => ({
  status,
  headers: [
    ['Content-Type', contentType],
    ['Cache-Control', 'no-store'],
    ['X-Content-Type-Options', 'nosniff'],
  ],
  body,
});

const keySet = ({ keys, keysMaximumAgeSeconds }: OperationsContext): HttpReply => ({
  status: 200,
  headers: [
    ['Content-Type', json],
    ['Cache-Control', `public, max-age=${keysMaximumAgeSeconds}`],
    ['Access-Control-Allow-Origin', '*'],
    ['X-Content-Type-Options', 'nosniff'],
  ],
  body: JSON.stringify({ keys: keys.published() }),
});

const figures = async ({ metrics }: OperationsContext): Promise<HttpReply> =>
  text(200, await metrics(), 'text/plain; version=0.0.4; charset=utf-8');

async function readiness({ ready }: OperationsContext): Promise<HttpReply> {
  try {
    await ready();
    return text(200, 'ready\n');
  } catch {
    return text(503, 'not ready\n');
  }
}
