import assert from 'node:assert/strict';
import { setTimeout } from 'node:timers/promises';
import { systemRandom } from '../../src/base/random.ts';
import { type Issuance, issuanceKey } from '../../src/domain/issuance.ts';
import type { Store } from '../../src/store/store.ts';
import { tokenParts } from './answer.ts';
import { applicationId, subjectId, tenantId } from './issuer.ts';
import { type ExchangeAnswer, exchangeAt, type ServedProduction } from './served-production.ts';
import { until } from './until.ts';

/** What became of one request, by whoever sent it. */
export interface Asked {
  readonly id: string;
  /** Of the node that was asked. */
  readonly port: number;
  /** Undefined: no answer came. */
  readonly answer: ExchangeAnswer | undefined;
  /** When the answer came, and how long it took; `performance.now()`. */
  readonly at: number;
  readonly milliseconds: number;
}

/** Callers who ask without a pause while they are given tokens, each time under a new id, and keep their own account of what they were told. */
export interface Ledger {
  readonly asked: readonly Asked[];
  /** Waits for so many more answers of a status. */
  answered(count: number, status?: number): Promise<void>;
  /** Waits until each node has given a token since this was asked for; answers with the seconds it took. */
  wellAgain(): Promise<number>;
  /** No new ids; resolves when those under way were answered or lost. */
  stop(): Promise<void>;
  /** Stops. Whoever does not know what became of one asks each node again, until all have told the same token. */
  settle(): Promise<void>;
  /**
   * Recounts: each id was answered with one token, whoever was asked and however often, and its record is in the store.
   * Answers with the `jti` of each.
   */
  recount(store: Store): Promise<ReadonlyMap<string, string>>;
}

/** A test's context, or what node:test gives a suite. */
interface Owner {
  after(work: () => void): void;
}

type Node = Pick<ServedProduction, 'port' | 'bearer'>;

interface LedgerOptions {
  /** Callers for each node; default 4. */
  readonly callers?: number;
}

/** Its callers end with the test or suite that has it, whatever becomes of that. */
export function keepLedger(owner: Owner, nodes: readonly Node[], { callers = 4 }: LedgerOptions = {}): Ledger {
  const asked: Asked[] = [];
  let isOver = false;
  owner.after(() => {
    isOver = true;
  });
  const ask = async (node: Node, id: string): Promise<Asked> => {
    const began = performance.now();
    const answer = await exchangeAt(node, id);
    const at = performance.now();
    const one = { id, port: node.port, answer, at, milliseconds: at - began };
    asked.push(one);
    return one;
  };
  const caller = async (node: Node) => {
    while (!isOver) if ((await ask(node, systemRandom.guid())).answer?.status !== 200) await setTimeout(20);
  };
  const calling = Promise.all(nodes.flatMap((node) => Array.from({ length: callers }, () => caller(node))));
  const stop = async () => {
    isOver = true;
    await calling;
  };
  return {
    asked,
    stop,
    async answered(count, status = 200) {
      const isIt = ({ answer }: Asked) => answer?.status === status;
      const before = asked.length;
      await until(`${count} answers with ${status}`, () => asked.slice(before).filter(isIt).length >= count);
    },
    wellAgain() {
      const began = performance.now();
      const isWell = ({ port }: Node) =>
        asked.some((one) => one.port === port && one.at > began && one.answer?.status === 200);
      return until('a token of each node', () => nodes.every(isWell));
    },
    async settle() {
      await stop();
      const unknown = new Set(asked.filter(({ answer }) => answer?.status !== 200).map(({ id }) => id));
      await eachOf(unknown, async (id) => {
        for (const node of nodes) {
          for (let tries = 0; (await ask(node, id)).answer?.status !== 200; tries++) {
            assert.ok(tries < 300, `${id} stays unknown`);
            await setTimeout(50);
          }
        }
      });
    },
    async recount(store) {
      const tokens = new Map<string, string>();
      for (const { id, answer } of asked) {
        if (answer?.accessToken === undefined) continue;
        assert.equal(answer.accessToken, tokens.get(id) ?? answer.accessToken, `${id} has two tokens`);
        tokens.set(id, answer.accessToken);
      }
      const ids = new Map([...tokens].map(([id, token]) => [id, String(tokenParts(token).claims.jti)]));
      await eachOf(ids, async ([id, jti]) => assert.equal(await storedTokenId(store, id), jti));
      assert.equal(new Set(ids.values()).size, ids.size);
      return ids;
    },
  };
}

/** The `jti` that is recorded for an id of `exchangeAt`: what is claimed again is there already. */
export async function storedTokenId({ issuances }: Store, requestId: string): Promise<string> {
  const { first, issuance } = await issuances.claim(ofNoToken(requestId), new Date());
  assert.equal(first, false, `${requestId} was answered and is not stored`);
  return JSON.parse(issuance.claims).jti;
}

/** Of the same caller and id as an exchange of `exchangeAt`, and of no token. */
function ofNoToken(requestId: string): Issuance {
  const issuer = `https://login.microsoftonline.com/${tenantId}/v2.0`;
  const key = issuanceKey({ issuer, tenantId, applicationId, subject: subjectId }, requestId);
  const expiresAt = new Date(Date.now() + 60_000);
  return { key, api: 'v3', keyId: 'none', claims: '{}', sealedToken: undefined, tokenDigest: key, expiresAt };
}

const atOnce = 8;

/** Does the work for each, a few at once. */
async function eachOf<Item>(items: Iterable<Item>, work: (item: Item) => Promise<void>): Promise<void> {
  const left = items[Symbol.iterator]();
  const worker = async () => {
    for (let next = left.next(); !next.done; next = left.next()) await work(next.value);
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
}
