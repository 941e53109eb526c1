export const customersPath = '/console/customers';
export const newCustomerPath = '/console/customers/new';
export const customerPath = (tenantId: string, part = ''): string =>
  part === '' ? `${customersPath}/${tenantId}` : `${customersPath}/${tenantId}/${part}`;
