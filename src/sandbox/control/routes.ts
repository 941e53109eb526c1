import { listApprovals, putApproval, removeApproval } from './approvals.ts';
import { advanceClock, readClock, restoreClock, setClock } from './clock.ts';
import { decideDeviceCode } from './device-codes.ts';
import { addFault, listFaults, removeFaults } from './faults.ts';
import { describeControl, listOperations } from './listing.ts';
import type { ControlRoute } from './operation.ts';
import { ageRefreshTokens, listRefreshTokens, revokeRefreshTokens } from './refresh-tokens.ts';
import { clearRequests, listRequests } from './requests.ts';
import { forgeToken } from './tokens.ts';
import { readTotp } from './users.ts';
import { exportWorld, importWorld, resetWorld, seedWorld } from './world.ts';

/** Everything the control API does. */
export const controlRoutes: readonly ControlRoute[] = [
  ['GET', '/sandbox', listOperations(() => controlRoutes)],
  ['GET', '/sandbox/openapi.json', describeControl(() => controlRoutes)],
  ['POST', '/sandbox/seed', seedWorld],
  ['POST', '/sandbox/import', importWorld],
  ['GET', '/sandbox/export', exportWorld],
  ['POST', '/sandbox/reset', resetWorld],
  ['GET', '/sandbox/clock', readClock],
  ['PUT', '/sandbox/clock', setClock],
  ['DELETE', '/sandbox/clock', restoreClock],
  ['POST', '/sandbox/clock/advance', advanceClock],
  ['GET', '/sandbox/faults', listFaults],
  ['POST', '/sandbox/faults', addFault],
  ['DELETE', '/sandbox/faults', removeFaults],
  ['POST', '/sandbox/tokens', forgeToken],
  ['GET', '/sandbox/refresh-tokens', listRefreshTokens],
  ['POST', '/sandbox/refresh-tokens/age', ageRefreshTokens],
  ['POST', '/sandbox/refresh-tokens/revoke', revokeRefreshTokens],
  ['GET', '/sandbox/requests', listRequests],
  ['DELETE', '/sandbox/requests', clearRequests],
  ['GET', '/sandbox/approvals', listApprovals],
  ['PUT', '/sandbox/approvals/:userPrincipalName', putApproval],
  ['DELETE', '/sandbox/approvals/:userPrincipalName', removeApproval],
  ['POST', '/sandbox/device-codes/:userCode', decideDeviceCode],
  ['GET', '/sandbox/users/:userPrincipalName/totp', readTotp],
];
