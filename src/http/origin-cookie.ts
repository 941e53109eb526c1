import type { HttpReply, HttpRequest } from './message.ts';

/** A cookie of one origin and of nothing else, that no script reads. */
export interface OriginCookie {
  /** Undefined without one, and for two of the name: somebody else put one of them there. */
  read(http: HttpRequest): string | undefined;
  /** `maxAge` in seconds; default: until the browser is closed. */
  write(http: HttpRequest, value: string, maxAge?: number): HttpReply['headers'];
  remove(http: HttpRequest): HttpReply['headers'];
}

/**
 * The prefix makes a browser take the cookie from this very origin alone, over HTTPS (RFC 6265bis section 4.1.3.2). A cookie
 * is not told apart by port, so its name says the port: two sandboxes on one host do not sign each other's users out.
 *
 * Lax: a navigation from elsewhere carries it, a form another site sends does not.
 */
export function originCookie(name: string): OriginCookie {
  const write: OriginCookie['write'] = (http, value, maxAge) => {
    const secure = http.origin.startsWith('https:') ? '; Secure' : '';
    const life = maxAge === undefined ? '' : `; Max-Age=${maxAge}`;
    return [['Set-Cookie', `${nameAt(http, name)}=${value}; Path=/${life}; HttpOnly; SameSite=Lax${secure}`]];
  };
  return { read: (http) => soleCookie(http, nameAt(http, name)), write, remove: (http) => write(http, '', 0) };
}

function nameAt({ origin }: HttpRequest, name: string): string {
  const port = /:(\d+)$/.exec(origin)?.[1];
  const full = port === undefined ? name : `${name}-${port}`;
  return origin.startsWith('https:') ? `__Host-${full}` : full;
}

function soleCookie(http: HttpRequest, name: string): string | undefined {
  const prefix = `${name}=`;
  const values = http
    .headers('cookie')
    .flatMap((header) => header.split(/; */))
    .filter((pair) => pair.startsWith(prefix));
  return values.length === 1 ? values[0]?.slice(prefix.length) : undefined;
}
