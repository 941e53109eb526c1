import type { Secret } from '../../base/secret.ts';
import { authResultJson } from '../../client/auth-result.ts';
import { AuthError } from '../../client/errors.ts';
import type { TenantResult } from '../../client/fan-out.ts';
import { withoutSecrets } from '../../client/refusals.ts';
import type { Io } from '../io.ts';
import { type OptionValues, textValue } from '../options.ts';
import { tsvText } from '../output/columns.ts';
import { terminalSafe, terminalSafeJson } from '../output/terminal-safe.ts';

/** One result as one line; empty where there is nothing to print. */
export type ResultLine = (result: TenantResult) => string;

export const resultFormats = ['json', 'table', 'tsv', 'none'] as const;
type Format = (typeof resultFormats)[number];

/**
 * How results will be printed, settled before anything is sent: JSON, on a terminal by default a line for the eyes. Of the
 * variable, which is set for other commands too, what does not fit here is no failure.
 */
export async function resultLine(io: Io, values: OptionValues, secrets: readonly Secret[]): Promise<ResultLine> {
  const given = textValue(values, 'output');
  const wished = formatNamed(given ?? io.variables.PARTNER_AUTH_OUTPUT);
  if (given !== undefined && wished === undefined) throw unfit(given);
  const format = wished ?? (io.stdout.isTerminal ? 'table' : 'json');
  const query = textValue(values, 'query');
  const search = query === undefined ? undefined : (await import('../output/query.ts')).jmespathQuery(query);
  return (result) => {
    if (format === 'table' && !search) return tableLine(result);
    const value = search ? search(resultObject(result, secrets)) : resultObject(result, secrets);
    return value === null || value === undefined ? '' : writers[format](value);
  };
}

const formatNamed = (name: string | undefined): Format | undefined =>
  resultFormats.find((format) => format === name?.toLowerCase());

const unfit = (given: string): AuthError =>
  new AuthError('invalid_parameters', `--output ${given} does not fit many tenants.`, {
    hint: `Give one of ${resultFormats.join(', ')}; --query '[tenant, accessToken]' --output tsv prints tokens alone.`,
  });

const jsonLine = (value: unknown): string => `${terminalSafeJson(JSON.stringify(value))}\n`;

const writers: Readonly<Record<Format, (value: unknown) => string>> = {
  json: jsonLine,
  table: (value) => (typeof value === 'string' ? `${terminalSafe(value)}\n` : jsonLine(value)),
  // A list is one row, not one for each of its members.
  tsv: (value) => tsvText([value]),
  none: () => '',
};

/** The object of `token` under the tenant's name as it was given, or what stands in its place. */
function resultObject({ tenant, ...outcome }: TenantResult, secrets: readonly Secret[]): object {
  if (outcome.ok) {
    const { tenant: _, ...token } = authResultJson(outcome.result);
    return { tenant, ok: true, ...token };
  }
  const { code, message, aadsts, hint = null, correlationId = null, traceId = null } = outcome.error;
  const said = withoutSecrets(message, secrets);
  return { tenant, ok: false, error: { code, message: said, aadsts, hint, correlationId, traceId } };
}

function tableLine({ tenant, ...outcome }: TenantResult): string {
  if (outcome.ok)
    return terminalSafe(`ok      ${tenant}  until ${authResultJson(outcome.result).expiresOn}`).concat('\n');
  const { code, aadsts } = outcome.error;
  return `${terminalSafe(`failed  ${[tenant, code, ...aadsts.map((number) => `AADSTS${number}`)].join('  ')}`)}\n`;
}
