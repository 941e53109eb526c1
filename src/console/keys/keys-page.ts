import { html } from 'hono/html';
import { keyOverlapSeconds } from '../../domain/key-rotation.ts';
import type { ConsoleContext } from '../context.ts';
import { ConsoleError } from '../error.ts';
import { markerInput } from '../form.ts';
import { minuteOf } from '../instant.ts';
import { consolePage } from '../pages/frame.ts';
import { doneNote } from '../pages/notes.ts';
import { queryOf } from '../query.ts';
import { redirectTo } from '../reply.ts';
import type { Visit } from '../route.ts';
import type { KeyRingName, SandboxKey } from '../sandbox.ts';
import { keysPath } from './paths.ts';

interface Ring {
  readonly name: KeyRingName;
  readonly title: string;
  readonly about: string;
  /** Where its public keys are served. */
  readonly keySet: string;
}

const rings: readonly Ring[] = [
  {
    name: 'authority',
    title: 'Authority',
    about: 'Signs what applications and users get at the token endpoints.',
    keySet: '/common/discovery/v2.0/keys',
  },
  {
    name: 'token-service',
    title: 'Token service',
    about: 'Signs what Generate access token hands out.',
    keySet: '/.well-known/jwks.json',
  },
];

const done: Readonly<Record<KeyRingName, string>> = {
  authority: 'The authority signs with a new key.',
  'token-service': 'The token service signs with a new key.',
};

/** `GET /console/keys` */
export async function showKeys(context: ConsoleContext, visit: Visit) {
  const keys = await context.sandbox.keys();
  return consolePage(context, visit, {
    heading: 'Keys',
    within: keysPath,
    lead: `What tokens are signed with. Rotating makes a new key that signs at once; tokens already issued stay good, because the key before stays published for ${keyOverlapSeconds / 3600} hours, longer than any of them lives. A client that kept the key set has to fetch it again to verify the new ones.`,
    body: html`${doneNote(done, queryOf(visit).get('done'))}${rings.map((ring) => ringCard(context, visit, { ring, keys: keys.filter((key) => key.ring === ring.name) }))}`,
  });
}

/** `POST /console/keys` */
export async function rotateKeys(context: ConsoleContext, visit: Visit) {
  const ring = rings.find(({ name }) => name === visit.form.get('ring'));
  if (!ring) throw new ConsoleError('unreadable', 'The form names no ring of keys. Open the page again.');
  await context.sandbox.rotateKeys(ring.name);
  return redirectTo(`${keysPath}?done=${ring.name}`);
}

function ringCard(
  context: ConsoleContext,
  visit: Visit,
  { ring: { name, title, about, keySet }, keys }: { readonly ring: Ring; readonly keys: readonly SandboxKey[] },
) {
  const live = keys.filter(({ standing }) => standing !== 'retired').toReversed();
  const retired = keys.length - live.length;
  return html`<h2>${title}</h2>
<p class="lead">${about} Its key set: <a href="${keySet}"><code>${keySet}</code></a></p>
<div class="commands"><form method="post" action="${keysPath}">${markerInput(context, visit, keysPath)}<input type="hidden" name="ring" value="${name}"><button aria-label="Rotate the keys of the ${title.toLowerCase()}">Rotate</button></form></div>
<table>
<thead><tr><th scope="col">Key (kid)</th><th scope="col" class="wider">Since</th><th scope="col">Standing</th></tr></thead>
<tbody>
${live.map((key) => html`<tr><th scope="row"><code>${key.kid}</code><small>${key.algorithm}</small><small class="narrow">since ${minuteOf(key.createdAt)}</small></th><td class="wider">${minuteOf(key.createdAt)}</td><td>${standingOf(key)}</td></tr>\n`)}</tbody></table>
${retired === 0 ? '' : html`<p class="small quiet">And ${retired === 1 ? 'one' : retired} that no token alive was signed with: in no key set any more.</p>\n`}`;
}

const standingOf = ({ standing, publishedUntil }: SandboxKey) =>
  standing === 'current'
    ? html`<span class="badge good">Signs</span>`
    : html`<span class="badge off">Published</span>${publishedUntil === undefined ? '' : html`<small>until ${minuteOf(publishedUntil)}</small>`}`;
