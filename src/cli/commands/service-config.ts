import { basename } from 'node:path';
import { boundedFile, boundedFileText } from '../../client/bounded-input.ts';
import { AuthError } from '../../client/errors.ts';
import type { ProductionConfig } from '../../server/index.ts';
import type { CommandContext } from '../command.ts';
import { textValue } from '../options.ts';
import { givenFileText } from './given-file.ts';

const maximumBytes = 1_048_576;

/** The option of every verb that works on the token service. */
export const configOption = {
  value: 'FILE',
  description: 'the configuration of the token service, YAML or JSON (docs/config.md)',
} as const;

export interface ServiceConfig {
  readonly config: ProductionConfig;
  readonly fileName: string;
  /** The text of a file the configuration names. */
  readonly readFile: (path: string) => string;
}

/** Reads the file of `--config`, with what the environment puts over it. Throws `configuration` with a sentence per mistake. */
export async function serviceConfig({
  io,
  values,
  warn,
}: Pick<CommandContext, 'io' | 'values' | 'warn'>): Promise<ServiceConfig> {
  const file = textValue(values, 'config');
  if (file === undefined) {
    throw new AuthError('invalid_parameters', 'The token service needs its configuration: give --config FILE.');
  }
  const text = givenFileText('configuration', file, maximumBytes);
  const { readConfig } = await import('../../server/index.ts');
  const fileName = basename(file);
  const readSecret = (path: string) => secretText(path, warn);
  const config = readConfig({ text, fileName, variables: io.variables, readFile: readSecret });
  return { config, fileName, readFile: (path) => boundedFileText(path, { regular: true }) };
}

/** An orchestrator may mount secrets for all to read in a container of one user: said, and not refused. */
function secretText(path: string, warn: CommandContext['warn']): string {
  const { bytes, stats } = boundedFile(path, { regular: true });
  if (process.platform !== 'win32' && (stats.mode & 0o077) !== 0) {
    warn(`The file ${path} can be read by others; chmod 600 keeps it to the service.`);
  }
  return bytes.toString('utf8');
}
