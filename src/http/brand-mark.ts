import { html } from 'hono/html';

/** The one mark of every page; what it says stands beside it in words. */
export const brandMark = html`<svg viewBox="0 0 24 24" aria-hidden="true" focusable="false"><rect x="1.5" y="1.5" width="13" height="13" rx="3.5" fill="none" stroke="currentColor" stroke-width="2.4"/><rect x="9.5" y="9.5" width="13" height="13" rx="3.5" fill="currentColor"/></svg>`;
