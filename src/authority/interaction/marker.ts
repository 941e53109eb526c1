import { equalInConstantTime, utf8Text } from '../../base/bytes.ts';
import type { Interaction, Step } from '../../domain/index.ts';
import { type HttpRequest, soleHeader } from '../../http/message.ts';
import { isOfOwnPage, markerField, markerOf } from '../../http/own-form.ts';
import { decodeForm, type Form } from '../../protocol/form.ts';
import { mediaTypeOf } from '../../protocol/media-type.ts';
import { AuthorityError } from '../error-table.ts';

/** A form of one turn of an interaction; `shown` is what the person decides about. */
export const turnMarker = (
  { browserId, turn, signIn }: Interaction,
  { id, step, shown = '' }: { id: string; step: Step; shown?: string },
): string => markerOf(browserId, id, String(turn), step, signIn?.userId ?? '', shown);

/** Reads a form that a page of this origin sent. Throws 90023 with status 403 for every other one. */
export function ownForm(http: HttpRequest): Form {
  if (!isOfOwnPage(http)) refuseForm('The form was not sent by a page of this site.');
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
