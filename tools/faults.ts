// `npm run faults`: every fault as often and as long as its target asks, with its figures; `npm test` has them short.
// Words after it are files of tests, where not all are meant.
import { spawnSync } from 'node:child_process';
import { globSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const named = process.argv.slice(2);
/** Those with faults, and those of a node whose targets are seconds. */
const suite = [
  'test/{faults,store/postgres}/*.test.ts',
  'test/flows/{production-attacks,registry,service-keys,workers}.test.ts',
  'test/server/production/{audit-file,tracing}.test.ts',
];
const files = named.length > 0 ? named : globSync(suite, { cwd: root }).sort();
const { NODE_EXTRA_CA_CERTS: _, ...environment } = process.env;
const options = ['--test', '--test-concurrency=1', '--test-timeout=7200000'];
const report = ['--test-reporter=./tools/faults-report.ts', '--test-reporter-destination=stdout'];

const { status } = spawnSync(process.execPath, [...options, ...report, ...files], {
  cwd: root,
  stdio: 'inherit',
  env: { ...environment, PARTNER_AUTH_FAULTS: 'all' },
});
process.exitCode = status ?? 1;
