import { exitCodes } from '../../exit-codes.ts';
import { unsupportedRuntime } from '../../runtime.ts';
import { type Check, type Finding, failed, ok } from '../check.ts';

export const runtime: Check = {
  name: 'runtime',
  run: async () => runtimeFinding(process.versions.node, `${process.platform} ${process.arch}`),
};

export function runtimeFinding(version: string, machine: string): Finding {
  const refusal = unsupportedRuntime(version);
  return refusal === undefined
    ? ok(`Node.js ${version} on ${machine}.`)
    : failed(
        exitCodes.configuration,
        refusal.trim(),
        'Install a newer Node.js; the sandbox’s repository brings its own.',
      );
}
