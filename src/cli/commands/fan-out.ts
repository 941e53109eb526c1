import { acquire } from '../../client/acquire.ts';
import { clientContext } from '../../client/context.ts';
import { withCustody } from '../../client/custody.ts';
import { AuthError } from '../../client/errors.ts';
import { obtainForMany } from '../../client/fan-out.ts';
import { flows } from '../../client/flows.ts';
import { memoryStore } from '../../client/stores/memory.ts';
import { certificatePasswordPlace } from '../certificate-source.ts';
import type { Command, CommandContext, CommandResult } from '../command.ts';
import { earlierRun } from '../fan-out/earlier-run.ts';
import { printRun } from '../fan-out/print-run.ts';
import { progress } from '../fan-out/progress.ts';
import { resultFormats, resultLine } from '../fan-out/result-line.ts';
import { type ListChoice, listChoice, tenantsToAsk } from '../fan-out/tenants-to-ask.ts';
import { notKeptNotice } from '../kept-tokens.ts';
import { textValue } from '../options.ts';
import { refuseSecondStandardInput } from '../secrets.ts';
import { tokenOptions } from '../token-options.ts';
import { tokenOrder } from '../token-order.ts';
import { readTokenRequest, type TokenRequest } from '../token-request.ts';

export const fanOut: Command = {
  description:
    'One sign-in, many tenants: a token in each, one JSON line for each on stdout, with the object of token or with the ' +
    'error. The sign-in is given by the options of token; the resource is Graph unless they name another. Exit 0 when ' +
    'every tenant has a token, 8 when some failed, and that of the failure itself when every tenant would meet it.',
  examples: [
    {
      line: 'partner-auth fan-out --application-id ID --client-secret-file secret.txt --tenants-file tenants.txt > out.jsonl',
      does: 'as the application, in the tenants of a file',
    },
    {
      line: 'partner-auth fan-out --application-id ID --refresh-token-file refresh.txt --customers',
      does: 'as the user, in the tenants of all customers',
    },
    {
      line: 'partner-auth fan-out … --tenants-file tenants.txt --resume out.jsonl >> out.jsonl',
      does: 'go on after a run that was interrupted, and ask the failed tenants again',
    },
    { line: "partner-auth fan-out … --query '[tenant, accessToken]' --output tsv", does: 'tenants and tokens alone' },
  ],
  options: {
    tenantsFile: {
      value: 'FILE',
      description: 'one tenant a line, # for comments, or a JSON array; - for standard input',
    },
    customers: { description: 'the tenants of the partner’s own customers; as an application, with --tenant' },
    concurrency: { value: 'NUMBER', description: 'tenants asked at a time, 1 to 64; default 8' },
    deadline: { value: 'SECONDS', description: 'for all tenants together; default none' },
    resume: {
      value: 'FILE',
      description: 'what an earlier run printed: tenants whose token there is good are skipped',
    },
    output: {
      value: 'FORMAT',
      aliases: ['-o'],
      values: resultFormats,
      description: 'form of each result, default json, on a terminal table',
    },
    query: { value: 'JMESPATH', description: 'part of each result to print, as in az' },
    ...tokenOptions,
  },
  run,
};

async function run(context: CommandContext): Promise<CommandResult> {
  const { io, values, secrets, warn } = context;
  const choice = listChoice(values);
  const pace = {
    concurrency: wholeNumber('--concurrency', textValue(values, 'concurrency')),
    deadlineSeconds: wholeNumber('--deadline', textValue(values, 'deadline')),
  };
  const request = requestOf(context, choice);
  const line = await resultLine(io, values, secrets);
  const earlier = await earlierRun(textValue(values, 'resume'), io.clock.now());
  if (earlier.results === 0 && earlier.others > 0)
    warn('No line of --resume is a result of fan-out: nothing is skipped.');
  const bar = progress(io, { quiet: values.quiet === true, verbose: (values.verbose ?? values.debug) === true });
  const onWarning = (warning: string) => {
    bar.hide();
    warn(warning);
  };
  const client = clientContext({ ...context.call, onWarning });
  const order = await tokenOrder(context, request);
  const store = await context.tokens();
  if (!store && flows[order.plan.flow].signsIn) warn(notKeptNotice);
  const memory = memoryStore();
  const forceRefresh = values.forceRefresh === true;
  const obtain = obtainForMany(order, { store: store ?? memory, keepsTokens: store !== undefined, forceRefresh });
  try {
    const obtainAtHome = (anew: boolean) => withCustody(store ?? memory, acquire, anew || forceRefresh);
    const home = { context: client, order, obtain: obtainAtHome };
    const tenants = await tenantsToAsk(io, { choice, home, earlier });
    const exitCode = await printRun(context, {
      job: { context: client, order, obtain, ...pace },
      tenants,
      line,
      bar,
      beginsWithLineEnd: earlier.isTorn && io.stdout.isFile?.(textValue(values, 'resume') ?? '') === true,
    });
    return { printed: true, exitCode };
  } finally {
    if (choice.kind === 'file' && choice.path === '-') io.stdin.close?.();
  }
}

/**
 * What `token` reads, with a resource of its own where nothing names one. The tenants come from the list; one tenant is
 * only needed where the application asks Partner Center for its customers.
 */
function requestOf({ io, values }: CommandContext, choice: ListChoice): TokenRequest {
  const named = readTokenRequest(values, io.variables);
  const isNamed = (named.scopes ?? named.resource ?? named.values.module) !== undefined;
  const request = isNamed ? named : readTokenRequest(values, io.variables, 'graph');
  const list = choice.kind === 'file' ? [{ kind: 'file' as const, name: choice.path, label: choice.label }] : [];
  const passphrase = textValue(values, 'passphraseFile');
  refuseSecondStandardInput([
    ...list,
    ...Object.values(request.places),
    certificatePasswordPlace(request.values, io.variables),
    passphrase === undefined ? undefined : { kind: 'file', name: passphrase, label: `--passphrase-file ${passphrase}` },
  ]);
  if (choice.kind === 'customers' || request.tenant !== undefined) return request;
  return { ...request, tenant: 'organizations', filled: new Set([...request.filled, 'tenant']) };
}

function wholeNumber(option: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (/^[1-9]\d{0,6}$/.test(text)) return Number(text);
  throw new AuthError('invalid_parameters', `${option} takes a whole number from 1 on.`);
}
