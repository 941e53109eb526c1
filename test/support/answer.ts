import { SaxesParser } from 'saxes';
import type { HttpReply } from '../../src/http/message.ts';

/** An answer as its reader sees it: header names in lower case, the body's fields in order, whatever its syntax. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** The XML root's name; undefined for JSON. */
  readonly root: string | undefined;
  readonly fields: Readonly<Record<string, unknown>>;
  readonly body: string;
}

export function readAnswer({ status, headers, body }: HttpReply): Answer {
  const names = headers.map(([name]) => name.toLowerCase());
  if (new Set(names).size !== names.length) throw new Error(`a header is given twice: ${names.join(', ')}`);
  const byName = Object.fromEntries(headers.map(([name, value]) => [name.toLowerCase(), value]));
  const xml = byName['content-type']?.includes('xml') ? readXml(body) : undefined;
  return { status, headers: byName, root: xml?.root, fields: xml?.fields ?? JSON.parse(body), body };
}

/** The members a partner's program would read from the XML forms: text, or a list when an element has children. */
function readXml(text: string): { root: string; fields: Record<string, unknown> } {
  const parser = new SaxesParser({ xmlns: true });
  const open: { name: string; text: string; children: { name: string; value: unknown }[] }[] = [];
  let document: { root: string; fields: Record<string, unknown> } | undefined;
  parser.on('error', (cause) => {
    throw cause;
  });
  parser.on('opentag', ({ name }) => open.push({ name, text: '', children: [] }));
  parser.on('text', (piece) => {
    const element = open.at(-1);
    if (element) element.text += piece;
  });
  parser.on('closetag', () => {
    const { name, text: content, children } = open.pop() ?? { name: '', text: '', children: [] };
    const parent = open.at(-1);
    const value = children.length > 0 ? children.map((child) => child.value) : content;
    if (parent) parent.children.push({ name, value });
    else document = { root: name, fields: Object.fromEntries(children.map((child) => [child.name, child.value])) };
  });
  parser.write(text).close();
  if (!document) throw new Error('no XML document');
  return document;
}

export interface TokenParts {
  readonly header: Readonly<Record<string, unknown>>;
  readonly claims: Readonly<Record<string, unknown>>;
}

export function tokenParts(token: unknown): TokenParts {
  const [header = '', claims = ''] = String(token).split('.');
  const read = (part: string) => JSON.parse(Buffer.from(part, 'base64url').toString('utf8'));
  return { header: read(header), claims: read(claims) };
}
