import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { requestMediaTypes, responseMediaTypes } from '../../src/protocol/media-type.ts';
import type { Answer } from '../support/answer.ts';
import type { ExchangeRequest } from '../support/exchange-request.ts';
import { testService } from '../support/token-service.ts';

const service = await testService();
const form = 'application/x-www-form-urlencoded';
const answerTypes = ['application/json', 'application/xml', 'text/xml', 'text/json'] as const;
type AnswerType = (typeof answerTypes)[number];

const bodies: Readonly<Record<(typeof requestMediaTypes)[number], string>> = {
  'application/json': '{"grant_type":"jwt_token"}',
  'text/json': '{"grant_type":"jwt_token"}',
  'application/xml': '<GenerateTokenRequest><grant_type>jwt_token</grant_type></GenerateTokenRequest>',
  'text/xml': '<?xml version="1.0" encoding="utf-8"?>\n<r>\n  <grant_type>jwt_token</grant_type>\n</r>\n',
  'application/x-www-form-urlencoded': 'grant_type=jwt_token',
};

/** A token answer in the syntax of its media type: three fields, `expires_in` as the API writes it. */
function assertToken(answer: Answer, mediaType: AnswerType, api: 'v3' | 'legacy' = 'v3'): void {
  assert.equal(answer.status, 200, answer.body);
  assert.equal(answer.headers['content-type'], `${mediaType}; charset=utf-8`);
  assert.equal(answer.headers.vary, 'Accept');
  const xml = mediaType.endsWith('xml');
  const { access_token: token, ...rest } = answer.fields;
  assert.equal(answer.root, xml ? 'TokenResponse' : undefined);
  assert.equal(String(token).split('.').length, 3);
  assert.deepEqual(rest, { token_type: 'Bearer', expires_in: xml || api === 'legacy' ? '3600' : 3600 });
}

test('the document’s media types', () => {
  assert.deepEqual([...responseMediaTypes].sort(), [...answerTypes].sort());
  assert.deepEqual([...requestMediaTypes].sort(), [...answerTypes, form].sort());
});

/** Accept headers with q-values, each built around the type that must win. */
function acceptsFor(wanted: AnswerType): readonly (readonly [name: string, accept: string])[] {
  const others = answerTypes.filter((mediaType) => mediaType !== wanted);
  const [first = '', second = '', third = ''] = others;
  return [
    ['alone', wanted],
    ['q=1', `${wanted};q=1`],
    ['q=1.000', `${wanted};q=1.000`],
    ['q=0.001 alone', `${wanted};q=0.001`],
    ['highest q, last', `${first};q=0.1, ${second};q=0.5, ${third};q=0.9, ${wanted}`],
    ['highest q, first', `${wanted};q=0.9,${first};q=0.8,${second};q=0.7,${third};q=0.6`],
    ['highest q by a thousandth', `${first};q=0.499, ${wanted};q=0.5`],
    ['others excluded', `${others.map((other) => `${other};q=0`).join(', ')}, */*`],
    ['others excluded, itself unwanted', `${others.map((other) => `${other};q=0`).join(', ')}, */*;q=0.1`],
    ['beside types nobody offers', `image/png, ${wanted};q=0.2, application/yaml`],
    ['above a wildcard', `*/*;q=0.1, ${wanted};q=0.2`],
    ['above its type’s wildcard', `${wanted.split('/')[0]}/*;q=0.1, ${wanted}`],
    ['capital letters', `${wanted.toUpperCase()};Q=0.5, ${first};q=0.4`],
    ['a charset', `${wanted};charset=utf-8`],
    ['a charset before q', `${wanted};charset=utf-8;q=0.6, ${first};q=0.5`],
    ['a version and q', `${first};q=0.2, ${wanted}; version=1 ; q=0.3`],
    ['blanks', `  ${wanted}  ;  q=0.7  ,  ${first} ; q=0.1`],
    ['an unreadable neighbour', `nonsense, ${wanted}, ;q=1`],
    ['a neighbour with an unreadable q', `${first};q=2, ${wanted};q=0.1`],
    ['empty elements', `,, ${wanted} ,,`],
  ];
}

describe('row 75: 5 request types × 4 answer types × q-values, both APIs', () => {
  for (const api of ['v3', 'legacy'] as const) {
    for (const contentType of requestMediaTypes) {
      for (const wanted of answerTypes) {
        for (const [name, accept] of acceptsFor(wanted)) {
          test(`${api}: ${contentType} to ${wanted}, ${name}`, async () => {
            assertToken(await service.exchange({ api, contentType, body: bodies[contentType], accept }), wanted, api);
          });
        }
      }
    }
  }
});

