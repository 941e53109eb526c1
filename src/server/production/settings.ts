import { z } from 'zod';
import { configSchema, secretPaths } from './config-schema.ts';

/** Settings that go together. */
export interface SettingGroup {
  /** `storage` */
  readonly path: string;
  readonly about: string;
}

/** One setting of the configuration, as its reference prints it and the environment names it. */
export interface Setting {
  /** `storage.databaseUrl` */
  readonly path: string;
  readonly about: string;
  /** `PARTNER_AUTH_SERVICE_STORAGE_DATABASE_URL` */
  readonly variable: string;
  readonly type: 'text' | 'number' | 'boolean' | 'list';
  /** As JSON; undefined: there is none. */
  readonly default: string | undefined;
  /** In its group, where that is there. */
  readonly isRequired: boolean;
  readonly isSecret: boolean;
}

export const variablePrefix = 'PARTNER_AUTH_SERVICE_';

interface Described {
  readonly type?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly properties?: Readonly<Record<string, Described>>;
  readonly required?: readonly string[];
}

const types: Readonly<Record<string, Setting['type']>> = {
  integer: 'number',
  number: 'number',
  boolean: 'boolean',
  array: 'list',
  object: 'list',
};

/** Every group followed by its settings, from the schema that validates them. */
export const settingReference: readonly (SettingGroup | Setting)[] = referenceOf(
  '',
  z.toJSONSchema(configSchema, { io: 'input' }) as Described,
);

export const settings: readonly Setting[] = settingReference.filter((one) => 'variable' in one);

function referenceOf(
  place: string,
  { properties = {}, required = [] }: Described,
): readonly (SettingGroup | Setting)[] {
  return Object.entries(properties).flatMap(([name, described]): readonly (SettingGroup | Setting)[] => {
    const path = place === '' ? name : `${place}.${name}`;
    const { type = '', description: about = '', default: usual } = described;
    if (described.properties) return [{ path, about }, ...referenceOf(path, described)];
    const setting: Setting = {
      path,
      about,
      variable: variablePrefix + path.replaceAll(/[A-Z]/g, '_$&').replaceAll('.', '_').toUpperCase(),
      type: types[type] ?? 'text',
      default: usual === undefined ? undefined : JSON.stringify(usual),
      isRequired: required.includes(name),
      isSecret: secretPaths.includes(path),
    };
    return [setting];
  });
}
