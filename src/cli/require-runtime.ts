import { unsupportedRuntime } from './runtime.ts';

/** The first import of `bin.ts`: on another runtime than the package is for, one sentence and exit 7, before anything else. */
const refusal = unsupportedRuntime(process.versions.node);
if (refusal) {
  process.stderr.write(refusal);
  process.exit(7);
}

// Node.js 22 says at each start that its SQLite is an experiment; what stands on stderr is for the user of the command.
const { emitWarning } = process;
const calm = (warning: string | Error, ...rest: readonly unknown[]) => {
  if (!String(warning).startsWith('SQLite is an experimental feature'))
    Reflect.apply(emitWarning, process, [warning, ...rest]);
};
process.emitWarning = calm as typeof emitWarning;
