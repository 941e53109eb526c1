import type { Attributes, Span } from '@opentelemetry/api';
import type { Admission } from '../../../base/admission.ts';
import type { Signer } from '../../../jwt/index.ts';
import type { TokenServiceContext } from '../../../token-service/index.ts';
import { outcomeOf, own } from './request-span.ts';

export interface SpanMaker {
  /** Does work as a span below the one that is under way; by itself where none is kept. */
  within<Result>(name: string, attributes: Attributes, work: (span?: Span) => Result): Result;
  /** The span of the request under way. */
  current(): Span | undefined;
}

/** The parts of a token service, with a span for each that takes time. What an exchange is, none of them changes. */
export function tracedPorts(
  { within, current }: SpanMaker,
  { admission, verifyBearer, keys, issuances, audit, metrics, ...rest }: TokenServiceContext,
): TokenServiceContext {
  const signing = (signer: Signer): Signer => ({
    ...{ kid: signer.kid, algorithm: signer.algorithm, deterministic: signer.deterministic },
    sign: (claims, header) =>
      within('sign token', { [own.algorithm]: signer.algorithm }, () => signer.sign(claims, header)),
  });
  return {
    ...rest,
    ...(admission ? { admission: tracedAdmission({ within, current }, admission) } : {}),
    verifyBearer: (token) => within('verify bearer', {}, () => verifyBearer(token)),
    keys: {
      current: () => signing(keys.current()),
      find: (kid) => {
        const signer = keys.find(kid);
        return signer && signing(signer);
      },
      published: () => keys.published(),
    },
    issuances: {
      claim: (candidate, now) => within('record issuance', {}, () => issuances.claim(candidate, now)),
      purge: (now, limit) => issuances.purge(now, limit),
    },
    ...(audit ? { audit: { record: (record) => within('record audit', {}, () => audit.record(record)) } } : {}),
    metrics: {
      answered: (answer) => {
        metrics.answered(answer);
        const span = current();
        if (span?.isRecording()) span.setAttributes(outcomeOf(answer));
      },
    },
  };
}

/** Who has its turn at once has no span for it. */
const tracedAdmission = ({ within }: SpanMaker, admission: Admission): Admission => ({
  admit: (work, full) => {
    let isOver = false;
    let end = () => {};
    const over = <Result>(then: () => Result): Result => {
      isOver = true;
      end();
      return then();
    };
    const result = admission.admit(
      () => over(work),
      () => over(full),
    );
    const waited = () =>
      new Promise<void>((resolve) => {
        end = resolve;
      });
    if (!isOver) void within('wait for turn', {}, waited);
    return result;
  },
  aside: (others, full) => admission.aside(others, full),
  get underWay() {
    return admission.underWay;
  },
  get waiting() {
    return admission.waiting;
  },
});

/** A fetch of an issuer's keys as a span of the exchange that caused it. */
export const tracedFetch =
  ({ within }: SpanMaker, fetchKeys: typeof fetch): typeof fetch =>
  (input, init) =>
    within('fetch keys', addressOf(input), async (span) => {
      const response = await fetchKeys(input, init);
      span?.setAttribute('http.response.status_code', response.status);
      return response;
    });

function addressOf(input: Parameters<typeof fetch>[0]): Attributes {
  const { origin, pathname } = new URL(input instanceof Request ? input.url : input);
  return { 'url.full': origin + pathname };
}
