/**
 * XML as this wire needs it, without a parser: the shape a reader gives, and the writer. The reader is xml.ts; whoever
 * decodes passes it in, so that a client that never asks for XML never loads one.
 */

/** An element of a small document: its local name, its own text, its children. Attributes and namespaces are ignored. */
export interface XmlElement {
  readonly name: string;
  readonly text: string;
  readonly children: readonly XmlElement[];
}

/** Reads a whole document, or throws `WireError`. `decodeXml` of xml.ts is the one there is. */
export type XmlReader = (text: string) => XmlElement;

/** Writes an element with text or children. Names are constants of this program; values are escaped here, once. */
export function encodeXml(name: string, content: string | readonly string[]): string {
  return `<${name}>${typeof content === 'string' ? escapeXml(content) : content.join('')}</${name}>`;
}

export const xmlDeclaration = '<?xml version="1.0" encoding="utf-8"?>';

const special = /[&<>"'\r]/g;
const entity: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
  '\r': '&#13;',
};
/** What XML 1.0 section 2.2 does not allow as a character: controls, U+FFFE, U+FFFF and (after toWellFormed) nothing else. */
const notCharacters = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g;

const escapeXml = (value: string): string =>
  value
    .toWellFormed()
    .replace(notCharacters, '')
    .replace(special, (character) => entity[character] ?? '');
