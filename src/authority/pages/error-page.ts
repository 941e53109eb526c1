import { html } from 'hono/html';
import type { HttpReply } from '../../http/message.ts';
import { entraTimestamp } from '../../protocol/oauth-error.ts';
import type { Call } from '../call.ts';
import { type AuthorityError, errorStatus } from '../error-table.ts';
import { card } from './frame.ts';

/** A refusal that no application is told of: to be read, and to be passed on to whoever can help. */
export const errorPage = (call: Call, error: AuthorityError): HttpReply => {
  const { code, cause, nextStep } = error.entry;
  return card({
    heading: 'We could not sign you in',
    status: errorStatus(error),
    body: html`<div class="alarm" role="alert"><p>AADSTS${code}: ${error.message}</p></div>
<h2>Why</h2><p>${cause}</p>
<h2>What to do</h2><p>${withOptions(nextStep)}</p>
<dl class="facts">
<div><dt>Request Id</dt><dd><code>${call.traceId}</code></dd></div>
<div><dt>Correlation Id</dt><dd><code>${call.correlationId}</code></dd></div>
<div><dt>Timestamp</dt><dd><code>${entraTimestamp(call.now)}</code></dd></div>
</dl>`,
  });
};

/** Options of the command stay on one line. */
const withOptions = (text: string) =>
  text.split(/(--[a-z-]+)/).map((part) => (part.startsWith('--') ? html`<code class="whole">${part}</code>` : part));
