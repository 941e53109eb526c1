import type { HttpReply } from '../../http/message.ts';

interface ErrorRow {
  readonly status: number;
  /** Partner Center's code, text on the wire. */
  readonly code: string;
  readonly description: string;
}

/** Every way Partner Center's customers refuse (its error codes page; 900421: its announcement of 2026). */
const errorTable = {
  unknownPath: { status: 404, code: '1000', description: 'There is nothing at this address.' },
  methodNotAllowed: { status: 405, code: '800002', description: 'The method is not allowed here.' },
  bearerMissing: {
    status: 401,
    code: '800001',
    description: 'The header Authorization must hold exactly one Bearer token.',
  },
  bearerRefused: { status: 401, code: '400', description: 'Access denied.' },
  audienceRefused: {
    status: 401,
    code: '900420',
    description:
      'The audience of the token is not valid or no longer supported. Ask for a token for https://api.partnercenter.microsoft.com.',
  },
  mfaMissing: {
    status: 401,
    code: '900421',
    description:
      'The app+user token carries no valid MFA claim. Sign the user in again with MFA; a refresh does not add it.',
  },
  tenantUnknown: { status: 404, code: '60003', description: 'The tenant of the token has no partner account.' },
  applicationRefused: {
    status: 403,
    code: '2032',
    description: 'Access denied. The application is not enabled for the partner account.',
  },
  overLimit: {
    status: 429,
    code: '800002',
    description: 'Too many requests. Wait the seconds given in Retry-After, then send the request again.',
  },
  appOnlyRefused: {
    status: 403,
    code: '900329',
    description: 'The resource does not support app-only tokens. Ask for an app+user token.',
  },
  roleMissing: {
    status: 403,
    code: '900308',
    description: 'The privileges are insufficient: the user needs the role Admin agent.',
  },
  noRelationship: {
    status: 403,
    code: '20002',
    description: 'The caller has no relationship with that customer, or it has ended.',
  },
  inputInvalid: { status: 400, code: '800002', description: 'The input of the request is not valid.' },
  propertyInvalid: { status: 400, code: '3000', description: 'A property is not valid.' },
  consentExists: { status: 409, code: '800002', description: 'Permission entry already exists.' },
  consentUnknown: { status: 404, code: '1000', description: 'The application has no consent of this customer.' },
} as const satisfies Record<string, ErrorRow>;

export type PartnerCenterErrorName = keyof typeof errorTable;

/** A refusal on its way to the caller. */
export class PartnerCenterError extends Error {
  readonly entry: ErrorRow;
  /** The names concerned. */
  readonly data: readonly string[];
  readonly headers: HttpReply['headers'];

  constructor(
    name: PartnerCenterErrorName,
    options: { description?: string; data?: readonly string[]; headers?: HttpReply['headers'] } = {},
  ) {
    super(options.description ?? errorTable[name].description);
    this.entry = errorTable[name];
    this.data = options.data ?? [];
    this.headers = options.headers ?? [];
  }
}

export function refuse(
  name: PartnerCenterErrorName,
  options?: ConstructorParameters<typeof PartnerCenterError>[1],
): never {
  throw new PartnerCenterError(name, options);
}
