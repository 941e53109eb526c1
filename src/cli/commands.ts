import type { Command } from './command.ts';

/** The verbs. One line each; the rest of a verb is loaded when it is used. */
export const commands: Readonly<Record<string, { readonly summary: string; load(): Promise<Command> }>> = {
  token: {
    summary: 'obtain an access token, as New-PartnerAccessToken does',
    load: async () => (await import('./commands/token.ts')).token,
  },
  exchange: {
    summary: 'exchange an Entra token for a Partner Center token (Generate access token)',
    load: async () => (await import('./commands/exchange.ts')).exchange,
  },
  decode: {
    summary: 'show what a token says, without any network',
    load: async () => (await import('./commands/decode.ts')).decode,
  },
  explain: {
    summary: 'what an error code means and what to do next',
    load: async () => (await import('./commands/explain.ts')).explain,
  },
  completion: {
    summary: 'a script that completes verbs, options and values in your shell',
    load: async () => (await import('./commands/completion.ts')).completion,
  },
  serve: {
    summary: 'run the sandbox',
    load: async () => (await import('./commands/serve.ts')).serve,
  },
};
