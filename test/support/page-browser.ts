/** What a browser without script does with these pages: keeps the cookie, follows redirects, sends forms. */
export interface Shown {
  readonly status: number;
  readonly url: string;
  readonly headers: Headers;
  readonly html: string;
  readonly heading: string;
  /** Every Set-Cookie on the way here. */
  readonly cookiesSet: readonly string[];
  /** Where it was sent that is not this origin: the application's answer. */
  readonly left?: URL;
}

export type Fetch = (input: string, init?: RequestInit) => Promise<Response>;

export interface PageBrowser {
  open(path: string): Promise<Shown>;
  /** Sends the first form of the page shown, with these fields besides its hidden ones. */
  submit(fields: Readonly<Record<string, string>>, init?: SubmitOptions): Promise<Shown>;
  shown(): Shown;
  cookie: string | undefined;
}

export interface SubmitOptions {
  /** Default: the page's own. */
  readonly headers?: Readonly<Record<string, string | undefined>>;
  readonly method?: string;
  readonly url?: string;
  readonly withoutHidden?: boolean;
}

export function pageBrowser(origin: string, fetch: Fetch): PageBrowser {
  let shown: Shown | undefined;
  const current = (): Shown => {
    if (!shown) throw new Error('no page was opened');
    return shown;
  };
  const load = async (url: string, init: RequestInit, cookiesSet: readonly string[] = []): Promise<Shown> => {
    const headers = new Headers(init.headers);
    if (browser.cookie !== undefined) headers.set('cookie', browser.cookie);
    const response = await fetch(url, { ...init, headers, redirect: 'manual' });
    const set = [...cookiesSet, ...response.headers.getSetCookie()];
    for (const one of response.headers.getSetCookie()) {
      const pair = one.split(';')[0] ?? '';
      browser.cookie = pair.endsWith('=') ? undefined : pair;
    }
    const location = response.headers.get('location');
    const target = location === null ? undefined : new URL(location, url);
    if (target && target.origin === origin && init.redirect !== 'error') {
      return load(target.href, {}, set);
    }
    const html = await response.text();
    shown = {
      status: response.status,
      url,
      headers: response.headers,
      html,
      heading: textOf(/<h1>(.*?)<\/h1>/s.exec(html)?.[1] ?? ''),
      cookiesSet: set,
      ...(target ? { left: target } : {}),
    };
    return shown;
  };
  const browser: PageBrowser = {
    cookie: undefined,
    shown: current,
    open: (path) => load(new URL(path, origin).href, {}),
    submit: (fields, { headers = {}, method = 'POST', url = current().url, withoutHidden = false } = {}) => {
      const form = firstForm(current().html);
      const action = new URL(form.action ?? url, url).href;
      const body = new URLSearchParams({ ...(withoutHidden ? {} : form.hidden), ...fields });
      const sent = Object.entries({ origin, 'content-type': 'application/x-www-form-urlencoded', ...headers });
      const init = { headers: sent.filter((pair): pair is [string, string] => pair[1] !== undefined) };
      return method === 'GET' ? load(`${action}?${body}`, init) : load(action, { ...init, method, body: String(body) });
    },
  };
  return browser;
}

export function firstForm(html: string): { action: string | undefined; hidden: Record<string, string> } {
  const [form = '', attributes = ''] = /<form([^>]*)>.*?<\/form>/s.exec(html) ?? [];
  const hidden = Object.fromEntries(
    [...form.matchAll(/<input type="hidden" name="([^"]*)"[^>]*? value="([^"]*)">/g)].map(
      ([, name = '', value = '']) => [textOf(name), textOf(value)],
    ),
  );
  const action = /action="([^"]*)"/.exec(attributes)?.[1];
  return { action: action === undefined ? undefined : textOf(action), hidden };
}

const entities: Readonly<Record<string, string>> = {
  '&amp;': '&',
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&#39;': "'",
};

export const textOf = (html: string): string =>
  html.replace(/&(?:amp|lt|gt|quot|#39);/g, (entity) => entities[entity] ?? entity);
