/**
 * Partner Center's customers (`api.partnercenter.microsoft.com/v1/customers`): the list of a partner's customers, their
 * relationships, and the consent a partner gives for them, which is the directory's own: the authority goes by it.
 */
export type { PartnerCenterContext } from './context.ts';
export { createPartnerCenter } from './face.ts';
