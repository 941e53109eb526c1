// Prints the JSON Schema of seed files, published as partner-auth/seed.schema.json.
import { seedJsonSchema } from '../src/sandbox/index.ts';

console.log(JSON.stringify(seedJsonSchema(), undefined, 2));
