import { ReferralError } from './error.ts';
import { type Entity, type Filter, filterOf, valueAt } from './filter.ts';

/** Items on a page when `$top` says nothing, and the most of one. */
const usualPage = 100;
const longestPage = 500;

const ordered: readonly string[] = ['createdDateTime', 'updatedDateTime'];
const options: readonly string[] = ['$top', '$skip', '$orderby', '$filter', '$select', '$count'];

/** What is wanted of a list, by the options of OData that the document names. */
export interface ReferralQuery {
  apply(entities: readonly Entity[]): {
    readonly items: readonly Entity[];
    readonly total: number;
    /** The query of the next page, when the service has cut the list and not the caller. */
    readonly next: string | undefined;
  };
}

/** Throws 400 with the option that is not valid. */
export function readQuery(query: string): ReferralQuery {
  const parameters = new URLSearchParams(query);
  for (const name of parameters.keys()) {
    if (!options.includes(name)) refuse(`${name}: is not known. Known are ${options.join(', ')}.`);
    if (parameters.getAll(name).length > 1) refuse(`${name}: must be given once.`);
  }
  const skip = count(parameters, '$skip', 0, 1_000_000) ?? 0;
  const top = count(parameters, '$top', 0, longestPage);
  const compare = orderOf(parameters.get('$orderby'));
  const fits: Filter = filterOf(parameters.get('$filter'));
  const members = membersOf(parameters.get('$select'));
  const counted = parameters.get('$count') ?? 'true';
  if (counted !== 'true' && counted !== 'false') refuse('$count: must be true or false.');
  return {
    apply(entities) {
      const found = entities.filter(fits).toSorted(compare);
      const items = found.slice(skip, skip + (top ?? usualPage));
      const cut = top === undefined && skip + items.length < found.length;
      if (cut) parameters.set('$skip', String(skip + items.length));
      return { items: items.map(members), total: found.length, next: cut ? parameters.toString() : undefined };
    },
  };
}

function count(parameters: URLSearchParams, name: string, least: number, most: number): number | undefined {
  const text = parameters.get(name);
  if (text === null) return undefined;
  if (/^\d{1,9}$/.test(text) && Number(text) >= least && Number(text) <= most) return Number(text);
  refuse(`${name}: must be a whole number from ${least} to ${most}.`);
}

function orderOf(text: string | null): (one: Entity, other: Entity) => number {
  if (text === null) return () => 0;
  const [, name = '', direction = 'asc'] = /^\s*(\w+)(?:\s+(asc|desc))?\s*$/i.exec(text) ?? [];
  if (!ordered.includes(name)) refuse(`$orderby: must be ${ordered.join(' or ')}, with asc or desc.`);
  const sign = direction.toLowerCase() === 'desc' ? -1 : 1;
  const instant = (entity: Entity) => Date.parse(String(valueAt(entity, [name])));
  return (one, other) => sign * (instant(one) - instant(other));
}

function membersOf(text: string | null): (entity: Entity) => Entity {
  if (text === null || text.trim() === '*') return (entity) => entity;
  const names = text.split(',').map((name) => name.trim());
  if (names.some((name) => !/^\w{1,64}$/.test(name))) refuse('$select: must be names of members, separated by commas.');
  return (entity) => Object.fromEntries(Object.entries(entity).filter(([name]) => names.includes(name)));
}

function refuse(message: string): never {
  throw new ReferralError(400, message);
}
