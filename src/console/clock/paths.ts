export const clockPath = '/console/clock';