describe('row 75: what a wildcard and a tie get', () => {
  const cases: readonly (readonly [accept: string, mediaType: AnswerType])[] = [
    ['*/*', 'application/json'],
    ['*/*;q=0.001', 'application/json'],
    ['application/*', 'application/json'],
    ['text/*', 'text/json'],
    ['text/*, application/*;q=0.9', 'text/json'],
    ['application/json;q=0, */*', 'text/json'],
    ['application/json;q=0, text/json;q=0, */*', 'application/xml'],
    ['application/*;q=0, */*', 'text/json'],
    ['text/xml, application/json', 'text/xml'],
    ['application/json, text/xml', 'application/json'],
    ['text/html, application/xhtml+xml, application/xml;q=0.9, */*;q=0.8', 'application/xml'],
    ['application/json, text/plain, */*', 'application/json'],
    ['application/xml;q=0.5, application/json;q=0.5', 'application/xml'],
  ];
  for (const [accept, mediaType] of cases) {
    test(`${accept} gets ${mediaType}`, async () => assertToken(await service.exchange({ accept }), mediaType));
  }

  test('Accept in several headers is one list', async () => {
    const headers = { accept: ['text/json;q=0.1', 'text/xml;q=0.2'] };
    assertToken(await service.exchange({ headers }), 'text/xml');
  });
});

describe('row 75: nothing acceptable, or nothing readable', () => {
  const cases: readonly (readonly [accept: string, status: 400 | 406])[] = [
    ['image/*', 406],
    ['application/jsonp', 406],
    ['application/json+xml', 406],
    ['application/problem+json', 406],
    ['*/*;q=0', 406],
    ['*/*;q=0.0', 406],
    ['application/json;q=0.000', 406],
    ['application/json;q=0, text/json;q=0, application/xml;q=0, text/xml;q=0, */*', 406],
    ['*', 400],
    ['*/json', 400],
    ['application', 400],
    ['application/', 400],
    ['/json', 400],
    ['application/json;q=', 400],
    ['application/json;q=1.5', 400],
    ['application/json;q=-1', 400],
    ['application/json;q=0.1234', 400],
    ['application /json', 400],
    ['application/json/xml', 400],
    ['application/js\u0000on', 400],
  ];
  for (const [accept, status] of cases) {
    test(`${JSON.stringify(accept)} gets ${status} in JSON`, async () => {
      const { status: actual, headers } = await service.exchange({ accept });
      assert.deepEqual([actual, headers['content-type']], [status, 'application/json; charset=utf-8']);
    });
  }
});

describe('row 75: the request’s media type', () => {
  const good: readonly (readonly [contentType: string, body: string])[] = requestMediaTypes.flatMap((mediaType) => {
    const body = bodies[mediaType];
    return [
      [`${mediaType};charset=utf-8`, body],
      [`${mediaType}; charset=UTF-8`, body],
      [`${mediaType} ; charset="utf-8"`, body],
      [`${mediaType}; version=1`, body],
      [mediaType.toUpperCase(), body],
    ] as const;
  });
  for (const [contentType, body] of good) {
    test(`${contentType} is read`, async () => {
      assertToken(await service.exchange({ contentType, body }), 'application/json');
    });
  }

  const bad = [
    'text/plain',
    'application/jsonp',
    'application/json, text/json',
    'application/vnd.api+json',
    'multipart/form-data; boundary=x',
    'application/json; charset=utf-16',
    'application/json; charset=iso-8859-1',
    'application/json; charset=utf-7',
    'application/json; charset=',
    'application/json; charset=utf-8; charset=utf-16',
    'application/json; charset = utf-16',
    '',
    ';charset=utf-8',
  ];
  for (const contentType of bad) {
    test(`${JSON.stringify(contentType)} is refused`, async () => {
      const { status, fields } = await service.exchange({ contentType });
      assert.deepEqual([status, fields.code, fields.data], [400, '800002', ['Content-Type']]);
    });
  }

  const bytes: readonly (readonly [name: string, contentType: string, body: Uint8Array])[] = [
    ['a byte order mark in JSON', 'application/json', Buffer.from(`\ufeff${bodies['application/json']}`)],
    ['a byte order mark in XML', 'text/xml', Buffer.from(`\ufeff${bodies['text/xml']}`)],
    ['UTF-16 in JSON', 'application/json', Buffer.from(bodies['application/json'], 'utf16le')],
    ['UTF-16 in XML', 'application/xml', Buffer.from(`\ufeff${bodies['application/xml']}`, 'utf16le')],
    [
      'an overlong encoding',
      'application/json',
      Buffer.concat([Buffer.from('{"a":"'), Buffer.from([0xc0, 0xaf, 34, 125])]),
    ],
    ['a body cut off', 'application/json', Buffer.from('{"grant_type":"jwt_tok')],
  ];
  for (const [name, contentType, body] of bytes) {
    test(`${name} is refused`, async () => {
      const { status, fields } = await service.exchange({ contentType, body });
      assert.deepEqual([status, fields.code], [400, '800002']);
    });
  }
});

