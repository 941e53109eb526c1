import type { Directory } from '../domain/index.ts';
import type { HttpRequest } from '../http/message.ts';

/** What an API here needs to know of a token whose signature, issuer and times were found right. */
export interface ApiBearer {
  readonly tenantId: string;
  /** As the token says it: an identifier URI or an application id. */
  readonly audience: string;
  readonly applicationId: string;
  /** Object id of the user; undefined when an application acts for itself. */
  readonly userId: string | undefined;
  /** Authentication methods proven (`amr`); none for an application. */
  readonly methods: readonly string[];
  readonly subject: string;
  /** Delegated permissions and roles alike: no name is both. */
  readonly permissions: readonly string[];
}

/** The port to `verify/`: undefined for a token that is not to be believed. Rejects only when that cannot be known. */
export type VerifyApiBearer = (token: string, request: HttpRequest) => Promise<ApiBearer | undefined>;

export interface BearerContext {
  readonly verifyBearer: VerifyApiBearer;
  readonly directory: Directory;
}

/** Why a request is nobody's: no one Bearer credential, a token that is not to be believed, or one for another resource. */
export type BearerRefusal = 'missing' | 'untrusted' | 'otherAudience';

/** The bearer of a request for the resource of this application id, under whichever of its names it was asked for. */
export async function bearerFor(
  { verifyBearer, directory }: BearerContext,
  request: HttpRequest,
  resourceAppId: string,
): Promise<ApiBearer | BearerRefusal> {
  const [credential, ...others] = request.headers('authorization');
  const token = /^bearer +(\S+)$/i.exec(credential ?? '')?.[1];
  if (!token || others.length > 0) return 'missing';
  const bearer = await verifyBearer(token, request);
  if (!bearer) return 'untrusted';
  const asked = await directory.resource(bearer.tenantId, bearer.audience);
  return asked?.application.appId === resourceAppId ? bearer : 'otherAudience';
}
