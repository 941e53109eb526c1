import { utf8Text } from '../base/bytes.ts';
import { type HttpRequest, maximumBodyBytes, soleHeader } from '../http/message.ts';
import { decodeGenerateTokenRequest, jwtTokenGrantType } from '../protocol/generate-token.ts';
import { mediaTypeOf, type RequestMediaType, requestMediaTypes } from '../protocol/media-type.ts';
import { WireError } from '../protocol/wire-error.ts';
import { decodeXml } from '../protocol/xml.ts';
import { refuse } from './error-table.ts';

/** Reads the body and requires its one field to be `jwt_token`. */
export function checkBody(request: HttpRequest): void {
  const mediaType = requestMediaType(request);
  const text = bodyText(request);
  try {
    const { grantType } = decodeGenerateTokenRequest(text, mediaType, decodeXml);
    if (grantType === jwtTokenGrantType) return;
  } catch (cause) {
    if (!(cause instanceof WireError)) throw cause;
    const aboutGrantType = cause.field === 'grant_type';
    refuse(aboutGrantType ? 'grantTypeInvalid' : 'bodyInvalid', {
      description: cause.message,
      data: aboutGrantType ? ['grant_type'] : [],
      cause,
    });
  }
  const description = `The field grant_type has another value than the only one supported. Send grant_type=${jwtTokenGrantType}.`;
  refuse('grantTypeInvalid', { description, data: ['grant_type'] });
}

function requestMediaType(request: HttpRequest): RequestMediaType {
  const contentType = soleHeader(request, 'content-type');
  const mediaType = contentType === undefined ? undefined : mediaTypeOf(contentType);
  const known = requestMediaTypes.find((candidate) => candidate === mediaType);
  const description = `The header Content-Type must name one of ${requestMediaTypes.join(', ')}, in UTF-8.`;
  return known ?? refuse('bodyInvalid', { description, data: ['Content-Type'] });
}

function bodyText(request: HttpRequest): string {
  if (request.body === undefined)
    refuse('bodyInvalid', { description: `The body is larger than ${maximumBodyBytes} bytes.` });
  return utf8Text(request.body) ?? refuse('bodyInvalid', { description: 'The body is not encoded as UTF-8.' });
}
