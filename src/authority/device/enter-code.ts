import { canonicalUserCode, entryKey, userCodeLength } from '../../domain/index.ts';
import type { HttpReply } from '../../http/message.ts';
import { markerOf } from '../../http/own-form.ts';
import { formPairs } from '../../protocol/form.ts';
import type { Call, Endpoint } from '../call.ts';
import type { AuthorityContext } from '../context.ts';
import { AuthorityError } from '../error-table.ts';
import { giveBackGuess, takeGuess } from '../guesses.ts';
import { begin } from '../interaction/begin.ts';
import { type Browser, findBrowser, newBrowser } from '../interaction/browser.ts';
import { ownForm, refuseForm, requireMarker } from '../interaction/marker.ts';
import { enterCodePage } from '../pages/device-pages.ts';
import type { Problem } from '../pages/frame.ts';
import { requireOpen } from './ending.ts';

/** Wrong codes of one address, and of one browser: 41 bits stay out of reach (RFC 8628 section 5.1). */
const userCodeRule = { limit: 10, windowSeconds: 900 } as const;

/** `/devicelogin` and its other names: takes the code a device shows, and goes on to signing in. */
export const deviceLogin: Endpoint = async (context, call) => {
  const { http } = call;
  if (http.method === 'POST') return takeCode(context, call);
  if (http.method !== 'GET' && http.method !== 'HEAD') {
    throw new AuthorityError('wrongVerb', { accepted: 'GET, POST', received: http.method });
  }
  const browser = (await findBrowser(context, http)) ?? (await newBrowser(context, http));
  // Entra's link carries the code as `otc`; it is filled in, and confirmed by nobody but the person.
  const [, userCode = ''] = formPairs(http.query).find(([name]) => name === 'otc' || name === 'user_code') ?? [];
  return pageFor(browser, canonicalUserCode(userCode).slice(0, userCodeLength));
};

const pageFor = (browser: Browser, userCode: string, problem?: Problem): HttpReply =>
  enterCodePage({ marker: markerFor(browser), userCode, headers: browser.setCookie }, problem);

const markerFor = ({ session }: Browser): string => markerOf(session.browserId, 'device code');

async function takeCode(context: AuthorityContext, call: Call): Promise<HttpReply> {
  const form = ownForm(call.http);
  const browser = await findBrowser(context, call.http);
  if (!browser) refuseForm('The page was opened in another browser, or too long ago. Open it again.');
  requireMarker(form, markerFor(browser));
  const userCode = canonicalUserCode(form.get('otc') ?? '');
  const guesses = [`user code by ${call.http.remoteAddress}`, `user code by ${browser.session.browserId}`];
  for (const guess of guesses) {
    if (!(await takeGuess(context, guess, userCodeRule))) return pageFor(browser, userCode, tooMany);
  }
  try {
    const found = await findGrant(context, userCode);
    for (const guess of guesses) await giveBackGuess(context, guess);
    requireOpen(found.grant, call.now);
    return await beginWith(context, call, found);
  } catch (cause) {
    if (!(cause instanceof AuthorityError)) throw cause;
    return pageFor(browser, userCode, problemOf(cause));
  }
}

async function findGrant({ entries }: AuthorityContext, userCode: string) {
  const found = await entries.find('userCode', entryKey(userCode));
  const grant = found && (await entries.find('deviceGrant', found.deviceGrantKey));
  if (!grant) throw new AuthorityError('deviceCodeUnknown');
  return { grant, deviceGrantKey: found.deviceGrantKey };
}

type Found = Awaited<ReturnType<typeof findGrant>>;

const beginWith = (context: AuthorityContext, call: Call, { grant, deviceGrantKey }: Found): Promise<HttpReply> => {
  const { appId, tenantPath, asked } = grant;
  const version = asked.resource === undefined ? 'v2' : 'v1';
  const purpose = { kind: 'device', appId, tenantPath, version, asked, deviceGrantKey } as const;
  return begin(context, call, { purpose, demands: {} });
};

const texts: Readonly<Record<string, string>> = {
  deviceCodeUnknown: 'That code is not right. Check what your device shows, and enter it again.',
  codeExpired: 'That code has expired. Ask your device for a new one.',
  deviceAlreadyAnswered: 'That code has been used. Ask your device for a new one.',
};

const problemOf = (error: AuthorityError): Problem => ({
  field: 'otc',
  text: texts[error.code] ?? error.message,
  code: error.entry.code,
});

const tooMany: Problem = { field: 'otc', text: 'Too many wrong codes. Wait 15 minutes and try again.' };
