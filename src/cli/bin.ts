#!/usr/bin/env node
import './require-runtime.ts';
import { fstatSync, writeSync } from 'node:fs';
import { fastToken } from './fast-token.ts';

/**
 * Where the command begins: a stored token is answered at once, by node: modules alone; everything else is loaded when
 * it is needed. Bundled with what it imports, `main.js` beside it.
 */
const answer = fastToken(process.argv.slice(2), process.env, isTerminal(1), new Date());
if (answer) {
  const complete = [write(2, answer.stderr), write(1, answer.stdout)];
  // Nothing is left to wait for, and taking the environment down would cost as much as reading the token.
  if (!complete.includes(false)) process.exit(0);
} else {
  const { runProcess } = await import('./main.ts');
  await runProcess();
}

/** node:tty takes longer to load than a file's state to read, and most outputs are no device at all. */
function isTerminal(descriptor: number): boolean {
  try {
    return fstatSync(descriptor).isCharacterDevice() && process.getBuiltinModule('node:tty').isatty(descriptor);
  } catch {
    return false;
  }
}

/** At once where the pipe takes it, through the stream where it does not. False: the rest is still on its way. */
function write(descriptor: 1 | 2, text: string): boolean {
  const bytes = Buffer.from(text);
  let written = 0;
  try {
    while (written < bytes.length) written += writeSync(descriptor, bytes, written);
    return true;
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'EPIPE') return true;
    if (code !== 'EAGAIN') throw error;
  }
  (descriptor === 1 ? process.stdout : process.stderr).write(bytes.subarray(written));
  return false;
}
