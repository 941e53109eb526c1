import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { SaxesParser } from 'saxes';
import { decodePartnerError, encodePartnerError } from '../../src/protocol/partner-error.ts';
import { decodeXml } from '../../src/protocol/xml.ts';
import { encodeXml, xmlDeclaration } from '../../src/protocol/xml-text.ts';
import { testIssuer } from '../support/issuer.ts';
import { testService, testStart } from '../support/token-service.ts';

const service = await testService({ issuers: [testIssuer({ now: () => testStart })] });

/** Refused as a body by the running service: 400 with the code of an unreadable body. */
const refused = (name: string, body: string | Uint8Array) =>
  test(name, async () => {
    for (const contentType of ['application/xml', 'text/xml']) {
      const { status, fields } = await service.exchange({ contentType, body });
      assert.deepEqual([status, fields.code], [400, '800002']);
    }
  });

const good = '<r><grant_type>jwt_token</grant_type></r>';
const entities = (definitions: string, use: string) =>
  `<!DOCTYPE r [${definitions}]><r><grant_type>${use}</grant_type></r>`;

describe('row 76: DOCTYPE, entities, instructions, other encodings', () => {
  const nested = Array.from({ length: 9 }, (_, index) => `<!ENTITY e${index + 1} "${`&e${index};`.repeat(10)}">`).join(
    '',
  );
  refused('a DOCTYPE alone', `<!DOCTYPE r>${good}`);
  refused('a DOCTYPE in lower case', `<!doctype r>${good}`);
  refused('a DOCTYPE after a comment', `<!-- x --><!DOCTYPE r>${good}`);
  refused('an internal entity', entities('<!ENTITY a "jwt_token">', '&a;'));
  refused('nested entities', entities(`<!ENTITY e0 "x">${nested}`, '&e9;'));
  refused('a quadratic entity', entities(`<!ENTITY a "${'a'.repeat(20_000)}">`, '&a;'.repeat(5000)));
  refused('an entity of itself', entities('<!ENTITY a "&b;"><!ENTITY b "&a;">', '&a;'));
  refused('SYSTEM, a file', entities('<!ENTITY a SYSTEM "file:///etc/passwd">', '&a;'));
  refused('SYSTEM, an address', entities('<!ENTITY a SYSTEM "http://127.0.0.1:1/">', '&a;'));
  refused('PUBLIC', '<!DOCTYPE r PUBLIC "-//x" "http://127.0.0.1:1/x.dtd"><r/>');
  refused('a parameter entity', entities('<!ENTITY % a SYSTEM "http://127.0.0.1:1/"> %a;', 'x'));
  refused('an undeclared entity', '<r><grant_type>&jwt;</grant_type></r>');
  refused('an HTML entity', '<r><grant_type>jwt&nbsp;token</grant_type></r>');
  refused('a processing instruction', `<?php x?>${good}`);
  refused('a style sheet', `<?xml-stylesheet href="http://127.0.0.1:1/"?>${good}`);
  refused('an instruction inside', '<r><?x y?><grant_type>jwt_token</grant_type></r>');
  refused('XML 1.1', `<?xml version="1.1"?>${good}`);
  for (const encoding of ['utf-16', 'UTF-7', 'iso-8859-1', 'utf8', 'ebcdic-cp-us']) {
    refused(`declared ${encoding}`, `<?xml version="1.0" encoding="${encoding}"?>${good}`);
  }
  refused('UTF-16 with its mark', Buffer.from(`\ufeff<!DOCTYPE r>${good}`, 'utf16le'));
  refused('UTF-16 without', Buffer.from(good, 'utf16le'));
  refused('UTF-7 in disguise', `+ADw-!DOCTYPE r+AD4-${good}`);
  refused(
    'XInclude is an element like any other, and no grant type',
    '<r xmlns:xi="http://www.w3.org/2001/XInclude"><xi:include href="file:///etc/passwd"/>',
  );
});

