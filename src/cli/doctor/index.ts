/**
 * What `doctor` looks at: one file for each check in `checks/`, what several of them look at in `examination.ts` and beside
 * it, and how it is told in `report.ts`. How the client gets a token is the client's; what codes mean is `protocol/`'s.
 */
export { checks } from './checks/index.ts';
export { examine, type Mode } from './examination.ts';
export { reportText } from './report.ts';
export { runChecks } from './run-checks.ts';
