/** What oauth4webapi reads an answer from: a response whose JSON is the body. */
export interface AnswerCarrier {
  readonly response: Response;
  readonly body: Record<string, unknown>;
}

/**
 * oauth4webapi remembers each id_token in WeakMaps by these two objects. What a WeakMap holds for a key that is gone lives
 * on for another collection of the young generation, which then grows: by 30 MB over 10,000 tokens. Used again, the same
 * objects hold one id_token each, and there are no more of them than requests side by side.
 */
const spare: AnswerCarrier[] = [];

export function carrierOf(body: object): AnswerCarrier {
  const carrier = spare.pop() ?? newCarrier();
  Object.assign(carrier.body, body);
  return carrier;
}

function newCarrier(): AnswerCarrier {
  const body = {};
  return { body, response: Object.assign(new Response(null), { json: async () => body }) };
}

/** Nobody has it any more, an error's cause included. */
export function giveBack(carrier: AnswerCarrier): void {
  for (const name of Object.keys(carrier.body)) delete carrier.body[name];
  spare.push(carrier);
}
