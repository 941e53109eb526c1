export const keysPath = '/console/keys';
