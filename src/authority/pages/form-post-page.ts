import { html } from 'hono/html';
import type { HttpReply } from '../../http/message.ts';
import type { ResponseFields } from '../../protocol/authorize-response.ts';
import { sourceOf } from '../interaction/frame-of.ts';
import { card } from './frame.ts';

/** Sends the form at once; without script there is the button. */
const script = 'document.forms[0].submit()';

/** OAuth 2.0 Form Post Response Mode: the answer as a form of this page. */
export const formPostPage = (redirectUri: string, fields: ResponseFields): HttpReply =>
  card({
    heading: 'Almost done',
    formTargets: [sourceOf(redirectUri)],
    script,
    body: html`<p>You are being sent back to the application.</p>
<form method="post" action="${redirectUri}">
${fields.map(([name, value]) => (value === undefined ? '' : html`<input type="hidden" name="${name}" value="${value}">\n`))}<div class="actions"><button class="primary">Continue</button></div>
</form>`,
  });
