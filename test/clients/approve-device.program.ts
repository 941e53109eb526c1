// Asks the sandbox's control API to approve a device code for a user.
import { decideDevice } from './follow.ts';

const [, , url = '', userCode = '', userPrincipalName = ''] = process.argv;
console.log(JSON.stringify({ status: await decideDevice(url, userCode, userPrincipalName) }));
