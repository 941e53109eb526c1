export const applicationsPath = '/console/applications';
export const newApplicationPath = '/console/applications/new';

/** Where an application, or a part of it, is looked at. */
export const applicationPath = (appId: string, part = ''): string =>
  part === '' ? `${applicationsPath}/${appId}` : `${applicationsPath}/${appId}/${part}`;
