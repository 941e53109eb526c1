import { InputTooLong } from '../../client/bounded-input.ts';
import { AuthError } from '../../client/errors.ts';
import { type Explanation, entraPage, explanations } from '../../protocol/explanations.ts';
import type { Command, CommandContext, CommandResult } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';
import { explanationText, listText } from '../explain/explanation-text.ts';
import { findCodes } from '../explain/find-codes.ts';
import { nearestCodes } from '../explain/nearest-codes.ts';
import { fromCmdlet, fromCmdletText } from '../from-cmdlet.ts';
import type { Io } from '../io.ts';
import { textValue } from '../options.ts';

export const explain: Command = {
  description:
    'Explains error codes of Microsoft Entra (AADSTS…), Partner Center and OAuth without any network: what they mean, ' +
    'why they come, and what to type next. Takes codes, or a whole message with codes in it; without arguments it lists ' +
    'every code. With --from-powershell it says a New-PartnerAccessToken line in the words of partner-auth.',
  examples: [
    { line: 'partner-auth explain AADSTS700082 900421', does: 'two codes' },
    { line: 'partner-auth explain - < error.log', does: 'every code in a message' },
    { line: 'partner-auth explain', does: 'all codes, a line each' },
    {
      line: "partner-auth explain --from-powershell 'New-PartnerAccessToken -Module ExchangeOnline'",
      does: 'the same in our words',
    },
  ],
  positionals: [{ name: '[code...]', description: 'codes, or a message with codes in it; - for standard input' }],
  options: {
    fromPowershell: {
      value: 'LINE',
      description: 'a New-PartnerAccessToken line; prints the equal partner-auth token line; - for standard input',
    },
  },
  run: async ({ io, values, positionals, warn }) => {
    const line = textValue(values, 'fromPowershell');
    if (line !== undefined) return translated(io, line, positionals);
    if (positionals.length === 0) return { value: explanations, table: listText(explanations) };
    return explained(isStandardInput(positionals) ? [await standardInput(io)] : positionals, warn);
  },
};

const isStandardInput = (words: readonly string[]): boolean => words.length === 1 && words[0] === '-';

async function translated(io: Io, line: string, positionals: readonly string[]): Promise<CommandResult> {
  if (positionals.length > 0) {
    throw new AuthError('invalid_parameters', 'Give codes or --from-powershell, not both.', {
      hint: 'Quote the whole line: --from-powershell ’New-PartnerAccessToken …’.',
    });
  }
  const value = fromCmdlet(line === '-' ? await standardInput(io) : line);
  return { value, table: fromCmdletText(value) };
}

function explained(words: readonly string[], warn: CommandContext['warn']): CommandResult {
  const { explained, unknown } = findCodes(words, explanations);
  if (explained.length === 0) throw notFound(words, unknown);
  for (const code of unknown) warn(`${notKnown(code)} ${adviceFor(code)}`);
  return {
    value: explained,
    table: explanationText(explained),
    exitCode: unknown.length === 0 ? exitCodes.done : exitCodes.warning,
  };
}

/** The words themselves are not repeated: they may be anything, a secret too. */
function notFound(words: readonly string[], [code]: readonly string[]): AuthError {
  if (code !== undefined) return new AuthError('nothing_found', notKnown(code), { hint: adviceFor(code) });
  const near = words.length === 1 ? nearestCodes(words[0] ?? '', explanations) : [];
  return new AuthError('nothing_found', 'There is no error code in what was given.', {
    hint: `${nearSentence(near)}Give a code (AADSTS700082, 900421, invalid_grant) or the whole message, quoted. partner-auth explain lists all codes.`,
  });
}

const notKnown = (code: string): string => `The code ${code} is in no table here.`;

const nearSentence = (near: readonly Explanation[]): string =>
  near.length === 0 ? '' : `Near to it: ${near.map(({ code, meaning }) => `${code} (${meaning})`).join(' ')} `;

function adviceFor(code: string): string {
  const number = Number(code.replace('AADSTS', ''));
  const near = nearSentence(nearestCodes(code, explanations));
  if (number >= 400 && number < 600 && !code.startsWith('AADSTS')) {
    return `${near}${code} is an HTTP status too; the answer’s body says more: code at Partner Center, AADSTS… at Entra.`;
  }
  return `${near}Entra’s own words, for its codes: ${entraPage(number)}. partner-auth explain lists the codes known here.`;
}

async function standardInput({ stdin, stderr }: Io): Promise<string> {
  if (stdin.isTerminal) stderr.write('Paste the text, then press Enter and Ctrl-D.\n');
  try {
    return await stdin.read();
  } catch (cause) {
    if (cause instanceof InputTooLong)
      throw new AuthError('invalid_parameters', 'Standard input is too long.', { cause });
    throw cause;
  }
}
