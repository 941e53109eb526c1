export const flowsPath = '/console/flows';

export const flowPath = (id: string): string => `${flowsPath}/${id}`;
