import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import type { ProductionConfig } from '../../../src/server/production/config-schema.ts';
import { readConfig } from '../../../src/server/production/read-config.ts';
import { settings } from '../../../src/server/production/settings.ts';

const sealingKey = Buffer.alloc(32, 7).toString('base64');
const valid = {
  issuer: 'https://tokens.example.com',
  storage: { sqliteFile: '/var/lib/partner-auth/records.sqlite' },
  keys: { sealingKey },
  trustedIssuers: [{ cloud: 'AzureCloud' }],
};
const files: Readonly<Record<string, string>> = {
  '/secrets/key': `${sealingKey}\n`,
  '/secrets/url': 'postgres://h/d',
  '/secrets/headers': 'api-key=a%20b,x=y\n',
};

function read(stated: object | string, variables: Record<string, string> = {}): ProductionConfig {
  const text = typeof stated === 'string' ? stated : JSON.stringify(stated);
  const readFile = (path: string) => {
    const found = files[path];
    if (found === undefined) throw Object.assign(new Error('not there'), { code: 'ENOENT' });
    return found;
  };
  return readConfig({ text, fileName: 'service.yaml', variables, readFile });
}

/** The sentences a configuration is refused with. */
function mistakes(stated: object | string, variables: Record<string, string> = {}): readonly string[] {
  try {
    read(stated, variables);
  } catch (cause) {
    assert.ok(cause instanceof Error && 'code' in cause && cause.code === 'configuration', String(cause));
    return cause.message
      .split('\n')
      .slice(cause.message.includes('\n') ? 1 : 0)
      .map((line) => line.trim());
  }
  return [];
}

test('what is left out has the default that is printed', () => {
  const config = read({ ...valid, tracing: { endpoint: 'https://collector.example.com' } });
  for (const { path, default: usual } of settings) {
    if (usual === undefined) continue;
    const value = path.split('.').reduce((part: never, name) => part[name] as never, config as never);
    assert.equal(JSON.stringify(value), usual, path);
  }
});

test('YAML and JSON are read alike', () => {
  const yaml = `
issuer: https://tokens.example.com
storage:
  sqliteFile: /var/lib/partner-auth/records.sqlite
keys: { sealingKey: ${sealingKey} }
trustedIssuers: [{ cloud: AzureCloud }]
`;
  assert.deepEqual(read(yaml), read(valid));
});

