import { html, raw } from 'hono/html';
import type { HttpReply } from './message.ts';

const style = `
:root { color-scheme: light dark; --line: #8884; --accent: light-dark(#0b5cad, #7ab8ff); }
body { font: 16px/1.55 system-ui, sans-serif; max-width: 62rem; margin: 0 auto; padding: 2.5rem 1.25rem 4rem; }
h1 { font-size: 1.8rem; margin: 0 0 .25rem; } h2 { font-size: 1.2rem; margin: 2.25rem 0 .5rem; }
p { margin: .5rem 0; } a { color: var(--accent); }
code, pre { font: 0.9em/1.5 ui-monospace, monospace; } code { overflow-wrap: anywhere; }
pre { border: 1px solid var(--line); border-radius: 8px; padding: .9rem 1rem; overflow-x: auto; }
table { border-collapse: collapse; width: 100%; } th, td { text-align: left; vertical-align: top; padding: .4rem .75rem .4rem 0; border-bottom: 1px solid var(--line); }
th { font-weight: 600; } td:first-child { white-space: nowrap; } .scroll { overflow-x: auto; }
`;

const policy =
  "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** What `hono/html` makes: values in it are escaped. */
type Markup = ReturnType<typeof html>;

/** A page for reading: no script, nothing from elsewhere, never framed. */
export const htmlPage = (title: string, content: Markup, status = 200): HttpReply => ({
  status,
  headers: [
    ['Content-Type', 'text/html; charset=utf-8'],
    ['Cache-Control', 'no-store'],
    ['Content-Security-Policy', policy],
    ['X-Content-Type-Options', 'nosniff'],
    ['Referrer-Policy', 'no-referrer'],
  ],
  body: String(html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<style>${raw(style)}</style>
</head>
<body>
<main>
${content}
</main>
</body>
</html>
`),
});
