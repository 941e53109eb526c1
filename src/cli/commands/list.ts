import type { Command, CommandContext } from '../command.ts';
import { openOptions } from '../kept-options.ts';
import { tableText } from '../output/columns.ts';
import { statusesOf } from '../profiles/sign-in-status.ts';
import { allOf, type Holding, holdingsOf, type Selection } from '../profiles/stored.ts';

export const list: Command = {
  description:
    'Lists the profiles and what is stored for each, and what is stored without a profile. Asks nobody. Without the key of ' +
    'the token store it lists the profiles alone.',
  examples: [
    { line: 'partner-auth list', does: 'as a table on a terminal' },
    { line: "partner-auth list --query '[].profile' --output tsv", does: 'the names' },
  ],
  options: openOptions,
  run: async (context) => {
    const selection = allOf(context.io.variables);
    const holdings = await storedHoldings(context, selection);
    const now = context.io.clock.now();
    const rows = holdings
      ? holdings.map((holding) => ({ ...factsOf(holding, now), ...contentsOf(holding) }))
      : selection.selected.map((profile) => ({
          ...factsOf({ ...nothing, profile, isCurrent: profile.name === selection.profiles.current }, now),
          ...{ signIn: null, tokens: null, secrets: null },
        }));
    return { value: rows, table: tableText(rows) };
  },
};

const nothing = { identities: [], secrets: [] } as const;

/** Undefined without a key. */
async function storedHoldings({ tokens, warn }: CommandContext, selection: Selection) {
  const store = await tokens();
  if (store) return holdingsOf(store, selection);
  warn('There is no key for the token store; what is stored is not listed.');
  return undefined;
}

function factsOf(holding: Holding, now: Date): object {
  const [status] = statusesOf(holding, now);
  if (!status) return {};
  const { profile, current, signsInAs, account, applicationId, tenantId, environment } = status;
  return { profile, current, signsInAs, account, applicationId, tenantId, environment };
}

const contentsOf = ({ identities, secrets }: Holding): object => ({
  signIn: identities.some(({ signIn }) => signIn !== undefined),
  tokens: identities.reduce((count, { tokens }) => count + tokens.length, 0),
  secrets,
});