describe('a sentence per mistake, at its place', () => {
  const cases: readonly (readonly [what: string, stated: object | string, sentence: string])[] = [
    ['nothing', '', 'trustedIssuers: is required.'],
    ['a list', '[1]', 'service.yaml cannot be read: it holds no settings, which are names with values.'],
    [
      'a name twice',
      'issuer: a\nissuer: b',
      'service.yaml cannot be read: Map keys must be unique at line 2, column 1.',
    ],
    [
      'a misspelled name',
      { ...valid, isuer: 1 },
      'the file: unknown: isuer. Remove it or correct its spelling; known here are issuer',
    ],
    ['an issuer in clear', { ...valid, issuer: 'http://tokens.example.com' }, 'issuer: must be an https address'],
    ['an issuer with a path', { ...valid, issuer: 'https://a.example/b' }, 'issuer: must be an origin alone'],
    ['no storage', { ...valid, storage: {} }, 'storage.databaseUrl: needs exactly one of databaseUrl, sqliteFile.'],
    [
      'two storages',
      { ...valid, storage: { databaseUrl: 'postgres://h/d', sqliteFile: 'x' } },
      'storage.databaseUrl: needs exactly one',
    ],
    [
      'another database',
      { ...valid, storage: { databaseUrl: 'mysql://h/d' } },
      'storage.databaseUrl: must be an address such as postgres://',
    ],
    [
      'a short sealing key',
      { ...valid, keys: { sealingKey: 'abc' } },
      'keys.sealingKey: must be 32 bytes in base64 or hex',
    ],
    ['no trusted issuer', { ...valid, trustedIssuers: [] }, 'trustedIssuers: must not be empty.'],
    [
      'an unknown cloud',
      { ...valid, trustedIssuers: [{ cloud: 'Mars' }] },
      'trustedIssuers[0].cloud: must be AzureCloud, or AzureChinaCloud',
    ],
    [
      'half an issuer',
      { ...valid, trustedIssuers: [{ issuer: 'https://a.example' }] },
      'trustedIssuers[0].jwksUri: is required.',
    ],
    [
      'keys in clear',
      { ...valid, trustedIssuers: [{ issuer: 'https://a.example', jwksUri: 'http://a.example', tokenVersion: '1.0' }] },
      'trustedIssuers[0].jwksUri: must be an https address.',
    ],
    [
      'an issuer’s name in clear',
      { ...valid, trustedIssuers: [{ issuer: 'http://a.example', jwksUri: 'https://a.example', tokenVersion: '1.0' }] },
      'trustedIssuers[0].issuer: must be an https address',
    ],
    [
      'a cloud twice',
      { ...valid, trustedIssuers: [{ cloud: 'AzureCloud' }, { cloud: 'AzureCloud' }] },
      'trustedIssuers[1]: AzureCloud is there already.',
    ],
    [
      'others in clear',
      { ...valid, listen: { host: '0.0.0.0' } },
      'listen.host: is reached by others at 0.0.0.0, in clear. Add tls',
    ],
    [
      'TLS twice',
      { ...valid, tls: { keyFile: 'k', certificateFile: 'c' }, behindProxy: { trustedProxies: ['10.0.0.1'] } },
      'tls: stands beside behindProxy',
    ],
    [
      'a proxy that is none',
      { ...valid, behindProxy: { trustedProxies: ['10.0.0.0/33'] } },
      'behindProxy.trustedProxies[0]: must be an address or a network',
    ],
    [
      'a proxy that is everybody',
      { ...valid, behindProxy: { trustedProxies: ['10.0.0.0/8', '::/0'] } },
      'behindProxy.trustedProxies[1]: ::/0 is everybody. Name your proxies.',
    ],
    [
      'headers that may take longer than all of it',
      { ...valid, limits: { headersSeconds: 31 } },
      'limits.headersSeconds: is more than limits.requestSeconds',
    ],
    ['a skew too large', { ...valid, skewSeconds: 301 }, 'skewSeconds: must be at most 300.'],
    ['no date', { ...valid, legacySunset: 'soon' }, 'legacySunset: must be a date such as 2026-12-31.'],
    [
      'a collector by its host alone',
      { ...valid, tracing: { endpoint: 'collector:4318' } },
      'tracing.endpoint: must be an address such as http://collector:4318.',
    ],
    [
      'a secret in a collector’s address',
      { ...valid, tracing: { endpoint: 'https://a:b@collector' } },
      'tracing.endpoint: must have no user and no query in it',
    ],
    [
      'headers that are none',
      { ...valid, tracing: { endpoint: 'https://collector', headers: 'api-key=a b' } },
      'tracing.headers: must be names with values',
    ],
    [
      'a header with a line break',
      { ...valid, tracing: { endpoint: 'https://collector', headers: 'api-key=a%0d%0ax' } },
      'tracing.headers: must be names with values',
    ],
    [
      'a secret header in clear',
      { ...valid, tracing: { endpoint: 'http://collector:4318', headers: 'api-key=a' } },
      'tracing.headers: would go in clear to http://collector:4318. Give an https address.',
    ],
    [
      'more than every trace',
      { ...valid, tracing: { endpoint: 'http://collector:4318', sampleRatio: 1.5 } },
      'tracing.sampleRatio: must be at most 1.',
    ],
    ['a port of text', { ...valid, listen: { port: 'x' } }, 'listen.port: must be a number.'],
  ];
  for (const [what, stated, sentence] of cases) {
    test(what, () => {
      const told = mistakes(stated);
      assert.ok(
        told.some((line) => line.startsWith(sentence)),
        told.join('\n'),
      );
    });
  }

  test('all at once', () => assert.equal(mistakes('').length, 4));

  test('of very many the first', () => {
    const unknown = Object.fromEntries(Array.from({ length: 25 }, (_, index) => [`PARTNER_AUTH_SERVICE_${index}`, '']));
    const told = mistakes(valid, unknown);
    assert.deepEqual([told.length, told.at(-1)], [21, 'and 5 more']);
  });

  for (const [what, key] of Object.entries({
    'too short': Buffer.alloc(16).toString('base64'),
    'too long': Buffer.alloc(33).toString('base64'),
    'with a sign that is none of base64': `${sealingKey.slice(0, 8)}!${sealingKey.slice(8)}`,
  })) {
    test(`a sealing key ${what}`, () => {
      assert.deepEqual(mistakes({ ...valid, keys: { sealingKey: key } }), [
        'keys.sealingKey: must be 32 bytes in base64 or hex: openssl rand -base64 32.',
      ]);
    });
  }

  test('a file that is too long, would grow beyond reason, or refers to nothing', () => {
    const long = `${JSON.stringify(valid)} #${' '.repeat(1_048_576)}`;
    assert.throws(() => read(long), {
      code: 'configuration',
      message: 'service.yaml cannot be read: it is longer than 1048576 characters.',
    });
    const lists = Array.from({ length: 9 }, (_, index) => `a${index + 1}: &a${index + 1} [${`*a${index},`.repeat(9)}]`);
    for (const text of [['a0: &a0 [x]', ...lists].join('\n'), 'keys: { sealingKey: *Planted-Secret-42 }']) {
      assert.throws(() => read(text), {
        code: 'configuration',
        message:
          'service.yaml cannot be read: an alias in it names nothing that stands before it, or grows beyond reason.',
      });
    }
  });
});

