import type { Secret } from '../../base/secret.ts';
import { AuthError } from '../../client/errors.ts';
import { generateAccessToken } from '../../client/generate-access-token.ts';
import { replacingRefused } from '../../client/replacing-refused.ts';
import { type GenerateTokenApi, generateTokenPaths } from '../../protocol/generate-token.ts';
import { type RequestMediaType, requestMediaTypes } from '../../protocol/media-type.ts';
import type { Command, CommandContext } from '../command.ts';
import { textValue } from '../options.ts';
import { readSecret, tokenOf } from '../secrets.ts';
import { tokenOptions } from '../token-options.ts';
import { readTokenRequest, type TokenRequest } from '../token-request.ts';
import { withToken } from './token.ts';

const apis = Object.keys(generateTokenPaths) as GenerateTokenApi[];

export const exchange: Command = {
  description:
    'Generate access token: exchanges an Entra token for a Partner Center token. The Entra token is obtained by the ' +
    'options of token (for Partner Center, unless they say otherwise), or given by --access-token-file alone.',
  examples: [
    {
      line: 'partner-auth exchange --tenant contoso.com --application-id ID --client-secret-file secret.txt',
      does: 'sign in and exchange',
    },
    { line: 'partner-auth exchange --access-token-file token.txt', does: 'exchange a token you have' },
    {
      line: 'partner-auth exchange --access-token-file - --api legacy --media-type text/xml',
      does: 'the deprecated API, in XML',
    },
  ],
  options: {
    api: { value: 'API', values: apis, description: 'which API, default v3' },
    requestId: { value: 'ID', description: 'ms-requestid: the same id gets the same token; default a new GUID' },
    correlationId: { value: 'ID', description: 'ms-correlationid, for tracing; default a new GUID' },
    mediaType: {
      value: 'TYPE',
      values: requestMediaTypes,
      description: 'how the request is written, default application/json',
    },
    ...tokenOptions,
  },
  printsToken: true,
  run: async (context) => {
    const { values, call } = context;
    const api = choice('--api', textValue(values, 'api'), apis);
    const mediaType = choice<RequestMediaType>('--media-type', textValue(values, 'mediaType'), requestMediaTypes);
    const request = readTokenRequest(values, context.io.variables, 'partner-center');
    const exchanged = (bearer: string) =>
      generateAccessToken({
        ...call,
        bearer,
        api,
        mediaType,
        requestId: textValue(values, 'requestId'),
        correlationId: textValue(values, 'correlationId'),
        environment: request.environment,
      });
    const given = await givenBearer(context, request);
    if (given) return { value: await exchanged(given.reveal()) };
    const value = await withToken(context, 'partner-center', (obtain) =>
      replacingRefused(obtain, ({ accessToken }) => exchanged(accessToken)),
    );
    return { value };
  },
};

function choice<Value extends string>(
  option: string,
  given: string | undefined,
  values: readonly Value[],
): Value | undefined {
  if (given === undefined) return undefined;
  const found = values.find((value) => value.toLowerCase() === given.toLowerCase());
  if (found) return found;
  throw new AuthError('invalid_parameters', `${option} cannot be '${given}'.`, {
    hint: `Give one of ${values.join(', ')}.`,
  });
}

/** A given token is the bearer as it is, unless options for a whole parameter set came with it. */
async function givenBearer(context: CommandContext, request: TokenRequest): Promise<Secret | undefined> {
  const { io, secrets, warn } = context;
  const given = request.places.accessToken;
  const alone = [...request.chosen].every((member) => member === 'accessToken' || member === 'environment');
  if (!given || !alone) return undefined;
  const bearer = tokenOf(await readSecret(io, given, warn));
  secrets.push(bearer);
  if (bearer.reveal() === '') throw new AuthError('token_unreadable', `${given.label} holds no access token.`);
  return bearer;
}
