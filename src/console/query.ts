import { formPairs } from '../protocol/form.ts';
import type { Call } from './route.ts';

/** What stands in the address; of what is given twice, the last counts. */
export const queryOf = ({ http }: Call): ReadonlyMap<string, string> => new Map(formPairs(http.query));

const longestSearch = 256;
const itemsPerPage = 25;
/** More pages than any list here has. */
const lastPage = 100_000;

/** Which part of a list an address asks for: `q` is searched for, `page` counts from 1. */
export interface ListOrder {
  readonly search: string;
  readonly page: number;
  readonly skip: number;
  readonly top: number;
}

export function listOrder(call: Call): ListOrder {
  const query = queryOf(call);
  const asked = Number(query.get('page') ?? 1);
  const page = Number.isInteger(asked) && asked >= 1 && asked <= lastPage ? asked : 1;
  const search = (query.get('q') ?? '').trim().slice(0, longestSearch);
  return { search, page, skip: (page - 1) * itemsPerPage, top: itemsPerPage };
}