describe('row 125: what belongs to a sandbox is refused', () => {
  const cases: readonly (readonly [what: string, stated: object, place: string])[] = [
    ['its address as the issuer', { ...valid, issuer: 'https://localhost:8443' }, 'issuer:'],
    [
      'its authority as an issuer',
      {
        ...valid,
        trustedIssuers: [
          {
            issuer: 'https://localhost:8443/{tenantid}/v2.0',
            jwksUri: 'https://tokens.example.com/keys',
            tokenVersion: '2.0',
          },
        ],
      },
      'trustedIssuers[0].issuer:',
    ],
    [
      'its keys',
      {
        ...valid,
        trustedIssuers: [
          {
            issuer: 'https://a.example/',
            jwksUri: 'https://127.0.0.1:8443/common/discovery/keys',
            tokenVersion: '2.0',
          },
        ],
      },
      'trustedIssuers[0].issuer:',
    ],
    [
      'its tenants',
      { ...valid, trustedIssuers: [{ cloud: 'AzureCloud', tenants: ['AAAABBBB-0000-CCCC-1111-DDDD2222EEEE'] }] },
      'trustedIssuers[0].tenants:',
    ],
    [
      'its secrets',
      { ...valid, storage: { databaseUrl: 'postgres://a:PCTestPassword%40123@h/d' } },
      'storage.databaseUrl:',
    ],
  ];
  for (const [what, stated, place] of cases) {
    test(what, () => assert.ok(mistakes(stated)[0]?.startsWith(place), mistakes(stated).join('\n')));
  }
  for (const host of ['localhost.', 'a.localhost', '127.1', '0.0.0.0', '[::]', '[::1]', '[::ffff:127.0.0.1]']) {
    test(`its keys at ${host}`, () => {
      const one = { issuer: 'https://a.example/', jwksUri: `https://${host}:8443/keys`, tokenVersion: '2.0' };
      assert.ok(mistakes({ ...valid, trustedIssuers: [one] })[0]?.startsWith('trustedIssuers[0].issuer:'), host);
    });
  }
});

describe('the environment', () => {
  test('each setting has a variable of its own, which counts more than the file', () => {
    assert.equal(new Set(settings.map(({ variable }) => variable)).size, settings.length);
    const config = read(valid, {
      PARTNER_AUTH_SERVICE_LISTEN_PORT: '9000',
      PARTNER_AUTH_SERVICE_LEGACY_AUDIENCE: 'true',
      PARTNER_AUTH_SERVICE_LIMITS_PER_CALLER_REQUESTS: '7',
      PARTNER_AUTH_SERVICE_TRUSTED_ISSUERS: '[{"cloud":"AzureChinaCloud"}]',
      PARTNER_AUTH_SERVICE_ISSUER: 'https://other.example.com',
      PARTNER_AUTH_SERVICE_TRACING_ENDPOINT: 'https://collector.example.com',
      PARTNER_AUTH_SERVICE_TRACING_SAMPLE_RATIO: '0.25',
      PARTNER_AUTH_SERVICE_TRACING_HEADERS_FILE: '/secrets/headers',
    });
    assert.equal(config.listen.port, 9000);
    assert.equal(config.legacyAudience, true);
    assert.deepEqual(config.limits.perCaller, { requests: 7, perSeconds: 60 });
    assert.deepEqual(config.trustedIssuers, [{ cloud: 'AzureChinaCloud' }]);
    assert.equal(config.issuer, 'https://other.example.com');
    const { endpoint, sampleRatio, headers } = config.tracing ?? {};
    assert.deepEqual([endpoint, sampleRatio, headers], ['https://collector.example.com', 0.25, 'api-key=a%20b,x=y']);
  });

  test('a variable changes its own setting, whatever else is an alias of the same value', () => {
    const limits = 'limits: { perCaller: &rate { requests: 7 }, perAddress: *rate }';
    const config = read(`${JSON.stringify(valid).slice(0, -1)}, ${limits} }`, {
      PARTNER_AUTH_SERVICE_LIMITS_PER_CALLER_REQUESTS: '5',
    });
    assert.deepEqual([config.limits.perCaller.requests, config.limits.perAddress.requests], [5, 7]);
  });

  test('what names no setting, or does not fit it, is a mistake', () => {
    assert.deepEqual(mistakes(valid, { PARTNER_AUTH_SERVICE_LISTEN_PROT: '1' }), [
      'PARTNER_AUTH_SERVICE_LISTEN_PROT: names no setting. docs/config.md lists them.',
    ]);
    assert.deepEqual(mistakes(valid, { PARTNER_AUTH_SERVICE_LISTEN_PORT: 'abc' }), ['listen.port: must be a number.']);
    assert.deepEqual(mistakes(valid, { PARTNER_AUTH_SERVICE_ISSUER_FILE: '/secrets/url' }), [
      'PARTNER_AUTH_SERVICE_ISSUER_FILE: names no setting. docs/config.md lists them.',
    ]);
  });
});

