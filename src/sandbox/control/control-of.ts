import { administrationOf } from './administration-of.ts';
import { putApproval, removeApproval } from './approvals.ts';
import { advanceClock, readClock, restoreClock, setClock } from './clock.ts';
import type { ControlContext } from './context.ts';
import { decideDeviceCode } from './device-codes.ts';
import { addFault, listFaults, removeFaults } from './faults.ts';
import { listFlows, readFlow } from './flows.ts';
import type { Asked, Operation } from './operation.ts';
import { ageRefreshTokens, listRefreshTokens, revokeRefreshTokens } from './refresh-tokens.ts';
import { clearRequests, listRequests } from './requests.ts';
import type { SandboxControl } from './sandbox-control.ts';
import { forgeToken } from './tokens.ts';
import { readTotp } from './user-secrets.ts';
import { exportWorld, importWorld, resetWorld, seedWorld } from './world.ts';

/** The operations of the control API as functions; `origin` is where forged tokens say they are from. */
export function controlOf(context: ControlContext, origin: string): SandboxControl {
  const perform = <Answer extends object>(operation: Operation<Answer>, asked: Omit<Asked, 'origin'> = {}) =>
    operation.perform(context, { ...asked, origin });
  const named = (value: string) => ({ parameter: () => value });
  return {
    ...administrationOf(perform),
    seed: (file) => perform(seedWorld, { body: textOf(file) }),
    import: (file) => perform(importWorld, { body: textOf(file) }),
    export: () => perform(exportWorld),
    reset: async () => void (await perform(resetWorld)),
    readClock: () => perform(readClock),
    setClock: (body) => perform(setClock, { body }),
    advanceClock: (duration) => perform(advanceClock, { body: { duration } }),
    restoreClock: () => perform(restoreClock),
    addFault: (body) => perform(addFault, { body }),
    faults: async () => (await perform(listFaults)).faults,
    removeFaults: async (id) => void (await perform(removeFaults, { query: id === undefined ? {} : { id } })),
    requests: async (query) => (await perform(listRequests, { query })).requests,
    flows: (query) => perform(listFlows, { query }),
    flow: (id) => perform(readFlow, named(id)),
    clearRequests: async () => void (await perform(clearRequests)),
    forgeToken: (body) => perform(forgeToken, { body }),
    refreshTokens: async (query) => (await perform(listRefreshTokens, { query })).families,
    ageRefreshTokens: async (whose, days) => (await perform(ageRefreshTokens, { body: { ...whose, days } })).families,
    revokeRefreshTokens: async (whose) => (await perform(revokeRefreshTokens, { body: whose })).families,
    approve: (userPrincipalName, body) => perform(putApproval, { body, ...named(userPrincipalName) }),
    removeApproval: async (userPrincipalName) => void (await perform(removeApproval, named(userPrincipalName))),
    decideDeviceCode: (userCode, body) => perform(decideDeviceCode, { body, ...named(userCode) }),
    totp: (userPrincipalName) => perform(readTotp, named(userPrincipalName)),
  };
}

const textOf = (file: string | object): string => (typeof file === 'string' ? file : JSON.stringify(file));
