import { utf8Text } from '../../base/bytes.ts';
import { isGuid } from '../../base/guid.ts';
import type { Secret } from '../../base/secret.ts';
import { type HttpRequest, soleHeader } from '../../http/message.ts';
import { decodeClientCapabilities } from '../../protocol/claims-request.ts';
import { type BasicCredentials, decodeBasicCredentials } from '../../protocol/client-auth.ts';
import { decodeForm, type Form } from '../../protocol/form.ts';
import { mediaTypeOf } from '../../protocol/media-type.ts';
import { decodeTokenRequest, type TokenRequest, tokenParameters } from '../../protocol/token-request.ts';
import type { Call } from '../call.ts';
import { AuthorityError } from '../error-table.ts';

/** A token request as it came: the form's parameters, and the client's id and credential wherever they stood. */
export interface ReceivedRequest {
  readonly parameters: TokenRequest;
  readonly clientId: string;
  readonly clientSecret: Secret | undefined;
  readonly clientAssertion: Secret | undefined;
  /** What the client says it can do, in `claims`. */
  readonly capabilities: readonly string[];
}

export function requirePost({ http }: Call): void {
  if (http.method !== 'POST') throw new AuthorityError('wrongVerb', { accepted: 'POST', received: http.method });
}

/** Reads the body once; nothing behind this sees a form or a header. */
export function decodeRequest(call: Call): ReceivedRequest {
  const form = formOf(call.http);
  const correlationId = form.get('client-request-id');
  if (!mentionsCorrelation(call.http) && correlationId && isGuid(correlationId)) call.correlationId = correlationId;
  const parameters = decodeTokenRequest(form);
  const capabilities = decodeClientCapabilities(parameters.claims);
  return { parameters, capabilities, ...clientCredentials(call.http, parameters) };
}

function formOf(http: HttpRequest): Form {
  if (!http.body) throw new AuthorityError('invalidRequest', { reason: 'The body is too large.' });
  const contentType = soleHeader(http, 'content-type');
  const isForm = mediaTypeOf(contentType ?? '') === 'application/x-www-form-urlencoded';
  // Entra reads a body of another kind as a form without parameters, and asks for the first it misses.
  const text = isForm ? utf8Text(http.body) : '';
  if (text === undefined) throw new AuthorityError('invalidRequest', { reason: 'The body is not UTF-8.' });
  const form = decodeForm(text);
  const repeated = [...new URLSearchParams(http.query).keys()].find(
    (name) => tokenParameters.has(name) && form.has(name),
  );
  if (repeated !== undefined) throw new AuthorityError('repeatedParameter', { parameter: repeated });
  return form;
}

const mentionsCorrelation = (http: HttpRequest): boolean =>
  http.headers('client-request-id').length > 0 || new URLSearchParams(http.query).has('client-request-id');

/** One way of authenticating, not two (RFC 6749 section 2.3). An empty secret or assertion is none. */
function clientCredentials(http: HttpRequest, parameters: TokenRequest) {
  const basic = basicCredentials(http);
  const inBody = present(parameters.clientSecret);
  const inHeader = present(basic?.clientSecret);
  const clientAssertion = present(parameters.clientAssertion);
  const ways = [inBody, inHeader, clientAssertion].filter((secret) => secret !== undefined);
  if (ways.length > 1) {
    throw new AuthorityError('invalidRequest', { reason: 'The client authenticates in more than one way.' });
  }
  if (basic && parameters.clientId !== undefined && basic.clientId !== parameters.clientId) {
    throw new AuthorityError('invalidRequest', { reason: 'The Authorization header and client_id name two clients.' });
  }
  const clientId = parameters.clientId || basic?.clientId;
  if (!clientId) throw new AuthorityError('missingParameter', { parameter: 'client_id' });
  return { clientId, clientSecret: inBody ?? inHeader, clientAssertion };
}

function basicCredentials(http: HttpRequest): BasicCredentials | undefined {
  const values = http.headers('authorization');
  if (values.length > 1) {
    throw new AuthorityError('invalidRequest', { reason: 'The Authorization header is given more than once.' });
  }
  return values[0] === undefined ? undefined : decodeBasicCredentials(values[0]);
}

const present = (secret: Secret | undefined): Secret | undefined => (secret?.reveal() === '' ? undefined : secret);
