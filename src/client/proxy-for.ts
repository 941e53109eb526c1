/**
 * Which of HTTPS_PROXY, HTTP_PROXY and NO_PROXY a request meets, read as Node.js's own `fetch` reads them: names in lower
 * case first, HTTP_PROXY for https too where no other is set, NO_PROXY by name and the names below it.
 */
export interface ProxyChoice {
  /** The variable that names it. */
  readonly name: string;
  /** Undefined: what the variable holds is no address. It may hold a password. */
  readonly url: URL | undefined;
}

export interface ProxySettings {
  /** Undefined: none of the variables is set. */
  readonly proxy: ProxyChoice | undefined;
  /** NO_PROXY leaves this host out. */
  readonly leftOut: boolean;
}

type Variables = Readonly<Record<string, string | undefined>>;

const httpsNames = ['https_proxy', 'HTTPS_PROXY', 'http_proxy', 'HTTP_PROXY'] as const;
const httpNames = ['http_proxy', 'HTTP_PROXY'] as const;

export function proxyFor(address: string, variables: Variables): ProxySettings {
  const target = new URL(address);
  const names = target.protocol === 'https:' ? httpsNames : httpNames;
  const name = names.find((each) => variables[each]);
  if (name === undefined) return { proxy: undefined, leftOut: false };
  const text = variables[name] ?? '';
  const url = text.includes('://') && URL.canParse(text) ? new URL(text) : undefined;
  return { proxy: { name, url }, leftOut: isLeftOut(target, variables.no_proxy || variables.NO_PROXY || '') };
}

function isLeftOut({ hostname, port, protocol }: URL, noProxy: string): boolean {
  if (noProxy.trim() === '*') return true;
  const ownPort = port || (protocol === 'https:' ? '443' : '80');
  return noProxy
    .split(/[,\s]+/)
    .filter((entry) => entry !== '')
    .some((entry) => {
      const [, name = entry, itsPort] = /^(.+):(\d+)$/.exec(entry) ?? [];
      const base = name.replace(/^\*?\./, '').toLowerCase();
      return (itsPort === undefined || itsPort === ownPort) && (hostname === base || hostname.endsWith(`.${base}`));
    });
}

/** The proxy as it may be shown: without the user and the password that may stand in its address. */
export const shownProxy = ({ name, url }: ProxyChoice): string =>
  url ? `${name} (${url.protocol}//${url.host})` : name;
