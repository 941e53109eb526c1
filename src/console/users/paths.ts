export const usersPath = '/console/users';
export const addUserPath = '/console/users/add';
export const newUserPath = '/console/users/new';
export const userPath = (id: string): string => `${usersPath}/${id}`;