describe('secrets from files', () => {
  test('in the file and in the environment; the last line break is not part of them', () => {
    const inFile = { ...valid, keys: { sealingKeyFile: '/secrets/key' } };
    assert.equal(read(inFile).keys.sealingKey, sealingKey);
    const { keys: _, ...rest } = valid;
    const byVariable = read(
      { ...rest, storage: {} },
      {
        PARTNER_AUTH_SERVICE_KEYS_SEALING_KEY_FILE: '/secrets/key',
        PARTNER_AUTH_SERVICE_STORAGE_DATABASE_URL_FILE: '/secrets/url',
      },
    );
    assert.deepEqual([byVariable.keys.sealingKey, byVariable.storage.databaseUrl], [sealingKey, 'postgres://h/d']);
  });

  test('a file that is not there is named, once; two ways of one secret are refused', () => {
    assert.deepEqual(mistakes({ ...valid, keys: { sealingKeyFile: '/secrets/none' } }), [
      'keys.sealingKeyFile: /secrets/none cannot be read (ENOENT).',
    ]);
    assert.deepEqual(mistakes({ ...valid, keys: { sealingKey, sealingKeyFile: '/secrets/key' } }), [
      'keys.sealingKeyFile: stands beside keys.sealingKey. Give one of the two.',
    ]);
  });

  test('row 29: no mistake repeats a secret', () => {
    const planted = 'Planted-Secret-42';
    for (const stated of [
      { ...valid, keys: { sealingKey: planted } },
      { ...valid, keys: { sealingKey: { [planted]: planted } } },
      { ...valid, storage: { databaseUrl: `mysql://a:${planted}@h/d` } },
      { ...valid, storage: { databaseUrl: `postgres://a:${planted}@h/d`, sqliteFile: 'x' } },
      { ...valid, tracing: { endpoint: `https://a:${planted}@h`, headers: `api-key=${planted}` } },
      { ...valid, tracing: { endpoint: 'http://h', headers: `api-key=${planted}` } },
      { ...valid, tracing: { endpoint: 'https://h', headers: `${planted}` } },
      `keys:\n  sealingKey: "${planted}\nissuer: [`,
      `keys: {sealingKey: ${planted}, sealingKey: ${planted}}`,
    ]) {
      const told = mistakes(stated).join('\n').replaceAll(`unknown: ${planted}`, '');
      assert.ok(told.length > 0);
      assert.equal(told.includes(planted), false, told);
    }
  });
});

test('the example of docs/config.md and the README’s are valid', () => {
  const examples = ['docs/config.md', 'README.md'].flatMap((name) => {
    const text = readFileSync(new URL(`../../../${name}`, import.meta.url), 'utf8');
    return [...text.matchAll(/^issuer: [\s\S]*?(?=^(?:YAML|```)$)/gm)].map(([example]) => example);
  });
  assert.equal(examples.length, 2);
  for (const example of examples) {
    const readFile = () => sealingKey;
    readConfig({ text: example, fileName: 'example', variables: {}, readFile });
  }
});
