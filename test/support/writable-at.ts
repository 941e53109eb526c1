import { dirname } from 'node:path';

/** Whether a file lies in one of the folders that are mounted for writing. */
export const writableAt = (file: string, places: readonly string[]): boolean =>
  places.some((place) => dirname(file) === place || dirname(file).startsWith(`${place}/`));
