import assert from 'node:assert/strict';
import { once } from 'node:events';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';

/** A person at an authority's pages, by plain HTTP: keeps cookies, follows redirects, fills in the one form of a page. */
export interface FormBrowser {
  /** Ends at a page without redirect, at whichever origin it is. */
  open(url: string): Promise<Page>;
  /** Sends the page's form, its hidden fields with these. */
  submit(page: Page, fields?: Readonly<Record<string, string>>): Promise<Page>;
}

export interface Page {
  readonly url: string;
  readonly status: number;
  readonly html: string;
}

export function formBrowser(): FormBrowser {
  const cookies = new Map<string, string>();

  async function load(url: string, form?: URLSearchParams): Promise<Page> {
    const sent = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    // `fetch` would say of itself that it is no browser.
    const request = httpRequest(url, {
      agent: false,
      method: form ? 'POST' : 'GET',
      headers: {
        accept: 'text/html',
        ...(sent === '' ? {} : { cookie: sent }),
        ...(form ? { 'content-type': 'application/x-www-form-urlencoded' } : {}),
      },
    });
    request.end(form?.toString());
    const [answer] = (await once(request, 'response')) as [IncomingMessage];
    const html = await text(answer);
    for (const line of answer.headers['set-cookie'] ?? []) {
      const [pair = ''] = line.split(';');
      const [name = ''] = pair.split('=');
      if (pair.endsWith('=')) cookies.delete(name);
      else cookies.set(name, pair.slice(name.length + 1));
    }
    const { location } = answer.headers;
    return location === undefined ? { url, status: answer.statusCode ?? 0, html } : load(new URL(location, url).href);
  }

  return {
    open: (url) => load(url),
    submit(page, fields = {}) {
      const [form, action = ''] = /<form[^>]* action="([^"]*)".*?<\/form>/s.exec(page.html) ?? [];
      assert.ok(form !== undefined, `${page.url} has no form: ${page.html}`);
      const hidden = [...form.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)"/g)].map(
        ([, name = '', value = '']) => [name, value] as const,
      );
      const body = new URLSearchParams({ ...Object.fromEntries(hidden), ...fields });
      return load(new URL(action, page.url).href, body);
    },
  };
}
