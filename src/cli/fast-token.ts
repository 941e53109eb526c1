import type { SignIn } from '../client/entries.ts';
import { type FlowName, flowOf, flows } from '../client/flows.ts';
import { planToken, signInKey, type TokenPlan } from '../client/plan.ts';
import { isFresh, type StoredToken, withRefreshToken } from '../client/stored-token.ts';
import { type FileStoreOptions, readStoredValues } from '../client/stores/file/read.ts';
import { plainValues } from './arguments.ts';
import type { Variables } from './io.ts';
import { commonOptions, isTimeout, type OptionValues, textValue } from './options.ts';
import { isTokenFormat, outputFormat } from './output/formats.ts';
import { jsonText } from './output/json.ts';
import { warningLine } from './output/terminal-safe.ts';
import { tokenForms } from './output/token-forms.ts';
import { placesIn, type SecretPlaces } from './secret-places.ts';
import { passphraseFromStandardInput, storeOptions } from './store-options.ts';
import { tokenOptions } from './token-options.ts';
import { readTokenRequest, resolutionOf, resolvedEnvironmentOf, switchesOf } from './token-request.ts';

export interface FastAnswer {
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * `token` answered from the store with node: modules alone, by the same functions as the full path. Undefined for
 * everything else, failures included: the full path then finds the same failure and has the words for it.
 */
export function fastToken(
  argv: readonly string[],
  variables: Variables,
  stdoutIsTerminal: boolean,
  now: Date,
): FastAnswer | undefined {
  if (argv[0] !== 'token') return undefined;
  try {
    const values = plainValues({ ...tokenOptions, ...commonOptions }, argv.slice(1));
    return values && isPlain(values) ? answer(values, variables, stdoutIsTerminal, now) : undefined;
  } catch {
    return undefined;
  }
}

/** Options that need more than the store: a query's parser, a file with an id in it, the authority. */
function isPlain(values: OptionValues): boolean {
  const timeout = textValue(values, 'timeout');
  const fromStandardInput = Object.values(values).filter((value) => value === '-').length;
  return (
    values.query === undefined &&
    values.credentialFile === undefined &&
    values.module === undefined &&
    values.forceRefresh === undefined &&
    !passphraseFromStandardInput(values) &&
    fromStandardInput < 2 &&
    (timeout === undefined || isTimeout(timeout))
  );
}

function answer(
  values: OptionValues,
  variables: Variables,
  stdoutIsTerminal: boolean,
  now: Date,
): FastAnswer | undefined {
  const format = outputFormat(
    textValue(values, 'output') ?? (variables.PARTNER_AUTH_OUTPUT || undefined),
    stdoutIsTerminal,
  );
  if (format !== 'json' && !isTokenFormat(format)) return undefined;
  const request = readTokenRequest(values, variables);
  const resolution = resolutionOf(request);
  if (!('set' in resolution) || request.applicationId === undefined || request.notice !== undefined) return undefined;
  const { set } = resolution;
  const places = placesIn(set, request.places);
  const switches = switchesOf(request.values, variables, places.refreshToken !== undefined);
  const flow = flowOf(set, switches);
  if (!isReadFromStore(flow, places) || (switches.useAuthorizationCode && switches.useDeviceAuthentication)) {
    return undefined;
  }
  const { environment } = resolvedEnvironmentOf(request, variables);
  const plan = planToken({ set, flow }, environment, { ...request, applicationId: request.applicationId });
  const options = storeOptions(values, variables);
  if (!options) return undefined;
  const warnings = new Set<string>();
  const token = storedToken({ ...options, onWarning: (warning) => warnings.add(warning) }, plan);
  if (!token || !isFresh(token, now)) return undefined;
  const result = { ...token.result, fromCache: true };
  return {
    stdout: isTokenFormat(format) ? tokenForms[format](result, variables) : jsonText(result),
    stderr: values.quiet === true ? '' : [...warnings].map(warningLine).join(''),
  };
}

/** A given refresh token says whose sign-in is meant, and has to be read for it. */
const isReadFromStore = (flow: FlowName, { refreshToken }: SecretPlaces): boolean =>
  flows[flow].isKept && (refreshToken === undefined || refreshToken.kind === 'profile');

/** As `entriesIn` puts it together. */
function storedToken(options: FileStoreOptions, plan: TokenPlan): StoredToken | undefined {
  const { signsIn } = flows[plan.flow];
  const [value, signIn] = readStoredValues(options, signsIn ? [plan.key, signInKey(plan)] : [plan.key]);
  const token = value && (value as unknown as StoredToken);
  const refreshToken = signIn && (signIn as unknown as SignIn).refreshToken;
  return token && signsIn ? withRefreshToken(token, refreshToken ?? null) : token;
}