describe('row 80: what is not well formed', () => {
  const documents = {
    empty: '',
    blanks: ' \n',
    'text alone': 'jwt_token',
    unclosed: '<r><grant_type>jwt_token</grant_type>',
    mismatched: '<r><grant_type>jwt_token</r></grant_type>',
    'other case at the end': '<r><grant_type>jwt_token</Grant_Type></r>',
    'two roots': `${good}${good}`,
    'text after': `${good}x`,
    'text before': `x${good}`,
    'an end without a beginning': `${good}</r>`,
    'a declaration later': ` <?xml version="1.0"?>${good}`,
    'two declarations': `<?xml version="1.0"?><?xml version="1.0"?>${good}`,
    'an attribute twice': '<r a="1" a="2"><grant_type>jwt_token</grant_type></r>',
    'an attribute without value': '<r a><grant_type>jwt_token</grant_type></r>',
    'an attribute without quotes': '<r a=1><grant_type>jwt_token</grant_type></r>',
    'a tag in an attribute': '<r a="<"><grant_type>jwt_token</grant_type></r>',
    'a bare ampersand': '<r><grant_type>jwt_token</grant_type>&</r>',
    'a reference without end': '<r><grant_type>jwt_token</grant_type>&#65</r>',
    'a reference to NUL': '<r><grant_type>jwt_token&#0;</grant_type></r>',
    'a reference to a control': '<r><grant_type>jwt_token&#x1;</grant_type></r>',
    'a reference to a surrogate': '<r><grant_type>jwt_token&#xD800;</grant_type></r>',
    'a reference to U+FFFE': '<r><grant_type>jwt_token&#xFFFE;</grant_type></r>',
    'a reference beyond Unicode': '<r><grant_type>jwt_token&#x110000;</grant_type></r>',
    'a negative reference': '<r><grant_type>jwt_token&#-1;</grant_type></r>',
    'a NUL': '<r><grant_type>jwt_token\0</grant_type></r>',
    'a control character': '<r><grant_type>jwt_token\u0008</grant_type></r>',
    'U+FFFF': '<r>\uffff<grant_type>jwt_token</grant_type></r>',
    'the end of CDATA in text': '<r>]]><grant_type>jwt_token</grant_type></r>',
    'CDATA without end': '<r><grant_type><![CDATA[jwt_token</grant_type></r>',
    'two hyphens in a comment': '<r><!-- a -- b --><grant_type>jwt_token</grant_type></r>',
    'a comment without end': '<r><!-- <grant_type>jwt_token</grant_type></r>',
    'a name that begins with a digit': '<1><grant_type>jwt_token</grant_type></1>',
    'a name with a blank before it': '< r><grant_type>jwt_token</grant_type></r>',
    'blanks in an end tag': '<r><grant_type>jwt_token</ grant_type></r>',
    JSON: '{"grant_type":"jwt_token"}',
  };
  for (const [name, body] of Object.entries(documents)) refused(name, body);

  test('a document cut off anywhere is refused', () => {
    const whole = `${xmlDeclaration}<a:r xmlns:a="b"><!-- c --><grant_type><![CDATA[jwt]]>&#95;token</grant_type></a:r>`;
    assert.equal(decodeXml(whole).children[0]?.text, 'jwt_token');
    for (let length = 0; length < whole.length; length++) {
      assert.throws(() => decodeXml(whole.slice(0, length)), { code: 'unreadable' }, whole.slice(0, length));
    }
  });
});

describe('row 77: sizes', () => {
  const deep = (levels: number) => `${'<a>'.repeat(levels)}${'</a>'.repeat(levels)}`;
  const attributes = (count: number) =>
    `<r ${Array.from({ length: count }, (_, index) => `a${index}=""`).join(' ')}><grant_type>jwt_token</grant_type></r>`;
  refused('17 levels', deep(17));
  refused('9,000 levels', deep(9000));
  refused('21,000 levels, never closed', '<a>'.repeat(21_000));
  refused('33 attributes', attributes(33));
  refused('6,000 attributes', attributes(6000));
  refused('16,000 elements', `<r>${'<a/>'.repeat(16_000)}<grant_type>jwt_token</grant_type></r>`);
  refused('a name of 60,000 characters', `<${'a'.repeat(60_000)}/>`);
  refused('an attribute’s name of 60,000 characters', `<r ${'a'.repeat(60_000)}=""/>`);
  refused('1,001 references', `<r><x>${'&#65;'.repeat(1001)}</x><grant_type>jwt_token</grant_type></r>`);
  refused('1,000 comments and a root', `${'<!---->'.repeat(1000)}<r><grant_type>jwt_token</grant_type></r>`);
  refused('1,000 sections', `<r><x>${'<![CDATA[]]>'.repeat(1000)}</x><grant_type>jwt_token</grant_type></r>`);
  refused('a comment without end, 60,000 characters', `<r><!-- ${'-'.repeat(60_000)}`);

  test('within the limits it is read: 16 levels, 32 attributes, 1,000 references', async () => {
    const inside = `<r ${Array.from({ length: 32 }, (_, index) => `a${index}=""`).join(' ')}>${deep(15)}<x>${'&#65;'.repeat(1000)}</x><grant_type>jwt_token</grant_type></r>`;
    const { status } = await service.exchange({ contentType: 'text/xml', body: inside });
    assert.equal(status, 200);
  });
});

