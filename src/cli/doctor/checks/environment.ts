import type { ResolvedEnvironment } from '../../../client/environment.ts';
import { type Check, type Finding, ok } from '../check.ts';
import { originOf } from '../origin.ts';

/** Which cloud, and what says so. */
export const environment: Check = {
  name: 'environment',
  run: async ({ context, request, environment }) => {
    const { resolved } = await environment();
    const isNamed = request.environment !== undefined;
    return environmentFinding(resolved, isNamed ? originOf(context, request, ['environment', 'authority']) : undefined);
  },
};

function environmentFinding(
  { environment: { name, authority }, caFile }: ResolvedEnvironment,
  origin: string | undefined,
): Finding {
  const trust = caFile === undefined ? '' : `, trusting ${caFile}`;
  return ok(`${name} (${authority})${trust}, ${origin === undefined ? 'by default' : `from ${origin}`}.`);
}
