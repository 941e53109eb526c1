import { createHash } from 'node:crypto';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, parseAllDocuments, stringify } from 'yaml';
import { repository } from './built-command.ts';
import { goTemplates } from './go-template.ts';

export const chartFolder = join(repository, 'deploy', 'helm', 'partner-auth');

// biome-ignore lint/suspicious/noExplicitAny: documents of Kubernetes are looked at by value.
export type Manifest = any;
export type Values = Readonly<Record<string, unknown>>;

const read = (path: string): string => readFileSync(join(chartFolder, path), 'utf8');

/** Values as Helm merges them: objects by their members, all else by the last. */
export const merged = (usual: Values, given: Values): Values =>
  Object.fromEntries(
    [...new Set([...Object.keys(usual), ...Object.keys(given)])].map((name) => {
      const [before, after] = [usual[name], given[name]];
      if (!(name in given)) return [name, before];
      return [name, isMap(before) && isMap(after) ? merged(before, after) : after];
    }),
  );

const isMap = (value: unknown): value is Values => typeof value === 'object' && value !== null && !Array.isArray(value);

export const chartValues = (given: Values): Values => merged(parse(read('values.yaml')), given);

const release = { Name: 'tokens', Namespace: 'partners', Service: 'Helm' };

/** What Helm would make of the chart with these values put over its own: every document, by file. */
export function renderChart(given: Values): ReadonlyMap<string, string> {
  const templates = goTemplates({
    toYaml: (value) => stringify(value, { lineWidth: 0 }).trimEnd(),
    sha256sum: (value) => createHash('sha256').update(String(value)).digest('hex'),
  });
  const files = globSync('templates/**/*.*', { cwd: chartFolder }).sort();
  for (const file of files) templates.add(file, read(file));
  const { name, version, appVersion } = parse(read('Chart.yaml'));
  const root = {
    Values: chartValues(given),
    Release: release,
    Chart: { Name: name, Version: version, AppVersion: appVersion },
  };
  return new Map(files.filter((file) => !file.endsWith('.tpl')).map((file) => [file, templates.render(file, root)]));
}

export const manifestsOf = (rendered: ReadonlyMap<string, string>): readonly Manifest[] =>
  [...rendered]
    .filter(([file]) => file.endsWith('.yaml'))
    .flatMap(([file, text]) =>
      parseAllDocuments(text, { strict: true, uniqueKeys: true }).map((document) => {
        if (document.errors.length > 0) throw new Error(`${file}: ${document.errors[0]?.message}\n${text}`);
        return document.toJS();
      }),
    )
    .filter((manifest) => manifest !== null);
