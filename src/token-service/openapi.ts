import { generateTokenPaths, jwtTokenGrantType } from '../protocol/generate-token.ts';
import { requestMediaTypes, responseMediaTypes } from '../protocol/media-type.ts';
import { errorTable } from './error-table.ts';

/** The API described in OpenAPI 3.1, made from the tables the service answers from. */
export function openApiDocument(version: string): object {
  return {
    openapi: '3.1.0',
    info: {
      title: 'Generate access token',
      version,
      description:
        'Exchanges a Microsoft Entra access token for a Partner Center access token. Idempotent by ms-requestid.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    paths: {
      [generateTokenPaths.v3]: { post: operation('v3') },
      [generateTokenPaths.legacy]: { post: { ...operation('legacy'), deprecated: true } },
      '/.well-known/jwks.json': {
        get: { summary: 'The keys issued tokens are signed with (RFC 7517)', responses: ok('application/json') },
      },
      '/livez': { get: { summary: 'Whether the process is alive', responses: ok('text/plain') } },
      '/readyz': {
        get: {
          summary: 'Whether tokens can be issued now',
          responses: { ...ok('text/plain'), 503: { description: 'Not now' } },
        },
      },
      '/metrics': { get: { summary: 'Figures for Prometheus', responses: ok('text/plain') } },
    },
    components: {
      securitySchemes: { bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } },
      schemas: {
        GenerateTokenRequest: request,
        TokenResponse: response,
        LegacyTokenResponse: legacyResponse,
        Error: error,
      },
    },
  };
}

const ok = (mediaType: string) => ({ 200: { description: 'Success', content: { [mediaType]: {} } } });

const request = {
  type: 'object',
  required: ['grant_type'],
  properties: { grant_type: { type: 'string', const: jwtTokenGrantType } },
  xml: { name: 'GenerateTokenRequest' },
};

const tokenMembers = {
  access_token: { type: 'string', description: 'A JWT. Treat it as opaque.' },
  token_type: { type: 'string', const: 'Bearer' },
};
const response = {
  type: 'object',
  required: ['access_token', 'token_type', 'expires_in'],
  properties: { ...tokenMembers, expires_in: { type: 'integer', description: 'Seconds until the token expires.' } },
  xml: { name: 'TokenResponse' },
};
const legacyResponse = {
  ...response,
  properties: {
    ...tokenMembers,
    expires_in: { type: 'string', description: 'Seconds until the token expires, as text.' },
  },
};
const error = {
  type: 'object',
  required: ['code', 'description', 'source'],
  properties: {
    code: { type: 'string' },
    description: { type: 'string', maxLength: 1024 },
    data: { type: 'array', items: { type: 'string' }, xml: { wrapped: true } },
    source: { type: 'string' },
  },
  xml: { name: 'Error' },
};

const idHeader = (name: string, description: string) => ({
  name,
  in: 'header',
  required: false,
  description,
  schema: { type: 'string', minLength: 1, maxLength: 128 },
});

const parameters = [
  {
    name: 'Accept',
    in: 'header',
    required: true,
    schema: { type: 'string' },
    description: 'One of the media types of the answer.',
  },
  idHeader('ms-requestid', 'Idempotency: a repeat gets the same token. Made when absent.'),
  idHeader('ms-correlationid', 'For tracing. Made when absent.'),
  {
    name: 'ValidateMfa',
    in: 'header',
    required: false,
    schema: { type: 'boolean' },
    description: 'Answers with isMfaCompliant.',
  },
];

const content = (mediaTypes: readonly string[], schema: string) =>
  Object.fromEntries(
    mediaTypes.map((mediaType) => [mediaType, { schema: { $ref: `#/components/schemas/${schema}` } }]),
  );

function operation(api: 'v3' | 'legacy'): object {
  const statuses = [...new Set(Object.values(errorTable).map((entry) => entry.status))].sort(
    (left, right) => left - right,
  );
  const refusals = statuses.map((status) => {
    const entries = Object.values(errorTable).filter((entry) => entry.status === status);
    const description = entries.map((entry) => `${entry.code}: ${entry.description}`).join('\n\n');
    return [status, { description, content: content(responseMediaTypes, 'Error') }];
  });
  return {
    operationId: api === 'v3' ? 'generateAccessToken' : 'generateAccessTokenLegacy',
    summary: api === 'v3' ? 'Generate access token' : 'Generate access token legacy (deprecated)',
    security: [{ bearer: [] }],
    parameters,
    requestBody: { required: true, content: content(requestMediaTypes, 'GenerateTokenRequest') },
    responses: {
      200: {
        description: 'The token.',
        content: content(responseMediaTypes, api === 'v3' ? 'TokenResponse' : 'LegacyTokenResponse'),
      },
      ...Object.fromEntries(refusals),
    },
  };
}
