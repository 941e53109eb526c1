import { parseDocument } from 'yaml';
import { PartnerAuthError } from '../../base/error.ts';
import { errorCode } from '../../base/error-code.ts';
import { type PlacedIssue, placedIssues } from '../../base/issue.ts';
import { isJsonObject } from '../../base/json.ts';
import { configProblems } from './config-rules.ts';
import { configSchema, type ProductionConfig } from './config-schema.ts';
import { type Setting, settings, variablePrefix } from './settings.ts';

export interface ConfigSource {
  /** YAML or JSON. */
  readonly text: string;
  readonly fileName: string;
  readonly variables: Readonly<Record<string, string | undefined>>;
  /** The text of a secret's file. Throws as the system does. */
  readonly readFile: (path: string) => string;
}

/** Largest configuration read, in characters. */
const maximumLength = 1_048_576;

/**
 * The configuration of `serve production`: the file, what variables of the environment put over it, secrets from files of
 * their own. Throws `PartnerAuthError` (`configuration`) with a sentence for everything that is wrong, and no secret in it.
 */
export function readConfig(source: ConfigSource): ProductionConfig {
  const stated = statedIn(source);
  const problems: PlacedIssue[] = [];
  applyVariables(stated, source, problems);
  applySecretFiles(stated, source, problems);
  const parsed = configSchema.safeParse(stated);
  // A secret whose file cannot be read is not missing as well.
  const isSaid = ({ place }: PlacedIssue) => problems.some((said) => said.place === `${place}File`);
  if (!parsed.success) problems.push(...placedIssues(parsed.error).filter((issue) => !isSaid(issue)));
  else problems.push(...configProblems(parsed.data));
  if (problems.length > 0 || !parsed.success) throw invalid(source.fileName, problems);
  return parsed.data;
}

type Stated = Record<string, unknown>;

function statedIn({ text, fileName }: ConfigSource): Stated {
  if (text.length > maximumLength) throw unreadable(fileName, `it is longer than ${maximumLength} characters`);
  const document = parseDocument(text, { uniqueKeys: true, strict: true });
  const [problem] = document.errors;
  if (problem) throw unreadable(fileName, withoutSource(problem.message));
  const value = contentOf(document, fileName);
  if (!isJsonObject(value)) throw unreadable(fileName, 'it holds no settings, which are names with values');
  return value;
}

/** With a copy of its own wherever an alias stands: a variable changes one setting. The parser’s words may hold a secret. */
function contentOf(document: ReturnType<typeof parseDocument>, fileName: string): unknown {
  try {
    return JSON.parse(JSON.stringify(document.toJS({ maxAliasCount: 100 }) ?? {}));
  } catch {
    throw unreadable(fileName, 'an alias in it names nothing that stands before it, or grows beyond reason');
  }
}

/** The parser shows the line it stopped at, which may hold a secret. */
const withoutSource = (message: string): string => (message.split('\n')[0] ?? '').replace(/:$/, '');

const unreadable = (fileName: string, why: string): PartnerAuthError =>
  new PartnerAuthError('configuration', `${fileName} cannot be read: ${why}.`);

const shown = 20;

function invalid(fileName: string, problems: readonly PlacedIssue[]): PartnerAuthError {
  const lines = problems.slice(0, shown).map(({ place, sentence }) => `\n  ${place || 'the file'}: ${sentence}`);
  const more = problems.length > shown ? `\n  and ${problems.length - shown} more` : '';
  return new PartnerAuthError('configuration', `${fileName} is not a valid configuration:${lines.join('')}${more}`);
}

/** What a variable says counts more than the file. Each names one setting; one that names none is a mistake. */
function applyVariables(stated: Stated, { variables }: ConfigSource, problems: PlacedIssue[]): void {
  const given = Object.entries(variables).filter(([name]) => name.startsWith(variablePrefix));
  for (const [name, value = ''] of given) {
    const setting = settings.find(
      ({ variable, isSecret }) => name === variable || (isSecret && name === `${variable}_FILE`),
    );
    if (!setting) problems.push({ place: name, sentence: 'names no setting. docs/config.md lists them.' });
    else if (name !== setting.variable) put(stated, `${setting.path}File`, value);
    else put(stated, setting.path, valueIn(setting, value));
  }
}

function valueIn({ type }: Setting, text: string): unknown {
  if (type === 'number' && /^-?\d{1,15}(\.\d{1,15})?$/.test(text)) return Number(text);
  if (type === 'boolean' && (text === 'true' || text === 'false')) return text === 'true';
  if (type !== 'list') return text;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** `databaseUrlFile: /run/secrets/database-url` in the place of `databaseUrl`. The last line break is not part of it. */
function applySecretFiles(stated: Stated, { readFile }: ConfigSource, problems: PlacedIssue[]): void {
  for (const { path } of settings.filter(({ isSecret }) => isSecret)) {
    const place = `${path}File`;
    const file = take(stated, place);
    if (file === undefined) continue;
    if (read(stated, path) !== undefined) {
      problems.push({ place, sentence: `stands beside ${path}. Give one of the two.` });
    } else if (typeof file !== 'string') {
      problems.push({ place, sentence: 'must be the name of a file.' });
    } else {
      try {
        put(stated, path, readFile(file).replace(/\r?\n$/, ''));
      } catch (cause) {
        problems.push({ place, sentence: `${file} cannot be read (${errorCode(cause) ?? cause}).` });
      }
    }
  }
}

/** The object that holds a path's last name; what is no object on the way is left for the schema to refuse. */
function holderOf(stated: Stated, path: string, makes: boolean): { holder: Stated; name: string } | undefined {
  const names = path.split('.');
  const name = names.pop() ?? '';
  let holder = stated;
  for (const step of names) {
    if (!Object.hasOwn(holder, step) && makes) holder[step] = {};
    const next = Object.hasOwn(holder, step) ? holder[step] : undefined;
    if (!isJsonObject(next)) return undefined;
    holder = next;
  }
  return { holder, name };
}

const read = (stated: Stated, path: string): unknown => {
  const found = holderOf(stated, path, false);
  return found && Object.hasOwn(found.holder, found.name) ? found.holder[found.name] : undefined;
};

function take(stated: Stated, path: string): unknown {
  const value = read(stated, path);
  const found = holderOf(stated, path, false);
  if (found) delete found.holder[found.name];
  return value;
}

function put(stated: Stated, path: string, value: unknown): void {
  const found = holderOf(stated, path, true);
  if (found) found.holder[found.name] = value;
}
