import type { IncomingMessage, ServerResponse } from 'node:http';
import { type ExpectedAnswer, isSuccess, type Outcome, readAnswer } from './answer.ts';
import { type Refusal, refusalOf } from './navigation.ts';
import { pageHeaders, pages } from './page.ts';

/** A sign-in whose answer is waited for. */
export interface Reception {
  readonly expected: ExpectedAnswer;
  /** Set by the true answer: from then on nothing is one. */
  outcome: Outcome | undefined;
  /** Why the last answer was refused, for whoever waits in vain. */
  refusal: Refusal | undefined;
  /** The true answer has come. */
  readonly onAnswer: (outcome: Outcome) => void;
  /** The browser has the last page, or went away over it. */
  readonly onShown: (outcome: Outcome) => void;
}

/** Where the browser is sent, so that the code leaves its address bar and its history. */
const donePath = '/done';
const nothingThere: Refusal = { status: 404, reason: 'it was for another path' };
const nobodyWaits: Refusal = { status: 400, reason: 'nobody waited for one' };

/** Answers one request. Without a reception, or after its true answer, every answer to a sign-in is refused. */
export function respond(
  reception: Reception | undefined,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): ServerResponse {
  const { url = '' } = incoming;
  const refusal = refusalOf(incoming);
  if (refusal) return refuse(outgoing, refusal);
  if (url === donePath && reception?.outcome) return showEnd(reception, reception.outcome, outgoing);
  if (url.split('?', 1)[0] !== '/' || reception?.outcome) return refuse(outgoing, nothingThere);
  return reception ? receive(reception, url.slice('/?'.length), outgoing) : refuse(outgoing, nobodyWaits);
}

function receive(reception: Reception, query: string, outgoing: ServerResponse): ServerResponse {
  const read = readAnswer(query, reception.expected);
  if ('refusal' in read) {
    reception.refusal = read.refusal;
    return refuse(outgoing, read.refusal);
  }
  reception.outcome = read;
  reception.onAnswer(read);
  return reply(outgoing, 303, '', { Location: donePath });
}

function showEnd(reception: Reception, outcome: Outcome, outgoing: ServerResponse): ServerResponse {
  outgoing.once('close', () => reception.onShown(outcome));
  return reply(outgoing, 200, isSuccess(outcome) ? pages.signedIn : pages.notSignedIn);
}

const refuse = (outgoing: ServerResponse, { status }: Refusal): ServerResponse =>
  reply(outgoing, status, status === 404 ? pages.notFound : pages.refused, status === 405 ? { Allow: 'GET' } : {});

const reply = (
  outgoing: ServerResponse,
  status: number,
  page: string,
  headers: Readonly<Record<string, string>> = {},
): ServerResponse =>
  outgoing
    .writeHead(status, {
      ...pageHeaders,
      ...headers,
      'Content-Length': Buffer.byteLength(page),
      Connection: 'close',
    })
    .end(page);
