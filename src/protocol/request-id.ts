/**
 * What may stand in `ms-requestid` and `ms-correlationid`: 1 to 128 printable ASCII characters, a GUID as a rule. None
 * begins or ends with a blank, which HTTP takes away (RFC 9110 section 5.5): both sides would know it by another name.
 */
export const isRequestId = (value: unknown): value is string =>
  typeof value === 'string' && /^[\x21-\x7e](?:[\x20-\x7e]{0,126}[\x21-\x7e])?$/.test(value);