describe('row 85: the path in any letter case, both APIs', () => {
  const paths: readonly (readonly [path: string, api: 'v3' | 'legacy'])[] = [
    ['/v3/generatetoken', 'v3'],
    ['/V3/GenerateToken', 'v3'],
    ['/V3/GENERATETOKEN', 'v3'],
    ['/v3/gEnErAtEtOkEn', 'v3'],
    ['/generatetoken', 'legacy'],
    ['/GenerateToken', 'legacy'],
    ['/GENERATETOKEN', 'legacy'],
  ];
  for (const [path, api] of paths) {
    test(`${path} is ${api}`, async () => {
      const answer = await service.exchange({ path });
      assertToken(answer, 'application/json', api);
      assert.equal(answer.headers.deprecation, api === 'legacy' ? '@1756598400' : undefined);
    });
  }
});

describe('row 74: XML as clients write it', () => {
  const good: readonly (readonly [name: string, body: string])[] = [
    ['a default namespace', '<r xmlns="urn:partner"><grant_type>jwt_token</grant_type></r>'],
    ['prefixes', '<p:r xmlns:p="urn:partner"><p:grant_type>jwt_token</p:grant_type></p:r>'],
    ['attributes', '<r a="1" b="&lt;"><grant_type type="xs:string">jwt_token</grant_type></r>'],
    [
      'xsi:nil beside it',
      '<r xmlns:i="http://www.w3.org/2001/XMLSchema-instance"><x i:nil="true"/><grant_type>jwt_token</grant_type></r>',
    ],
    ['comments', '<!-- a --><r><!-- b --><grant_type><!-- c -->jwt_token<!-- d --></grant_type></r><!-- e -->'],
    ['a comment inside the value', '<r><grant_type>jwt_<!-- x -->token</grant_type></r>'],
    ['CDATA', '<r><grant_type><![CDATA[jwt_token]]></grant_type></r>'],
    ['CDATA in pieces', '<r><grant_type>jwt<![CDATA[_]]>token</grant_type></r>'],
    ['character references', '<r><grant_type>jwt&#95;t&#x6f;ken</grant_type></r>'],
    ['any root', '<Ünïcode><grant_type>jwt_token</grant_type></Ünïcode>'],
    ['unknown elements', '<r><a><b>1</b></a><grant_type>jwt_token</grant_type><c/></r>'],
    ['an unknown element twice', '<r><a/><a/><grant_type>jwt_token</grant_type></r>'],
    ['grant_type deeper down, ignored', '<r><grant_type>jwt_token</grant_type><a><grant_type>x</grant_type></a></r>'],
    [
      'a declaration in capitals',
      '<?xml version="1.0" encoding="UTF-8" standalone="yes"?><r><grant_type>jwt_token</grant_type></r>',
    ],
    ['line breaks of Windows', '<r>\r\n<grant_type>jwt_token</grant_type>\r\n</r>\r\n'],
  ];
  for (const [name, body] of good) {
    test(name, async () => {
      for (const contentType of ['application/xml', 'text/xml']) {
        assertToken(await service.exchange({ contentType, body }), 'application/json');
      }
    });
  }

  const wrong: readonly (readonly [name: string, body: string])[] = [
    ['missing', '<r/>'],
    ['only as an attribute', '<r grant_type="jwt_token"/>'],
    ['only as the root', '<grant_type>jwt_token</grant_type>'],
    ['only deeper down', '<r><a><grant_type>jwt_token</grant_type></a></r>'],
    ['repeated', '<r><grant_type>jwt_token</grant_type><grant_type>jwt_token</grant_type></r>'],
    [
      'repeated under two prefixes',
      '<r xmlns:a="a" xmlns:b="b"><a:grant_type>jwt_token</a:grant_type><b:grant_type>jwt_token</b:grant_type></r>',
    ],
    ['empty', '<r><grant_type/></r>'],
    ['other case', '<r><Grant_Type>jwt_token</Grant_Type></r>'],
    ['other case of the value', '<r><grant_type>JWT_TOKEN</grant_type></r>'],
    ['with blanks', '<r><grant_type> jwt_token </grant_type></r>'],
    ['with children', '<r><grant_type>jwt_token<a/></grant_type></r>'],
  ];
  for (const [name, body] of wrong) {
    test(`grant_type ${name}`, async () => {
      const { status, fields } = await service.exchange({ contentType: 'text/xml', body });
      assert.deepEqual([status, fields.code, fields.data], [400, '3000', ['grant_type']]);
    });
  }
});

