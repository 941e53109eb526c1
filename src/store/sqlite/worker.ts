import { parentPort, workerData } from 'node:worker_threads';
import type { Batch, BatchResult } from './connection.ts';
import { openDatabase } from './database.ts';
import { type Operations, operationsOn } from './operations.ts';

/** The thread that owns the database: one batch in, one transaction, one answer. The disk never holds up the event loop. */
const database = openDatabase(workerData.file);
const operations = operationsOn(database);
/** What only reads takes no lock that a writer of another process waits for. */
const begin = { reading: database.prepare('BEGIN'), writing: database.prepare('BEGIN IMMEDIATE') };
const end = database.prepare('COMMIT');
const reading: ReadonlySet<keyof Operations> = new Set(['findEntry', 'listEntries', 'listSigningKeys']);

parentPort?.on('message', (batch: Batch | 'close') => {
  if (batch === 'close') {
    database.close();
    parentPort?.close();
    return;
  }
  parentPort?.postMessage(commit(batch));
});

function commit(batch: Batch): BatchResult {
  try {
    const isReading = batch.every(([name]) => reading.has(name));
    (isReading ? begin.reading : begin.writing).run();
    const results = batch.map(([name, parameters]) => run(operations, name, parameters));
    end.run();
    return { results };
  } catch (cause) {
    if (database.isTransaction) database.exec('ROLLBACK');
    return { failure: cause instanceof Error ? cause.message : String(cause) };
  }
}

const run = (table: Operations, name: keyof Operations, parameters: readonly unknown[]): unknown =>
  (table[name] as (...values: readonly unknown[]) => unknown)(...parameters);
