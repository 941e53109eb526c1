/** The endpoints a fault may name, and the paths each of them has. */
export const faultEndpoints = {
  token: /^\/[^/]+\/oauth2(\/v2\.0)?\/token$/i,
  authorize: /^\/[^/]+\/oauth2(\/v2\.0)?\/authorize$/i,
  devicecode: /^\/[^/]+\/oauth2(\/v2\.0)?\/devicecode$/i,
  discovery: /\/\.well-known\/openid-configuration$|^\/common\/discovery\/instance$|^\/[^/]+\/userrealm\//i,
  keys: /^\/[^/]+\/discovery(\/v2\.0)?\/keys$|^\/\.well-known\/jwks\.json$/i,
  generatetoken: /^(\/v3)?\/generatetoken$/i,
  customers: /^\/v1\/customers(\/|$)/i,
  referrals: /^\/v1\.0\/engagements\/referrals(\/|$)/i,
} as const;

export type FaultEndpoint = keyof typeof faultEndpoints;

export const faultEndpointNames = Object.keys(faultEndpoints) as [FaultEndpoint, ...FaultEndpoint[]];

export const endpointAt = (path: string): FaultEndpoint | undefined =>
  faultEndpointNames.find((name) => faultEndpoints[name].test(path));

/** Whether a path fits a pattern in which `*` stands for any text, slashes too. In time linear in both. */
export function fitsPattern(pattern: string, path: string): boolean {
  const [first = '', ...rest] = pattern.toLowerCase().split('*');
  const text = path.toLowerCase();
  if (rest.length === 0) return text === first;
  const last = rest.pop() ?? '';
  if (!text.startsWith(first) || text.length < first.length + last.length || !text.endsWith(last)) return false;
  const middle = text.slice(first.length, text.length - last.length);
  let from = 0;
  for (const piece of rest) {
    const found = middle.indexOf(piece, from);
    if (found < 0) return false;
    from = found + piece.length;
  }
  return true;
}
