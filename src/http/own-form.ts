import { createHmac } from 'node:crypto';
import type { HttpRequest } from './message.ts';

/** The name of the hidden field that every form of ours carries. */
export const markerField = 'marker';

/**
 * What proves that a form is one of ours, for this browser. The key never leaves the store, and the text is what the form
 * is good for: another page's, another user's or an earlier turn's marker differs.
 */
export const markerOf = (key: string, ...goodFor: readonly string[]): string =>
  createHmac('sha256', key).update(JSON.stringify(goodFor)).digest('base64url');

/** Browsers name the origin of every form; a page of another site cannot leave it out or change it. */
export function isOfOwnPage(http: HttpRequest): boolean {
  const origins = http.headers('origin');
  return origins.length === 1 && origins[0] === http.origin;
}
