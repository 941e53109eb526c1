import { isJsonObject, ownText, strictJson } from '../base/json.ts';
import { WireError } from './wire-error.ts';

/** `environment.json`: how a running sandbox tells clients on the same machine where it is and what to trust. */
export interface EnvironmentFile {
  /** The origin of everything, for example `https://localhost:8443`. */
  readonly url: string;
  /** Absolute path of the development certificate authority; absent when the sandbox speaks plain HTTP. */
  readonly caFile?: string;
  /** In `entra` mode used refresh tokens stay valid, as at Entra; `strict` rotates them. */
  readonly mode?: 'entra' | 'strict';
}

export const environmentFileName = 'environment.json';

export const encodeEnvironmentFile = (file: EnvironmentFile): string => `${JSON.stringify(file, undefined, 2)}\n`;

/** Throws `WireError` naming the field. */
export function decodeEnvironmentFile(text: string): EnvironmentFile {
  const body = strictJson(text);
  if (!isJsonObject(body)) throw new WireError('unreadable', `${environmentFileName} is not a JSON object.`);
  const url = ownText(body, 'url');
  if (!url || !URL.canParse(url))
    throw new WireError('missing', `${environmentFileName} holds no url.`, { field: 'url' });
  const caFile = ownText(body, 'caFile');
  const mode = ownText(body, 'mode');
  return {
    url: new URL(url).origin,
    ...(caFile === undefined ? {} : { caFile }),
    ...(mode === 'entra' || mode === 'strict' ? { mode } : {}),
  };
}
