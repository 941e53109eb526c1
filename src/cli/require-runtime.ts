import { unsupportedRuntime } from './runtime.ts';

/** The first import of `bin.ts`: on another runtime than the package is for, one sentence and exit 7, before anything else. */
const refusal = unsupportedRuntime(process.versions.node);
if (refusal) {
  process.stderr.write(refusal);
  process.exit(7);
}
