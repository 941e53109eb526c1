import { loadCore, pinSelf, printMachine } from './harness.ts';
import { tokenStore } from './token-store.ts';
import { warmTokens } from './warm-tokens.ts';

/** What a program that uses the library waits for, beside @azure/msal-node, @azure/identity and the least that could do. */
export async function run(): Promise<void> {
  printMachine();
  pinSelf(loadCore);
  await warmTokens();
  await tokenStore();
}
