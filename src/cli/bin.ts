#!/usr/bin/env node
import { writeSync } from 'node:fs';
import { isatty } from 'node:tty';
import { fastToken } from './fast-token.ts';
import { unsupportedRuntime } from './runtime.ts';

/**
 * Where the command begins: a stored token is answered at once, by node: modules alone; everything else is loaded when
 * it is needed. Bundled with what it imports, `main.js` beside it.
 */
const refusal = unsupportedRuntime(process.versions.node);
const answer = refusal ? undefined : fastToken(process.argv.slice(2), process.env, isatty(1), new Date());
if (refusal) {
  writeSync(2, refusal);
  process.exitCode = 7;
} else if (answer) {
  if (answer.stderr !== '') write(2, answer.stderr);
  write(1, answer.stdout);
} else {
  const { runProcess } = await import('./main.ts');
  await runProcess();
}

/** At once where the pipe takes it, through the stream where it does not. */
function write(descriptor: 1 | 2, text: string): void {
  try {
    const written = writeSync(descriptor, text);
    if (written === Buffer.byteLength(text)) return;
    text = Buffer.from(text).subarray(written).toString();
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error;
    if (error.code === 'EPIPE') return;
    if (error.code !== 'EAGAIN') throw error;
  }
  (descriptor === 1 ? process.stdout : process.stderr).write(text);
}
