import { type Fetch, textOf } from './page-browser.ts';

/** A browser without script that keeps every cookie and finds a form by its button. */
export interface FormBrowser {
  open(path: string, init?: RequestInit): Promise<ShownPage>;
  /** Sends the form of the page shown that has a button of this text, with what stands in its fields but for these. */
  press(button: string, fields?: Fields, changes?: RequestChanges): Promise<ShownPage>;
  shown(): ShownPage;
  readonly cookies: Map<string, string>;
  /** Everything that came back, in its order. */
  readonly received: readonly Received[];
}

/** An undefined field is left out: a box that is not ticked. */
export type Fields = Readonly<Record<string, string | undefined>>;

export interface RequestChanges {
  readonly headers?: Readonly<Record<string, string | undefined>>;
  readonly method?: string;
}

export interface ShownPage {
  readonly status: number;
  readonly url: URL;
  readonly html: string;
  readonly heading: string;
  readonly headers: Headers;
}

export interface Received {
  readonly url: string;
  readonly text: string;
}

export function formBrowser(origin: string, fetch: Fetch): FormBrowser {
  const cookies = new Map<string, string>();
  const received: Received[] = [];
  let shown: ShownPage | undefined;
  const current = (): ShownPage => {
    if (!shown) throw new Error('no page was opened');
    return shown;
  };
  const load = async (url: URL, init: RequestInit): Promise<ShownPage> => {
    const headers = new Headers(init.headers);
    headers.set('cookie', [...cookies].map(([name, value]) => `${name}=${value}`).join('; '));
    if (!headers.has('accept')) headers.set('accept', 'text/html,application/xhtml+xml,*/*;q=0.8');
    const response = await fetch(url.href, { ...init, headers, redirect: 'manual' });
    keepCookies(cookies, response.headers.getSetCookie());
    const html = await response.text();
    received.push({ url: url.href, text: `${JSON.stringify([...response.headers])}\n${html}` });
    const location = response.headers.get('location');
    if (location !== null) return load(new URL(location, url), {});
    const heading = textOf(/<h1>(.*?)<\/h1>/s.exec(html)?.[1] ?? '');
    shown = { status: response.status, url, html, heading, headers: response.headers };
    return shown;
  };
  return {
    cookies,
    received,
    shown: current,
    open: (path, init = {}) => load(new URL(path, origin), init),
    press: (button, fields = {}, { headers = {}, method } = {}) => {
      const page = current();
      const form = formWithButton(page.html, button);
      const body = new URLSearchParams(present({ ...form.fields, ...fields }));
      const action = new URL(form.action ?? page.url.href, page.url);
      if ((method ?? form.method) === 'get') {
        return load(new URL(`${action.pathname}?${body}`, origin), { headers: present(headers) });
      }
      const sent = present({ origin, 'content-type': 'application/x-www-form-urlencoded', ...headers });
      return load(action, { method: 'POST', headers: sent, body: body.toString() });
    },
  };
}

const present = (fields: Fields): Record<string, string> =>
  Object.fromEntries(Object.entries(fields).filter((pair): pair is [string, string] => pair[1] !== undefined));

function keepCookies(cookies: Map<string, string>, set: readonly string[]): void {
  for (const one of set) {
    const [pair = ''] = one.split(';');
    const name = pair.slice(0, pair.indexOf('='));
    if (/; Max-Age=0(;|$)/.test(one)) cookies.delete(name);
    else cookies.set(name, pair.slice(name.length + 1));
  }
}

interface FoundForm {
  readonly action: string | undefined;
  readonly method: string;
  readonly fields: Record<string, string>;
}

function formWithButton(html: string, button: string): FoundForm {
  for (const [, attributes = '', content = ''] of html.matchAll(/<form([^>]*)>(.*?)<\/form>/gs)) {
    const buttons = [...content.matchAll(/<button([^>]*)>(.*?)<\/button>/gs)];
    const pressed = buttons.find(([, , text = '']) => textOf(text.replace(/<[^>]*>/g, '')).trim() === button);
    if (!pressed) continue;
    const fields = fieldsOf(content);
    const own = attributesOf(pressed[1] ?? '');
    if (own.name !== undefined) fields[own.name] = own.value ?? '';
    const { action, method = 'get' } = attributesOf(attributes);
    return { action, method, fields };
  }
  throw new Error(`no form of this page has the button ${button}:\n${/<main.*<\/main>/s.exec(html)?.[0]}`);
}

function fieldsOf(content: string): Record<string, string> {
  const fields: Record<string, string> = {};
  for (const [, text = ''] of content.matchAll(/<input([^>]*)>/g)) {
    const { name, type, value = '', checked } = attributesOf(text);
    const isOff = (type === 'checkbox' || type === 'radio') && checked === undefined;
    if (name !== undefined && !isOff && type !== 'file') fields[name] = value;
  }
  for (const [, text = '', options = ''] of content.matchAll(/<select([^>]*)>(.*?)<\/select>/gs)) {
    const all = [...options.matchAll(/<option([^>]*)>/g)].map(([, option = '']) => attributesOf(option));
    const { value = '' } = all.find(({ selected }) => selected !== undefined) ?? all[0] ?? {};
    fields[attributesOf(text).name ?? ''] = value;
  }
  for (const [, text = '', value = ''] of content.matchAll(/<textarea([^>]*)>(.*?)<\/textarea>/gs)) {
    // A line break right after the tag is the tag's own (HTML, textarea).
    fields[attributesOf(text).name ?? ''] = textOf(value.replace(/^\r?\n/, ''));
  }
  return fields;
}

const attributesOf = (text: string): Readonly<Record<string, string | undefined>> =>
  Object.fromEntries(
    [...text.matchAll(/([a-z-]+)(?:="([^"]*)")?/g)].map(([, name = '', value = '']) => [name, textOf(value)]),
  );
