import { z } from 'zod';
import { configSchema, secretPaths } from './config-schema.ts';

/** One setting of the configuration, as its reference prints it and the environment names it. */
export interface Setting {
  /** `storage.databaseUrl` */
  readonly path: string;
  /** `PARTNER_AUTH_SERVICE_STORAGE_DATABASE_URL` */
  readonly variable: string;
  readonly type: 'text' | 'number' | 'boolean' | 'list';
  readonly about: string;
  /** As JSON; undefined: there is none. */
  readonly default: string | undefined;
  readonly isSecret: boolean;
}

export const variablePrefix = 'PARTNER_AUTH_SERVICE_';

interface Described {
  readonly type?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly properties?: Readonly<Record<string, Described>>;
}

const types: Readonly<Record<string, Setting['type']>> = {
  integer: 'number',
  number: 'number',
  boolean: 'boolean',
  array: 'list',
  object: 'list',
};

/** Every setting, from the schema that validates them. What has members is as many settings as it has. */
export const settings: readonly Setting[] = settingsOf('', z.toJSONSchema(configSchema, { io: 'input' }) as Described);

function settingsOf(place: string, { properties = {} }: Described): readonly Setting[] {
  return Object.entries(properties).flatMap(([name, described]) => {
    const path = place === '' ? name : `${place}.${name}`;
    if (described.properties) return settingsOf(path, described);
    const { type = '', description = '', default: usual } = described;
    return {
      path,
      variable: variablePrefix + path.replaceAll(/[A-Z]/g, '_$&').replaceAll('.', '_').toUpperCase(),
      type: types[type] ?? 'text',
      about: description,
      default: usual === undefined ? undefined : JSON.stringify(usual),
      isSecret: secretPaths.includes(path),
    };
  });
}
