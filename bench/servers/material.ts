// What every subject of the exchange benchmark works with: an issuer's key, a signing key and bearers, made once a run.
import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import { type Algorithm, generatePrivateKey, signerOf } from '../../src/jwt/index.ts';

export const issuer = 'https://sts.windows.net/aaaabbbb-0000-cccc-1111-dddd2222eeee/';
export const issuerTemplate = 'https://sts.windows.net/{tenantid}/';

/** As it crosses to a subject: keys as PEM. */
export interface Material {
  readonly issuerPublicKey: string;
  readonly signingPrivateKey: string;
  /** What is signed with; bearers are signed with RS256, as Entra's. */
  readonly algorithm: Algorithm;
  readonly bearers: readonly string[];
}

export async function makeMaterial(bearers: number, algorithm: Algorithm = 'RS256'): Promise<Material> {
  const [issuerKey, signingKey] = await Promise.all([generatePrivateKey('RS256'), generatePrivateKey(algorithm)]);
  const signer = signerOf({ kid: 'issuer', algorithm: 'RS256', privateKey: issuerKey });
  return {
    issuerPublicKey: createPublicKey(issuerKey).export({ type: 'spki', format: 'pem' }).toString(),
    signingPrivateKey: signingKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    algorithm,
    bearers: await Promise.all(Array.from({ length: bearers }, (_, index) => signer.sign(bearerClaims(index)))),
  };
}

/** An app-only v1 access token as Entra writes it, in size and claims. */
function bearerClaims(index: number): object {
  const now = Math.floor(Date.now() / 1000);
  const objectId = `11111111-2222-4333-8444-${String(index).padStart(12, '0')}`;
  return {
    aud: 'https://api.partnercenter.microsoft.com',
    iss: issuer,
    iat: now - 300,
    nbf: now - 300,
    exp: now + 86_400,
    aio: 'k2RgYFjCsj3yUdGDpZbZKyUDJm4WBwA=',
    appid: '00001111-aaaa-2222-bbbb-3333cccc4444',
    appidacr: '1',
    idp: issuer,
    idtyp: 'app',
    oid: objectId,
    rh: '1.AUEBm7uqqgAAzMwREd3dIiLu7g.',
    sub: objectId,
    tid: 'aaaabbbb-0000-cccc-1111-dddd2222eeee',
    uti: 'bPSQkAQxUUe3OkR0kAAAAA',
    ver: '1.0',
  };
}

export const publicKeyOf = ({ issuerPublicKey }: Material): KeyObject => createPublicKey(issuerPublicKey);
export const privateKeyOf = ({ signingPrivateKey }: Material): KeyObject => createPrivateKey(signingPrivateKey);

/** A subject tells its CPU time when asked, makes what it is asked for by name, and ends when the benchmark does. */
export function serveFigures(
  port: number,
  makers: Readonly<Record<string, () => Promise<readonly string[]>>> = {},
): void {
  process.on('message', async (word: string) => {
    const make = makers[word];
    if (make) {
      process.send?.(await make());
      return;
    }
    const { user, system } = process.cpuUsage();
    process.send?.({ cpuSeconds: (user + system) / 1e6, residentBytes: process.memoryUsage.rss() });
  });
  process.on('disconnect', () => process.exit());
  process.send?.({ port });
}
