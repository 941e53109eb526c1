import { isJsonObject } from '../../base/json.ts';
import { terminalSafe } from './terminal-safe.ts';

/** Results as rows: for people (`table`) and for shells (`tsv`). */

/** One line for each member of an object, nested ones by their path; columns for a list of objects. */
export function tableText(value: unknown): string {
  if (Array.isArray(value)) return value.every(isJsonObject) ? objectsTable(value) : lines(value.map(cell));
  if (!isJsonObject(value)) return value === null || value === undefined ? '' : lines([cell(value)]);
  const rows = flattened(value);
  const width = Math.max(0, ...rows.map(([name]) => name.length));
  return lines(rows.map(([name, text]) => `${name.padEnd(width)}  ${text}`.trimEnd()));
}

function objectsTable(rows: readonly Record<string, unknown>[]): string {
  const flat = rows.map((row) => new Map(flattened(row)));
  const names = [...new Set(flat.flatMap((row) => [...row.keys()]))];
  const width = (name: string) => Math.max(name.length, ...flat.map((row) => row.get(name)?.length ?? 0));
  const line = (cells: readonly string[]) =>
    cells
      .map((text, index) => text.padEnd(width(names[index] ?? '')))
      .join('  ')
      .trimEnd();
  return lines([
    line(names),
    line(names.map((name) => '-'.repeat(width(name)))),
    ...flat.map((row) => line(names.map((name) => row.get(name) ?? ''))),
  ]);
}

function flattened(object: Readonly<Record<string, unknown>>, path = ''): [string, string][] {
  return Object.entries(object).flatMap(([name, value]): [string, string][] => {
    const full = terminalSafe(path + name);
    return isJsonObject(value) ? flattened(value, `${path}${name}.`) : [[full, cell(value)]];
  });
}

const cell = (value: unknown): string => {
  if (value === null || value === undefined) return '';
  if (Array.isArray(value)) return value.map(cell).join(' ');
  return terminalSafe(typeof value === 'object' ? JSON.stringify(value) : String(value));
};

/** As az: values in order with tabs between them, a row for each entry; nested objects are empty, lists their length. */
export function tsvText(value: unknown): string {
  if (value === null || value === undefined) return '';
  const rows = Array.isArray(value) ? value : [value];
  return lines(rows.map((row) => tsvRow(row)));
}

function tsvRow(row: unknown): string {
  if (Array.isArray(row)) return row.map(tsvCell).join('\t');
  return isJsonObject(row) ? Object.values(row).map(tsvCell).join('\t') : tsvCell(row);
}

function tsvCell(value: unknown): string {
  if (Array.isArray(value)) return String(value.length);
  if (isJsonObject(value)) return '';
  if (value === null || value === undefined) return 'None';
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  return terminalSafe(String(value));
}

const lines = (texts: readonly string[]): string => texts.map((text) => `${text}\n`).join('');
