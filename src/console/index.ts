/**
 * Partner Center's set-up in the browser, under `/console`: what the Referrals document tells an administrator to click.
 * Somebody signs in at the authority, as at any application of Microsoft's, and has a session here of their own. Which
 * page is whose stands in one list (`routes.ts`); what may be done is the domain's to decide, and what is done is a change
 * of the directory. Every page works as HTML and CSS alone; the flows keep themselves up to date by a script.
 */
export { type ConsoleClient, consoleClient, withConsoleClient } from './client.ts';
export type { ConsoleContext, ConsoleFlows, ConsoleSignIn, RedeemedCode, SignedIn } from './context.ts';
export { createConsole } from './create.ts';
export { isConsolePath } from './paths.ts';
export type { ConsoleSandbox } from './sandbox.ts';
