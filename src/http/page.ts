import { html, raw } from 'hono/html';
import { sha256 } from '../base/bytes.ts';
import type { HttpReply } from './message.ts';
import { pageStyle } from './page-style.ts';

/** What `hono/html` makes: values in it are escaped. */
export type Markup = ReturnType<typeof html>;

export interface Page {
  readonly title: string;
  readonly content: Markup;
  /** Default 200. */
  readonly status?: number;
  /** Default `reading`. */
  readonly layout?: 'reading' | 'sign-in' | 'console';
  /** What a layout has besides the look of every page. */
  readonly style?: Style;
  /** Above the content, outside of it. */
  readonly header?: Markup;
  /** Below the content, outside of it. */
  readonly footer?: Markup;
  /** Origins a form of the page ends at, redirects included. Default: none, the page has no form. */
  readonly formTargets?: readonly string[];
  /** The one script that may run, word for word. */
  readonly script?: string;
  /** Whether the script may ask the page's own origin. Default: it may ask nobody. */
  readonly asksItself?: boolean;
  /** Default `no-referrer`. With it a browser calls the page's own forms of origin `null`; `same-origin` tells others nothing too. */
  readonly referrer?: 'no-referrer' | 'same-origin';
  readonly headers?: HttpReply['headers'];
}

/** A stylesheet and the source expression (CSP level 3, section 2.3.1) that allows it and no other. */
export interface Style {
  readonly text: string;
  readonly source: string;
}

const source = (text: string): string => `'sha256-${sha256(text).toString('base64')}'`;
export const styleOf = (text: string): Style => ({ text, source: source(text) });
const everyPage = styleOf(pageStyle);

/** Nothing from elsewhere, never framed; the styles and the one script are known by their digests. */
const policy = ({ formTargets = [], script, asksItself = false, style }: Page): string =>
  [
    "default-src 'none'",
    `style-src ${everyPage.source}${style === undefined ? '' : ` ${style.source}`}`,
    ...(script === undefined ? [] : [`script-src ${source(script)}`]),
    ...(asksItself ? ["connect-src 'self'"] : []),
    "base-uri 'none'",
    `form-action ${formTargets.length === 0 ? "'none'" : formTargets.join(' ')}`,
    "frame-ancestors 'none'",
  ].join('; ');

export const page = (given: Page): HttpReply => ({
  status: given.status ?? 200,
  headers: [
    ['Content-Type', 'text/html; charset=utf-8'],
    ['Cache-Control', 'no-store'],
    ['Content-Security-Policy', policy(given)],
    ['X-Frame-Options', 'DENY'],
    ['X-Content-Type-Options', 'nosniff'],
    ['Referrer-Policy', given.referrer ?? 'no-referrer'],
    ...(given.headers ?? []),
  ],
  body: String(html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${given.title}</title>
<style>${raw(pageStyle)}</style>${given.style === undefined ? '' : raw(`\n<style>${given.style.text}</style>`)}
</head>
<body class="${given.layout ?? 'reading'}">
${given.header ?? ''}<main id="content">
${given.content}
</main>
${given.footer ?? ''}${given.script === undefined ? '' : raw(`<script>${given.script}</script>\n`)}</body>
</html>
`),
});

/** A page for reading: no script, no form. */
export const htmlPage = (title: string, content: Markup, status = 200): HttpReply => page({ title, content, status });
