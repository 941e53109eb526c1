/** The media types of the Generate access token documents. */
export const responseMediaTypes = ['application/json', 'application/xml', 'text/xml', 'text/json'] as const;
export const requestMediaTypes = [...responseMediaTypes, 'application/x-www-form-urlencoded'] as const;

export type ResponseMediaType = (typeof responseMediaTypes)[number];
export type RequestMediaType = (typeof requestMediaTypes)[number];

/** How a media type is written: three ways of writing for five names. */
export const syntaxOf = (mediaType: RequestMediaType): 'json' | 'xml' | 'form' =>
  mediaType === 'application/x-www-form-urlencoded' ? 'form' : mediaType.endsWith('xml') ? 'xml' : 'json';

/**
 * The media type of a Content-Type header, lower case, without parameters. Undefined when it names an encoding other
 * than UTF-8, once or beside UTF-8: everything here is UTF-8.
 */
export function mediaTypeOf(contentType: string): string | undefined {
  if ((requestMediaTypes as readonly string[]).includes(contentType)) return contentType;
  const [mediaType = '', ...parameters] = contentType.split(';').map((part) => part.trim().toLowerCase());
  const charsets = parameters.flatMap((parameter) => /^charset\s*=\s*(.*)$/.exec(parameter)?.[1] ?? []);
  return charsets.every((charset) => charset === 'utf-8' || charset === '"utf-8"') ? mediaType : undefined;
}
