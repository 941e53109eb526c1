import { sha256 } from '../../base/bytes.ts';

/**
 * What the browser shows at the redirect address. Everything is known before the first request: nothing that a request
 * says is in a page, and a page asks for nothing.
 */

/** The sandbox's look, as far as one card needs it. */
const style = `
:root {
  color-scheme: light dark;
  --ground: light-dark(#eef1f5, #12161b); --surface: light-dark(#fff, #1c2229); --line: light-dark(#cfd7e0, #3a4551);
  --ink: light-dark(#17202a, #e9edf2); --accent: light-dark(#0b5cad, #86bdf7);
}
* { box-sizing: border-box; }
body { margin: 0; min-height: 100vh; display: grid; font: 16px/1.55 system-ui, 'Segoe UI', Roboto, 'Helvetica Neue', sans-serif; color: var(--ink); background: var(--ground); }
main { place-self: center; width: 100%; max-width: 27.5rem; margin: 1.5rem 0; padding: 2.25rem 2.5rem 2.5rem; background: var(--surface); border: 1px solid var(--line); border-radius: 14px; box-shadow: 0 1px 2px #0000000f, 0 10px 30px #00000012; }
.brand { display: flex; align-items: center; gap: .55rem; margin: 0 0 1.5rem; font-size: .95rem; font-weight: 600; }
.brand svg { width: 1.5rem; height: 1.5rem; color: var(--accent); }
h1 { font-size: 1.6rem; line-height: 1.25; font-weight: 650; margin: 0 0 .5rem; text-wrap: balance; }
p { margin: .5rem 0 0; text-wrap: balance; }
@media (max-width: 30rem) {
  main { place-self: start stretch; margin: 0; padding: 1.5rem 1.25rem 2rem; border-width: 0 0 1px; border-radius: 0; box-shadow: none; }
  h1 { font-size: 1.4rem; }
}
@media (forced-colors: active) { main { border-width: 2px; } }
`;

const mark =
  '<svg viewBox="0 0 24 24" aria-hidden="true" focusable="false"><rect x="1.5" y="1.5" width="13" height="13" rx="3.5" fill="none" stroke="currentColor" stroke-width="2.4"/><rect x="9.5" y="9.5" width="13" height="13" rx="3.5" fill="currentColor"/></svg>';

const page = (heading: string, text: string): string => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${heading} – partner-auth</title>
<style>${style}</style>
</head>
<body>
<main>
<p class="brand">${mark} partner-auth</p>
<h1>${heading}</h1>
<p>${text}</p>
</main>
</body>
</html>
`;

export const pages = {
  signedIn: page('You are signed in', 'You can close this window and return to the terminal.'),
  notSignedIn: page('You are not signed in', 'The terminal says why. You can close this window and return to it.'),
  refused: page('This answer was not accepted', 'It does not belong to the sign-in that was started in the terminal.'),
  notFound: page('There is nothing here', 'Only the answer to a sign-in is taken at this address.'),
} as const;

const policy = [
  "default-src 'none'",
  `style-src 'sha256-${sha256(style).toString('base64')}'`,
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** Of every answer, redirects too. None of them lets another origin read or embed it. */
export const pageHeaders = {
  'Content-Type': 'text/html; charset=utf-8',
  'Cache-Control': 'no-store',
  'Content-Security-Policy': policy,
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
} as const;