describe('row 74: grant_type and the body’s shape in JSON and form', () => {
  const json = 'application/json';
  const fields = (count: number) => Array.from({ length: count }, (_, index) => `${index}=`).join('&');
  const members = Object.fromEntries(Array.from({ length: 2000 }, (_, index) => [`f${index}`, 1]));
  const cases: readonly (readonly [name: string, contentType: string, body: string, status: number, code?: string])[] =
    [
      ['unknown members', json, '{"a":{"b":[1]},"grant_type":"jwt_token","c":null}', 200],
      ['blanks around', json, ' \r\n\t{ "grant_type" : "jwt_token" }\n', 200],
      ['escapes', json, '{"grant\\u005ftype":"jwt\\u005ftoken"}', 200],
      ['2,000 unknown members', json, JSON.stringify({ ...members, grant_type: 'jwt_token' }), 200],
      ['other case', json, '{"Grant_Type":"jwt_token"}', 400, '3000'],
      ['other case of the value', json, '{"grant_type":"JWT_token"}', 400, '3000'],
      ['blanks in the value', json, '{"grant_type":" jwt_token"}', 400, '3000'],
      ['null', json, '{"grant_type":null}', 400, '3000'],
      ['a number', json, '{"grant_type":1}', 400, '3000'],
      ['an object', json, '{"grant_type":{"grant_type":"jwt_token"}}', 400, '3000'],
      ['a list', json, '{"grant_type":["jwt_token"]}', 400, '3000'],
      ['empty', json, '{"grant_type":""}', 400, '3000'],
      ['twice', json, '{"grant_type":"jwt_token","grant_type":"jwt_token"}', 400, '3000'],
      ['twice, one escaped', json, '{"grant_type":"jwt_token","grant\\u005ftype":"x"}', 400, '3000'],
      ['twice, deeper down', json, '{"grant_type":"jwt_token","a":{"grant_type":1,"grant_type":1}}', 400, '800002'],
      ['a list around', json, '[{"grant_type":"jwt_token"}]', 400, '800002'],
      ['text', json, '"jwt_token"', 400, '800002'],
      ['null around', json, 'null', 400, '800002'],
      ['trailing data', json, '{"grant_type":"jwt_token"}{}', 400, '800002'],
      ['a comment', json, '{"grant_type":"jwt_token"/**/}', 400, '800002'],
      ['a form under JSON', json, 'grant_type=jwt_token', 400, '800002'],
      ['unknown fields', form, 'a=1&grant_type=jwt_token&b=', 200],
      ['encoded', form, 'grant%5Ftype=jwt%5ftoken', 200],
      ['a line break at the end', form, 'grant_type=jwt_token\r\n', 200],
      [
        'an unknown field twice, which two readers read differently',
        form,
        'a=1&a=2&grant_type=jwt_token',
        400,
        '800002',
      ],
      ['an unknown member twice', json, '{"a":1,"a":2,"grant_type":"jwt_token"}', 400, '800002'],
      ['900 unknown fields', form, `${fields(900)}&grant_type=jwt_token`, 200],
      ['10,000 unknown fields', form, `${fields(10_000)}&grant_type=jwt_token`, 400, '800002'],
      ['missing', form, 'a=1', 400, '3000'],
      ['empty', form, 'grant_type=', 400, '3000'],
      ['other case', form, 'GRANT_TYPE=jwt_token', 400, '3000'],
      ['twice', form, 'grant_type=jwt_token&grant_type=jwt_token', 400, '3000'],
      ['twice, one encoded', form, 'grant_type=jwt_token&grant%5ftype=x', 400, '3000'],
      ['as a list', form, 'grant_type[]=jwt_token', 400, '3000'],
      ['broken encoding', form, 'grant_type=%', 400, '800002'],
      ['no UTF-8', form, 'grant_type=%ff', 400, '800002'],
      ['JSON under form', form, '{"grant_type":"jwt_token"}', 400, '3000'],
    ];
  for (const [name, contentType, body, status, code] of cases) {
    test(`${contentType}: ${name} gets ${status}`, async () => {
      const request: ExchangeRequest = { contentType, body, accept: 'text/xml' };
      const answer = await service.exchange(request);
      assert.deepEqual([answer.status, answer.fields.code], [status, code]);
      assert.equal(answer.root, status === 200 ? 'TokenResponse' : 'Error');
    });
  }
});
