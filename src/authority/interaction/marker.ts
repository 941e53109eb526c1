import { createHmac } from 'node:crypto';
import { equalInConstantTime, utf8Text } from '../../base/bytes.ts';
import type { Interaction, Step } from '../../domain/index.ts';
import { type HttpRequest, soleHeader } from '../../http/message.ts';
import { decodeForm, type Form } from '../../protocol/form.ts';
import { mediaTypeOf } from '../../protocol/media-type.ts';
import { AuthorityError } from '../error-table.ts';

/** The name of the hidden field that every form here carries. */
export const markerField = 'marker';

/**
 * What proves that a form is one of ours, for this browser. The key never leaves the store, and the text is what the form
 * is good for: another page's, another user's or an earlier turn's marker differs.
 */
export const markerOf = (browserId: string, ...goodFor: readonly string[]): string =>
  createHmac('sha256', browserId).update(JSON.stringify(goodFor)).digest('base64url');

/** A form of one turn of an interaction; `shown` is what the person decides about. */
export const turnMarker = (
  { browserId, turn, signIn }: Interaction,
  { id, step, shown = '' }: { id: string; step: Step; shown?: string },
): string => markerOf(browserId, id, String(turn), step, signIn?.userId ?? '', shown);

/** Reads a form that a page of this origin sent. Throws 90023 with status 403 for every other one. */
export function ownForm(http: HttpRequest): Form {
  const origins = http.headers('origin');
  // Browsers name the origin of every form; a page of another site cannot leave it out or change it.
  if (origins.length !== 1 || origins[0] !== http.origin) refuseForm('The form was not sent by a page of this site.');
  const isForm = mediaTypeOf(soleHeader(http, 'content-type') ?? '') === 'application/x-www-form-urlencoded';
  const text = isForm && http.body ? utf8Text(http.body) : undefined;
  return decodeForm(text ?? '');
}

export function requireMarker(form: Form, expected: string): void {
  if (equalInConstantTime(form.get(markerField) ?? '', expected)) return;
  refuseForm('The page was sent before, or belongs to another sign-in. Go back to the program you came from.');
}

export function refuseForm(reason: string): never {
  throw new AuthorityError('invalidRequest', { reason }, { differing: { status: 403 } });
}
