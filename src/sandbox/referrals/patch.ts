import { isJsonObject, type JsonObject } from '../../base/json.ts';
import { isServicesOwn } from './body.ts';
import { ReferralError } from './error.ts';

type Json = { [name: string]: unknown } | unknown[];

const mostOperations = 100;

/**
 * A document after a patch: a list is a JSON Patch (RFC 6902) of `add` and `replace`, which is all that Partner Center
 * takes; an object is a JSON Merge Patch (RFC 7396). Throws 400.
 */
export function patched(document: JsonObject, patch: unknown): JsonObject {
  if (isJsonObject(patch)) return merged(document, patch);
  if (!Array.isArray(patch)) refuse('The body must be a JSON Patch: a list of replace and add operations.');
  if (patch.length > mostOperations) refuse(`The patch must have at most ${mostOperations} operations.`);
  const changed = structuredClone(document) as { [name: string]: unknown };
  for (const [index, operation] of patch.entries()) apply(changed, operation, `[${index}]`);
  return changed;
}

function merged(document: JsonObject, patch: JsonObject): JsonObject {
  const names = new Set([...Object.keys(document), ...Object.keys(patch)]);
  const members = [...names].flatMap((name) => {
    const [before, change] = [own(document, name), own(patch, name)];
    if (change === null) return [];
    if (change === undefined) return [[name, before]];
    const nested = isJsonObject(change) && isJsonObject(before) ? merged(before, change) : change;
    return [[name, nested]];
  });
  return Object.fromEntries(members);
}

const own = (object: object, name: string): unknown =>
  Object.hasOwn(object, name) ? (object as Record<string, unknown>)[name] : undefined;

function apply(document: Json, operation: unknown, place: string): void {
  if (!isJsonObject(operation)) refuse(`${place}: must be an operation with op, path and value.`);
  const { op, path } = operation;
  if (op !== 'add' && op !== 'replace') refuse(`${place}.op: must be add or replace.`);
  if (typeof path !== 'string' || !path.startsWith('/'))
    refuse(`${place}.path: must begin with /, as in /details/notes.`);
  if (!Object.hasOwn(operation, 'value')) refuse(`${place}.value: must be given.`);
  const segments = path
    .slice(1)
    .split('/')
    .map((segment) => segment.replaceAll('~1', '/').replaceAll('~0', '~'));
  if (isServicesOwn(segments[0] ?? '')) refuse(`${place}.path: ${path} is set by the service alone.`);
  const last = segments.pop() ?? '';
  const parent = segments.reduce<unknown>((at, segment) => stepInto(at, segment), document);
  if (Array.isArray(parent)) {
    putItem(parent, last, { op, value: operation.value, place });
  } else {
    if (!isJsonObject(parent)) refuse(`${place}.path: there is nothing at ${path}.`);
    if (!isMemberName(last)) refuse(`${place}.path: must end with the name of a member.`);
    (parent as { [name: string]: unknown })[last] = operation.value;
  }
}

const stepInto = (at: unknown, segment: string): unknown => {
  if (Array.isArray(at)) return /^\d{1,6}$/.test(segment) ? at[Number(segment)] : undefined;
  return isJsonObject(at) ? own(at, segment) : undefined;
};

/** No member has these names, and assigning to one would change what an object is. */
const isMemberName = (name: string): boolean => /^[A-Za-z@$_][\w.@$-]{0,127}$/.test(name) && name !== '__proto__';

function putItem(
  items: unknown[],
  position: string,
  { op, value, place }: { readonly op: string; readonly value: unknown; readonly place: string },
): void {
  const index = position === '-' && op === 'add' ? items.length : Number(position);
  const last = op === 'add' ? items.length : items.length - 1;
  if (!/^(-|\d{1,6})$/.test(position) || !(index <= last)) refuse(`${place}.path: there is no item ${position}.`);
  items.splice(index, op === 'add' ? 0 : 1, value);
}

function refuse(message: string): never {
  throw new ReferralError(400, message);
}
