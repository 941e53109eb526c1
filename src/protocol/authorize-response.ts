import { encodeForm } from './form.ts';

/** The fields of an authorize answer, in the order Entra sends them; those that are undefined are left out. */
export type ResponseFields = readonly (readonly [name: string, value: string | undefined])[];

/** The redirect address with the fields behind it; what the address itself holds stays as it is. */
export function redirectWith(redirectUri: string, mode: 'query' | 'fragment', fields: ResponseFields): string {
  const encoded = encodeForm(fields);
  if (mode === 'fragment') return `${redirectUri}#${encoded}`;
  return `${redirectUri}${redirectUri.includes('?') ? '&' : '?'}${encoded}`;
}
