import { SaxesParser } from 'saxes';
import { WireError } from './wire-error.ts';
import type { XmlElement } from './xml-text.ts';

const limits = { parts: 1000, references: 1000, depth: 16, attributes: 32, nameLength: 256 } as const;

/**
 * Reads a whole XML 1.0 document in UTF-8. Refused: anything not well formed, a DOCTYPE, a processing instruction other
 * than the declaration, another version or encoding, and sizes beyond the limits (entity expansion and deep nesting are
 * attacks, not messages). The caller limits the bytes.
 */
export function decodeXml(text: string): XmlElement {
  // The parser would read them all before it told of any, and it takes its time for each.
  if (text.split('&', limits.references + 2).length > limits.references + 1) {
    refuse(`The XML has more than ${limits.references} references.`);
  }
  const parser = new SaxesParser({ fragment: false, position: false, xmlns: false });
  const open: { name: string; text: string; children: XmlElement[] }[] = [];
  let root: XmlElement | undefined;
  let parts = 0;
  let attributes = 0;

  const countPart = () => {
    parts += 1;
    if (parts > limits.parts) refuse(`The XML has more than ${limits.parts} elements, comments and sections.`);
  };
  parser.on('error', (cause) => refuse('The XML is not well formed.', cause));
  parser.on('doctype', () => refuse('The XML has a DOCTYPE, which is not accepted.'));
  parser.on('processinginstruction', () => refuse('The XML has a processing instruction, which is not accepted.'));
  parser.on('xmldecl', ({ version, encoding }) => {
    if (version !== undefined && version !== '1.0') refuse('Only XML 1.0 is accepted.');
    if (encoding !== undefined && encoding.toLowerCase() !== 'utf-8') refuse('The XML must be encoded as UTF-8.');
  });
  parser.on('attribute', ({ name }) => {
    attributes += 1;
    if (attributes > limits.attributes || name.length > limits.nameLength) refuse('The XML has too many attributes.');
  });
  parser.on('opentag', ({ name }) => {
    countPart();
    attributes = 0;
    if (open.length >= limits.depth) refuse(`The XML is nested deeper than ${limits.depth} levels.`);
    if (name.length > limits.nameLength) refuse('The XML has an element name that is too long.');
    open.push({ name: name.slice(name.indexOf(':') + 1), text: '', children: [] });
  });
  const addText = (piece: string) => {
    const current = open.at(-1);
    if (current) current.text += piece;
  };
  parser.on('text', addText);
  parser.on('comment', countPart);
  parser.on('cdata', (piece) => {
    countPart();
    addText(piece);
  });
  parser.on('closetag', () => {
    const closed = open.pop();
    const parent = open.at(-1);
    if (closed && parent) parent.children.push(closed);
    else root = closed;
  });

  parser.write(text).close();
  return root ?? refuse('The XML has no root element.');
}

function refuse(message: string, cause?: unknown): never {
  throw new WireError('unreadable', message, { cause });
}
