import { type ExportResult, ExportResultCode } from '@opentelemetry/core';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { BatchSpanProcessor, type ReadableSpan, type SpanExporter, type SpanProcessor } from '@opentelemetry/sdk-trace';

/** Spans on their way to a collector. Nobody waits for them, and no more than `mostSpans` of them are kept. */

export interface SpanExportOptions {
  /** With its path. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Told when spans were lost, at most once a minute and at the end. */
  readonly lost: (loss: SpanLoss) => void;
}

export interface SpanLoss {
  readonly spans: number;
  /** Of the last. */
  readonly reason: string;
}

/** Waiting and being sent. */
const mostSpans = 2048;
/** So few that writing them as JSON holds up nobody. */
const spansAtOnce = 128;
const everySeconds = 1;
/** With all attempts. The timer of an attempt keeps a process alive, so this is also what a stop may take longer by. */
const sendSeconds = 3;
const secondsBetweenWarnings = 60;

export interface SpanExport {
  readonly processor: SpanProcessor;
  /** Tells what was lost and is not told yet; what is not sent by now is lost too. */
  end(): void;
}

/** Batches of spans over HTTP. What the collector does not take in its time, or is too much for the queue, is lost. */
export function spanExport({ url, headers, lost }: SpanExportOptions): SpanExport {
  const exporter = new OTLPTraceExporter({ url, headers: { ...headers }, timeoutMillis: sendSeconds * 1000 });
  const losses = lossesOf(lost);
  let kept = 0;
  const counted: SpanExporter = {
    export: (spans: ReadableSpan[], done: (result: ExportResult) => void) =>
      exporter.export(spans, (result) => {
        kept -= spans.length;
        if (result.code === ExportResultCode.FAILED) losses.add(spans.length, reasonOf(result.error));
        done(result);
      }),
    forceFlush: () => exporter.forceFlush(),
    shutdown: () => exporter.shutdown(),
  };
  const batches = new BatchSpanProcessor({
    exporter: counted,
    maxQueueSize: mostSpans,
    maxExportBatchSize: spansAtOnce,
    scheduledDelayMillis: everySeconds * 1000,
    exportTimeoutMillis: (sendSeconds + 2) * 1000,
  });
  const processor: SpanProcessor = {
    onStart: () => {},
    onEnd: (span) => {
      if (kept >= mostSpans) return losses.add(1, 'the collector is slower than the service');
      kept += 1;
      batches.onEnd(span);
    },
    forceFlush: () => batches.forceFlush(),
    shutdown: () => batches.shutdown(),
  };
  return {
    processor,
    end: () => {
      if (kept > 0) losses.add(kept, 'the service ended before the collector took them');
      losses.tell();
    },
  };
}

/** Adds losses up: they are told a second after the first, and then at most once a minute. */
function lossesOf(lost: SpanExportOptions['lost']) {
  let untold: SpanLoss = { spans: 0, reason: '' };
  let timer: NodeJS.Timeout | undefined;
  const tell = () => {
    clearTimeout(timer);
    timer = undefined;
    if (untold.spans === 0) return;
    lost(untold);
    untold = { spans: 0, reason: '' };
    wait(secondsBetweenWarnings);
  };
  const wait = (seconds: number) => {
    timer = setTimeout(tell, seconds * 1000);
    timer.unref();
  };
  return {
    add: (spans: number, reason: string) => {
      untold = { spans: untold.spans + spans, reason };
      if (timer === undefined) wait(everySeconds);
    },
    tell,
  };
}

/** What a collector says in its own words may be anything. */
function reasonOf(error: Error | undefined): string {
  const code = error && 'code' in error ? error.code : undefined;
  return typeof code === 'number' ? `the collector answered ${code}` : String(code ?? error?.message ?? 'no answer');
}
