import { Secret } from '../base/secret.ts';
import { WireError } from './wire-error.ts';

/** The one `client_assertion_type` (RFC 7523 section 2.2). */
export const jwtBearerAssertion = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';

export interface BasicCredentials {
  readonly clientId: string;
  readonly clientSecret: Secret;
}

/** HTTP Basic as OAuth uses it: id and secret are form-encoded first (RFC 6749 section 2.3.1). */
export const encodeBasicCredentials = ({ clientId, clientSecret }: BasicCredentials): string =>
  `Basic ${Buffer.from(`${formEncoded(clientId)}:${formEncoded(clientSecret.reveal())}`).toString('base64')}`;

/** Undefined when the header is of another scheme. Throws `WireError` when it is Basic and cannot be read. */
export function decodeBasicCredentials(authorization: string): BasicCredentials | undefined {
  const match = /^basic +(.*)$/i.exec(authorization);
  if (!match) return undefined;
  const encoded = match[1] ?? '';
  const decoded = Buffer.from(encoded, 'base64');
  const text = decoded.toString('utf8');
  const colon = text.indexOf(':');
  if (decoded.toString('base64') !== encoded || colon < 0) unreadable();
  return {
    clientId: formDecoded(text.slice(0, colon)),
    clientSecret: new Secret(formDecoded(text.slice(colon + 1))),
  };
}

const formEncoded = (text: string): string => new URLSearchParams([['', text]]).toString().slice(1);

function formDecoded(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return unreadable();
  }
}

function unreadable(): never {
  throw new WireError('invalid', 'The Authorization header holds no readable Basic credentials.', {
    field: 'Authorization',
  });
}
