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
  explain: {
    summary: 'what an error code means and what to do next',
    load: async () => (await import('./commands/explain.ts')).explain,
  },
  doctor: {
    summary: 'check a set-up: clock, proxy, trust, token, MFA, consent',
    load: async () => (await import('./commands/doctor.ts')).doctor,
  },
  completion: {
    summary: 'a script that completes verbs, options and values in your shell',
    load: async () => (await import('./commands/completion.ts')).completion,
  },
  login: {
    summary: 'sign in and keep it under a name: later calls need no options',
    load: async () => (await import('./commands/login.ts')).login,
  },
  logout: {
    summary: 'remove the sign-in, tokens and secrets that are stored',
    load: async () => (await import('./commands/logout.ts')).logout,
  },
  status: {
    summary: 'who is signed in, and how many days are left',
    load: async () => (await import('./commands/status.ts')).status,
  },
  list: {
    summary: 'the profiles and what is stored',
    load: async () => (await import('./commands/list.ts')).list,
  },
  use: {
    summary: 'make a profile the current one',
    load: async () => (await import('./commands/use.ts')).use,
  },
  profile: {
    summary: 'show, set, unset, rename or delete a profile',
    load: async () => (await import('./commands/profile.ts')).profile,
  },
  renew: {
    summary: 'redeem and rotate stored refresh tokens, for a scheduler',
    load: async () => (await import('./commands/renew.ts')).renew,
  },
  exec: {
    summary: 'run a command with the token in its environment',
    load: async () => (await import('./commands/exec.ts')).exec,
  },
  serve: {
    summary: 'run the sandbox, or the token service for production',
    load: async () => (await import('./commands/serve.ts')).serve,
  },
  registry: {
    summary: 'which partners the token service issues for',
    load: async () => (await import('./commands/registry.ts')).registry,
  },
  keys: {
    summary: 'the signing keys of the token service',
    load: async () => (await import('./commands/keys.ts')).keys,
  },
};
