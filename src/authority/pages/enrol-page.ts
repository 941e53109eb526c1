import { html, raw } from 'hono/html';
import { renderSVG } from 'uqr';
import type { Secret } from '../../base/secret.ts';
import { accountLine, type Frame, markerInput, otherAccountForm, type Problem, stepCard } from './frame.ts';
import { codeField } from './verify-page.ts';

const issuer = 'partner-auth sandbox';

/** What authenticator apps read from the picture (Key Uri Format). */
const keyUri = (userName: string, secret: string): string =>
  `otpauth://totp/${encodeURIComponent(`${issuer}:${userName}`)}?secret=${secret}&issuer=${encodeURIComponent(issuer)}`;

/** Black on white in dark mode too: that is what cameras read. */
const picture = (uri: string): string =>
  renderSVG(uri, { border: 2, pixelSize: 4 }).replace(
    '<svg ',
    '<svg class="qr" role="img" aria-label="QR code with the key below" ',
  );

export const enrolPage = (
  frame: Frame,
  { secret, userName }: { secret: Secret; userName: string },
  problem?: Problem,
) =>
  stepCard(frame, {
    heading: 'Set up your authenticator app',
    problem,
    body: html`${accountLine(frame)}<p>Your organization asks for a second factor. Scan the picture with an authenticator app, or enter the key by hand, then enter the code the app shows.</p>
${raw(picture(keyUri(userName, secret.reveal())))}
<p class="small">Key: <code>${grouped(secret.reveal())}</code></p>
<form method="post" novalidate>${markerInput(frame.marker)}
${codeField(problem)}
<div class="actions"><button class="primary">Finish</button></div>
</form>
${otherAccountForm(frame)}`,
  });

const grouped = (secret: string): string => secret.replace(/(.{4})(?=.)/g, '$1 ');
