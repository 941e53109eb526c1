import type { Random } from '../base/random.ts';
import type { HttpRequest } from '../http/message.ts';
import { isRequestId } from '../protocol/request-id.ts';
import { refuse } from './error-table.ts';

export interface RequestIds {
  readonly requestId: string;
  readonly correlationId: string;
}

/** The ids every answer carries: echoed where the caller sent a usable one, made otherwise. */
export function requestIdsOf(request: HttpRequest, random: Random): RequestIds {
  const echoed = (name: string) => {
    const values = request.headers(name);
    const value = values.length === 1 ? values[0] : undefined;
    return isRequestId(value) ? value : random.guid();
  };
  return { requestId: echoed('ms-requestid'), correlationId: echoed('ms-correlationid') };
}

/** Headers that say one thing; a second value would let two readers believe two things. */
const singleHeaders = [
  'ms-requestid',
  'ms-correlationid',
  'host',
  'content-type',
  'validatemfa',
  'ms-contract-version',
];

export function checkHeaders(request: HttpRequest): void {
  for (const name of singleHeaders) {
    if (request.headers(name).length > 1) {
      refuse('headerInvalid', {
        description: `The header ${name} is given more than once. Send it once.`,
        data: [name],
      });
    }
  }
  for (const name of ['ms-requestid', 'ms-correlationid']) {
    const value = request.headers(name)[0];
    if (value !== undefined && !isRequestId(value)) {
      const description = `The header ${name} must be 1 to 128 printable ASCII characters. Send a GUID.`;
      refuse('headerInvalid', { description, data: [name] });
    }
  }
}