describe('row 78: names of prototypes', () => {
  for (const name of ['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty']) {
    test(`${name} as an element is an element nobody asked for`, async () => {
      const nested = `<r><${name}><grant_type>x</grant_type></${name}><grant_type>jwt_token</grant_type></r>`;
      const alone = `<r><${name}><grant_type>jwt_token</grant_type></${name}></r>`;
      const statuses = [];
      for (const body of [nested, alone])
        statuses.push((await service.exchange({ contentType: 'text/xml', body })).status);
      assert.deepEqual(statuses, [200, 400]);
      assert.equal(({} as Record<string, unknown>).grant_type, undefined);
    });
    test(`${name} as a JSON member or form field is ignored`, async () => {
      const json = `{"${name}":{"grant_type":"x"},"grant_type":"jwt_token"}`;
      const form = `${name}=1&grant_type=jwt_token`;
      const answers = [
        await service.exchange({ body: json }),
        await service.exchange({ body: form, contentType: 'application/x-www-form-urlencoded' }),
        await service.exchange({ body: `{"${name}":{"grant_type":"jwt_token"}}` }),
      ];
      assert.deepEqual(
        answers.map(({ status }) => status),
        [200, 200, 400],
      );
      assert.equal(({} as Record<string, unknown>).grant_type, undefined);
    });
  }
});

/** Any text at all: lone surrogates, controls, noncharacters, markup. */
const hostile = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({
    unit: fc.constantFrom(
      '<',
      '>',
      '&',
      ']]>',
      '"',
      "'",
      '\r',
      '\n',
      '\t',
      '\0',
      '\u001f',
      '\ufffe',
      '\uffff',
      '\ud800',
      '\udfff',
      '<!--',
      '&amp;',
      '<?',
      '𝄞',
      'a',
    ),
  }),
);

/** Parsed by saxes alone, strictly, as another program would. */
function strictText(document: string): string {
  const parser = new SaxesParser({ xmlns: true });
  let text = '';
  parser.on('error', (cause) => {
    throw cause;
  });
  parser.on('text', (piece) => {
    text += piece;
  });
  parser.write(document).close();
  return text;
}

/** What XML 1.0 can carry of a text: no controls but three, no noncharacters, no lone surrogates. */
const carried = (text: string) =>
  text.toWellFormed().replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '');

describe('row 81: XML output', () => {
  test('any text comes out well formed and reads back as what XML can carry of it', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const document = xmlDeclaration + encodeXml('Error', [encodeXml('description', text)]);
        assert.equal(strictText(document), carried(text));
        assert.equal(decodeXml(document).children[0]?.text, carried(text));
      }),
      { numRuns: 2000 },
    );
  });

  test('an error with any texts survives the round trip, in XML and in JSON', () => {
    fc.assert(
      fc.property(hostile, hostile, fc.array(hostile, { maxLength: 5 }), (code, description, data) => {
        const error = { code, description, data, source: 'partner-auth' };
        const shortened = description.slice(0, 1024).toWellFormed();
        assert.deepEqual(decodePartnerError(encodePartnerError(error, 'text/xml'), 'text/xml', decodeXml), {
          code: carried(code),
          description: carried(shortened),
          data: data.map(carried),
          source: 'partner-auth',
        });
        assert.deepEqual(
          decodePartnerError(encodePartnerError(error, 'application/json'), 'application/json', decodeXml),
          {
            ...error,
            description: shortened,
          },
        );
      }),
      { numRuns: 1000 },
    );
  });

  test('a long description is cut to 1024 characters, and half a character is not sent', () => {
    const error = { code: '1', description: `${'a'.repeat(1023)}𝄞`, data: [], source: 's' };
    const { description } = JSON.parse(encodePartnerError(error, 'application/json'));
    assert.equal(description, `${'a'.repeat(1023)}\ufffd`);
  });
});
