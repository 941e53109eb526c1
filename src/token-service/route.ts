import { type GenerateTokenApi, generateTokenPaths } from '../protocol/generate-token.ts';

const apiByPath: ReadonlyMap<string, GenerateTokenApi> = new Map([
  [generateTokenPaths.v3, 'v3'],
  [generateTokenPaths.legacy, 'legacy'],
]);

/** The API at a path, in any letter case and in no other spelling: an encoded or doubled slash is another path. */
export const apiAt = (path: string): GenerateTokenApi | undefined =>
  apiByPath.get(path) ?? apiByPath.get(path.toLowerCase());

/** Where unknown paths are answered in Partner Center's form. */
const family = /^\/(v1|v1\.0|v3|generatetoken)(\/|$)/i;

/** Whether the token service answers a path: its two APIs, and what is unknown beside them. */
export const isPartnerCenterPath = (path: string): boolean => family.test(path);
