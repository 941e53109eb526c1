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
  'fan-out': {
    summary: 'obtain a token in each of many tenants, one JSON line each',
    load: async () => (await import('./commands/fan-out.ts')).fanOut,
  },
  decode: {
    summary: 'show what a token says, without any network',
    load: async () => (await import('./commands/decode.ts')).decode,
  },
  serve: {
    summary: 'run the sandbox',
    load: async () => (await import('./commands/serve.ts')).serve,
  },
};
