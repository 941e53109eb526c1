import { PartnerAuthError } from '../base/error.ts';

/**
 * Every way the token service refuses, in the order of the contract (section 3). The description is for the caller: what
 * is wrong and what to send instead. Nothing of the token, the store or the keys is ever in it.
 */
interface ErrorRow {
  readonly row: number;
  readonly status: 400 | 401 | 403 | 404 | 405 | 406 | 429 | 500;
  /** Partner Center's code, text on the wire. */
  readonly code: string;
  readonly description: string;
}

export const errorTable = {
  unknownPath: {
    row: 1,
    status: 404,
    code: '1000',
    description: 'There is nothing at this address. Use POST /v3/generatetoken.',
  },
  methodNotAllowed: { row: 2, status: 405, code: '800002', description: 'Only POST is answered here.' },
  acceptMissing: {
    row: 3,
    status: 400,
    code: '800002',
    description: 'The header Accept is required. Send Accept: application/json.',
  },
  notAcceptable: {
    row: 4,
    status: 406,
    code: '800002',
    description:
      'None of the media types in Accept can be given. Send one of application/json, application/xml, text/xml, text/json.',
  },
  bearerMissing: {
    row: 5,
    status: 401,
    code: '800001',
    description:
      'The header Authorization must hold exactly one Bearer token. Send Authorization: Bearer followed by the token.',
  },
  bearerRefused: { row: 6, status: 401, code: '400', description: 'Access denied.' },
  audienceRefused: {
    row: 7,
    status: 401,
    code: '900420',
    description:
      'The audience of the token is not valid or no longer supported. Ask for a token for https://api.partnercenter.microsoft.com.',
  },
  mfaMissing: {
    row: 8,
    status: 401,
    code: '900421',
    description:
      'The app+user token carries no valid MFA claim. Sign the user in again with MFA; a refresh does not add it.',
  },
  tenantUnknown: {
    row: 9,
    status: 404,
    code: '60003',
    description: 'The tenant of the token has no partner account. Ask for the token in the partner’s own tenant.',
  },
  applicationRefused: {
    row: 10,
    status: 403,
    code: '2032',
    description: 'Access denied. The application is not enabled for the partner account: add it under App management.',
  },
  overLimit: {
    row: 11,
    status: 429,
    code: '800002',
    description: 'Too many requests. Wait the seconds given in Retry-After, then send the request again.',
  },
  headerInvalid: { row: 12, status: 400, code: '800002', description: 'A header is not valid.' },
  bodyInvalid: { row: 13, status: 400, code: '800002', description: 'The body cannot be read.' },
  grantTypeInvalid: { row: 14, status: 400, code: '3000', description: 'The field grant_type is not valid.' },
  requestIdOnOtherApi: {
    row: 15,
    status: 400,
    code: '800002',
    description: 'This ms-requestid was used on the other version of the API. Send a new one.',
  },
  dependencyFailed: {
    row: 16,
    status: 500,
    code: '800003',
    description: 'The service or one of its dependencies failed. Send the request again with the same ms-requestid.',
  },
} as const satisfies Record<string, ErrorRow>;

export type ServiceErrorName = keyof typeof errorTable;

export interface ServiceErrorOptions {
  /** Replaces the row's description where a field can be named. */
  readonly description?: string;
  readonly data?: readonly string[];
  readonly headers?: readonly (readonly [string, string])[];
  /** For the log only. */
  readonly detail?: string | undefined;
  readonly cause?: unknown;
}

/** A refusal on its way to the caller. */
export class ServiceError extends PartnerAuthError<ServiceErrorName> {
  override readonly name = 'ServiceError';
  readonly entry: ErrorRow;
  readonly data: readonly string[];
  readonly headers: readonly (readonly [string, string])[];

  constructor(name: ServiceErrorName, options: ServiceErrorOptions = {}) {
    super(name, options.description ?? errorTable[name].description, options);
    this.entry = errorTable[name];
    this.data = options.data ?? [];
    this.headers = options.headers ?? [];
  }
}

export function refuse(name: ServiceErrorName, options?: ServiceErrorOptions): never {
  throw new ServiceError(name, options);
}
