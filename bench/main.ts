// `npm run bench`: every benchmark, or those named (`npm run bench exchange`). Each prints a table of ratios: the peers
// and the machine's own ceiling are measured in the same run, since absolute figures of a busy machine say nothing.
const benches: Readonly<Record<string, () => Promise<{ run(): Promise<void> }>>> = {
  exchange: () => import('./exchange.ts'),
  authority: () => import('./authority.ts'),
  client: () => import('./client.ts'),
  cli: () => import('./cli.ts'),
  postgres: () => import('./postgres.ts'),
};

const named = process.argv.slice(2);
const unknown = named.filter((name) => !Object.hasOwn(benches, name));
if (unknown.length > 0) {
  console.error(`There is no benchmark ${unknown.join(', ')}. There are: ${Object.keys(benches).join(', ')}.`);
  process.exit(2);
}
for (const name of named.length > 0 ? named : Object.keys(benches)) {
  const bench = await benches[name]?.();
  await bench?.run();
}
