import { html } from 'hono/html';
import { base64url, equalInConstantTime, utf8Text } from '../base/bytes.ts';
import { addSeconds } from '../base/clock.ts';
import { consoleSessionLifetimeSeconds, entryKey } from '../domain/index.ts';
import { type HttpRequest, soleHeader } from '../http/message.ts';
import { multipartForm } from '../http/multipart.ts';
import { isOfOwnPage, markerField, markerOf } from '../http/own-form.ts';
import type { Markup } from '../http/page.ts';
import { decodeForm } from '../protocol/form.ts';
import { mediaTypeOf } from '../protocol/media-type.ts';
import type { ConsoleContext } from './context.ts';
import { ConsoleError } from './error.ts';
import type { Call, SentForm, Visitor } from './route.ts';

/** The hidden field of a form that is sent to `action`: good for one browser's session, for that address, and once. */
export function markerInput({ random }: ConsoleContext, { session }: Visitor, action: string): Markup {
  const id = base64url(random.bytes(16));
  return html`<input type="hidden" name="${markerField}" value="${id}.${markerOf(session.formKey, action, id)}">`;
}

/**
 * Reads a form that a page of this console sent. Throws `foreignForm` for every other one, and `formUsed` for one that
 * was sent before: of all that send a form at once, one is heard.
 */
export async function takeForm(context: ConsoleContext, { http }: Call, { session }: Visitor): Promise<SentForm> {
  if (!isOfOwnPage(http)) foreign();
  const sent = sentForm(http);
  const { form } = sent;
  const [id = '', proof = ''] = form.get(markerField)?.split('.') ?? [];
  if (!equalInConstantTime(proof, markerOf(session.formKey, http.path, id))) foreign();
  const expiresAt = addSeconds(session.beganAt, consoleSessionLifetimeSeconds);
  if (await context.entries.add('usedForm', entryKey(id), { value: {}, expiresAt })) return sent;
  throw new ConsoleError('formUsed', 'This form was sent before, and done. Nothing was done a second time.');
}

function foreign(): never {
  throw new ConsoleError('foreignForm', 'The form was not sent by a page of this sign-in. Open the page again.');
}

function sentForm(http: HttpRequest): SentForm {
  if (!http.body) throw new ConsoleError('tooLarge', 'What was sent is larger than 64 KiB.');
  const contentType = soleHeader(http, 'content-type') ?? '';
  const multipart = multipartForm(contentType, http.body);
  if (multipart) return { form: multipart.fields, files: multipart.files };
  const isForm = mediaTypeOf(contentType) === 'application/x-www-form-urlencoded';
  const text = isForm ? utf8Text(http.body) : undefined;
  if (text === undefined) throw new ConsoleError('unreadable', 'The request is no form of this console.');
  return { form: decodeForm(text), files: new Map() };
}
