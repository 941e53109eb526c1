import { isJsonObject, ownText } from '../base/json.ts';
import { fieldsOfXml } from './generate-token.ts';
import { type ResponseMediaType, syntaxOf } from './media-type.ts';
import { encodeXml, type XmlElement, type XmlReader, xmlDeclaration } from './xml-text.ts';

/** Partner Center's error body (reference: its error codes page). `code` is text on the wire. */
export interface PartnerError {
  readonly code: string;
  /** At most 1024 characters. */
  readonly description: string;
  /** The names concerned; left out when empty. */
  readonly data: readonly string[];
  readonly source: string;
}

const maximumDescription = 1024;

export function encodePartnerError(error: PartnerError, mediaType: ResponseMediaType): string {
  const description = error.description.slice(0, maximumDescription).toWellFormed();
  if (syntaxOf(mediaType) === 'xml') {
    const data = error.data.map((item) => encodeXml('item', item));
    return (
      xmlDeclaration +
      encodeXml('Error', [
        encodeXml('code', error.code),
        encodeXml('description', description),
        ...(data.length > 0 ? [encodeXml('data', data)] : []),
        encodeXml('source', error.source),
      ])
    );
  }
  return JSON.stringify({
    code: error.code,
    description,
    ...(error.data.length > 0 ? { data: error.data } : {}),
    source: error.source,
  });
}

/**
 * Reads an error answer of Partner Center or of the partner host's gateway (`statusCode`, `message`). Undefined when the
 * text is neither: the caller still has the status.
 */
export function decodePartnerError(
  text: string,
  mediaType: string | undefined,
  readXml: XmlReader,
): PartnerError | undefined {
  try {
    return mediaType?.endsWith('xml') ? fromXml(readXml(text)) : fromJson(text);
  } catch {
    return undefined;
  }
}

function fromXml(root: XmlElement): PartnerError | undefined {
  const fields = fieldsOfXml(root);
  const data = root.children.find((child) => child.name === 'data')?.children.map((item) => item.text) ?? [];
  const code = ownText(fields, 'code');
  return code === undefined
    ? undefined
    : { code, description: ownText(fields, 'description') ?? '', data, source: ownText(fields, 'source') ?? '' };
}

function fromJson(text: string): PartnerError | undefined {
  const body: unknown = JSON.parse(text);
  if (!isJsonObject(body)) return undefined;
  const code = body.code ?? body.statusCode;
  if (typeof code !== 'string' && typeof code !== 'number') return undefined;
  return {
    code: String(code),
    description: ownText(body, 'description') ?? ownText(body, 'message') ?? '',
    data: Array.isArray(body.data) ? body.data.filter((item) => typeof item === 'string') : [],
    source: ownText(body, 'source') ?? '',
  };
}

/** The error body of `api.partner.microsoft.com`: another host, another shape. */
export interface GatewayError {
  readonly statusCode: number;
  readonly message: string;
}

export const encodeGatewayError = (error: GatewayError): string =>
  JSON.stringify({ statusCode: error.statusCode, message: error.message });
