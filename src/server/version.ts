import { readFileSync } from 'node:fs';

/** From package.json, which lies two levels up from source and from dist alike. */
export const version: string = JSON.parse(readFileSync(packageFile(), 'utf8')).version;

function packageFile(): URL {
  const here = import.meta.url;
  const folder = here.includes('/dist/') ? '/dist/' : '/src/';
  return new URL('package.json', here.slice(0, here.lastIndexOf(folder) + 1));
}
