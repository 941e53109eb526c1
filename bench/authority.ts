import { median, percentile } from '../test/support/figures.ts';
import { compare, compareAsOnMostProcessors, type Variant } from './comparison.ts';
import { loadCore, pinSelf, printMachine, printTable, start } from './harness.ts';
import { drive } from './load.ts';
import { makeMaterial } from './servers/material.ts';
import { codeVerifier, peer, redirectUri, sandbox } from './servers/token-clients.ts';

type Material = Awaited<ReturnType<typeof makeMaterial>>;

const post = (path: string, fields: Readonly<Record<string, string>>): string => {
  const body = new URLSearchParams(fields).toString();
  return [
    `POST ${path} HTTP/1.1`,
    'Host: 127.0.0.1',
    'Accept: application/json',
    'Content-Type: application/x-www-form-urlencoded',
    `Content-Length: ${body.length}`,
    '',
    body,
  ].join('\r\n');
};

type Fields = (prepared: readonly string[], serial: number, last: string) => Readonly<Record<string, string>>;

/** One grant at the sandbox's authority, with a durable store, and at oidc-provider, whose store is a Map. */
const variants = (fields: {
  sandbox: Fields;
  peer: Fields;
  peerSettings?: object;
  prepare?: string;
}): readonly Variant<Material>[] => {
  const prepare = fields.prepare === undefined ? {} : { prepare: fields.prepare };
  return [
    {
      name: 'oidc-provider, in memory',
      script: './servers/oidc-provider.ts',
      settings: fields.peerSettings ?? {},
      ...prepare,
      request: (_, serial, prepared, last) => post('/token', { ...peer, ...fields.peer(prepared, serial, last) }),
    },
    ...(['sqlite', 'memory'] as const).map((store) => ({
      name: store === 'sqlite' ? 'authority, SQLite store' : 'authority, store in memory',
      script: './servers/authority.ts',
      settings: { store },
      ...prepare,
      request: (_: Material, serial: number, prepared: readonly string[], last: string) =>
        post(sandbox.tokenPath, { ...sandbox.client, ...fields.sandbox(prepared, serial, last) }),
    })),
  ];
};

const either = (prepared: readonly string[], serial: number): string => prepared[serial % prepared.length] ?? '';
/** A code works once: the next one each time, whatever the serial of the request. */
const next = () => {
  const given = new WeakMap<readonly string[], number>();
  return (prepared: readonly string[]): string => {
    const index = given.get(prepared) ?? 0;
    given.set(prepared, index + 1);
    return prepared[index] ?? '';
  };
};

const codeFields = (): Fields => {
  const code = next();
  return (prepared) => ({
    grant_type: 'authorization_code',
    code: code(prepared),
    redirect_uri: redirectUri,
    code_verifier: codeVerifier,
  });
};

/** One token again and again, as at one customer's tenant after the other. */
const sameToken: Fields = (prepared, serial) => ({
  grant_type: 'refresh_token',
  refresh_token: either(prepared, serial),
});

/** The token of the answer before: a chain for each connection. */
const lastToken: Fields = (prepared, serial, last) => ({
  grant_type: 'refresh_token',
  refresh_token: /"refresh_token":"([^"]+)"/.exec(last)?.[1] ?? either(prepared, serial),
});

/** Prints client credentials, refresh and code redemption beside oidc-provider and the ceiling of their signatures. */
export async function run(): Promise<void> {
  printMachine();
  pinSelf(loadCore);
  const material = await makeMaterial(1);
  const comparison = { material, base: 'peer' };
  console.log('\nClient credentials: one token signed.');
  const clientCredentials = {
    ...comparison,
    ceiling: { signs: 1, verifies: 0 },
    variants: variants({
      sandbox: () => ({ grant_type: 'client_credentials', scope: sandbox.defaultScope }),
      peer: () => ({ grant_type: 'client_credentials' }),
    }),
  };
  await compare(clientCredentials);
  await compareAsOnMostProcessors({ ...clientCredentials, variants: clientCredentials.variants.slice(0, 2) });
  const refresh = async (title: string, fields: Fields, peerSettings: object) => {
    console.log(`\nRefresh, ${title}: an access token and an ID token signed, a refresh token kept.`);
    await compare({
      ...comparison,
      ceiling: { signs: 2, verifies: 0 },
      variants: variants({
        prepare: 'refreshTokens',
        sandbox: (...given) => ({ ...fields(...given), scope: sandbox.userScope }),
        peer: fields,
        peerSettings,
      }),
    });
  };
  await refresh('one token again and again', sameToken, { rotates: false });
  await refresh('each time with the newest token', lastToken, { rotates: true });
  console.log('\nCode redemption with PKCE: the code is used up, two tokens signed, a refresh token kept.');
  await compare({
    ...comparison,
    ceiling: { signs: 2, verifies: 0 },
    variants: variants({ prepare: 'codes', sandbox: codeFields(), peer: codeFields() }),
  });
  console.log(
    '\nClient credentials, 200 a second, while 20 users a second sign in by password; the server has all cores.',
  );
  await besideSignIns(material);
}

const besideRounds = 5;

/** Hashing a password takes 30 ms of a core: whether those who need none wait for it. */
async function besideSignIns(material: Material): Promise<void> {
  const subject = await start<{ port: number }>('./servers/authority.ts', { ...material, store: 'sqlite' }, undefined);
  const { port } = subject.ready;
  const tokens = () =>
    drive({
      port,
      connections: 10,
      pauseMilliseconds: 48,
      seconds: 4,
      request: () =>
        post(sandbox.tokenPath, {
          ...sandbox.client,
          grant_type: 'client_credentials',
          scope: sandbox.defaultScope,
        }),
      mark: async () => {},
    });
  const signIns = () =>
    drive({
      port,
      connections: 10,
      pauseMilliseconds: 460,
      seconds: 4,
      request: (serial) =>
        post(sandbox.tokenPath, {
          ...sandbox.client,
          grant_type: 'password',
          username: sandbox.nameOf(serial % sandbox.signingIn),
          password: sandbox.password,
          scope: sandbox.userScope,
        }),
      mark: async () => {},
    });
  const results: { alone: readonly number[]; beside: readonly number[]; perSecond: number; refused: number }[] = [];
  for (let round = 0; round < besideRounds; round++) {
    const alone = await tokens();
    const [beside, signedIn] = await Promise.all([tokens(), signIns()]);
    results.push({
      alone: alone.latencies,
      beside: beside.latencies,
      perSecond: signedIn.answered / signedIn.seconds,
      refused: alone.refused + beside.refused + signedIn.refused,
    });
  }
  subject.stop();
  const of = (which: 'alone' | 'beside', part: number) =>
    median(results.map((result) => percentile(result[which], part))).toFixed(2);
  const refused = String(results.reduce((sum, one) => sum + one.refused, 0));
  const ratio = median(results.map(({ alone, beside }) => percentile(beside, 0.99) / percentile(alone, 0.99)));
  printTable(
    ['', 'sign-ins/s', 'p50 ms', 'p99 ms', 'p99 of alone', 'not 200'],
    [
      ['alone', '0', of('alone', 0.5), of('alone', 0.99), '1.00', ''],
      [
        'beside sign-ins',
        median(results.map(({ perSecond }) => perSecond)).toFixed(0),
        of('beside', 0.5),
        of('beside', 0.99),
        ratio.toFixed(2),
        refused,
      ],
    ],
  );
}
