// Prints the documents that come from source. `--check` prints nothing and fails when one has drifted.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { aadsts } from '../src/protocol/aadsts.ts';
import { oauthErrorNames } from '../src/protocol/oauth-error-names.ts';
import { partnerCodes } from '../src/protocol/partner-codes.ts';
import { settingReference, variablePrefix } from '../src/server/production/settings.ts';
import { errorTable } from '../src/token-service/error-table.ts';

const docs = join(import.meta.dirname, '../docs');

const cell = (text: string | number): string => String(text).replaceAll('|', '\\|').replaceAll('\n', ' ');
const table = (head: readonly string[], rows: readonly (readonly (string | number)[])[]): string =>
  [head, head.map(() => '---'), ...rows].map((row) => `| ${row.map(cell).join(' | ')} |`).join('\n');

const errors = `# Errors

Printed from \`src/protocol\` and \`src/token-service\` by \`npm run docs\`. The same text answers \`partner-auth explain CODE\`.

## Microsoft Entra (AADSTS)

Entra sends the number in \`error_codes\`. The numbers are for people: programs go by \`error\` and \`suberror\`.

${table(
  ['Code', 'HTTP', 'error', 'Meaning', 'Cause', 'Next step'],
  Object.values(aadsts)
    .toSorted((left, right) => left.code - right.code)
    .map((entry) => [entry.code, entry.status, entry.error, entry.meaning, entry.cause, entry.nextStep]),
)}

## Partner Center

${table(
  ['Code', 'HTTP', 'Meaning', 'Cause', 'Next step'],
  partnerCodes.map((entry) => [entry.code, entry.status, entry.meaning, entry.cause, entry.nextStep]),
)}

## OAuth: error and suberror

Programs go by these names.

${table(
  ['Name', 'Member', 'Meaning', 'Cause', 'Next step'],
  oauthErrorNames.map((entry) => [entry.name, entry.member, entry.meaning, entry.cause, entry.nextStep]),
)}

## The token service, in the order it checks

${table(
  ['#', 'HTTP', 'code', 'description'],
  Object.values(errorTable).map((entry) => [entry.row, entry.status, entry.code, entry.description]),
)}
`;

const config = `# Configuration of the token service

Printed from \`src/server/production/config-schema.ts\` by \`npm run docs\`. \`partner-auth serve production --config FILE\` reads it, YAML or JSON; \`--check\` says what is wrong with it and runs nothing.

\`\`\`yaml
issuer: https://tokens.example.com
behindProxy: { trustedProxies: [10.0.0.0/8] }
listen: { host: 0.0.0.0 }
storage: { sqliteFile: /var/lib/partner-auth/records.sqlite }
keys: { sealingKeyFile: /run/secrets/sealing-key } # openssl rand -base64 32
trustedIssuers:
  - cloud: AzureCloud
\`\`\`

Each setting has a variable, which counts more than the file; \`${variablePrefix}…\` that names none is refused. A list is JSON there. A secret may come from a file: by its name with \`File\` in the configuration, by its variable with \`_FILE\` in the environment.

${table(
  ['Setting', 'Default', 'What it is', 'Variable'],
  settingReference.map((one) => {
    if (!('variable' in one)) return [`**\`${one.path}\`**`, '', one.about, ''];
    const usual = one.default === undefined ? '' : `\`${one.default}\``;
    const name = `\`${one.path}\`${one.isSecret ? ' (secret)' : ''}`;
    return [name, one.isRequired ? 'required' : usual, one.about, `\`${one.variable}\``];
  }),
)}

What is required in \`tls\`, \`behindProxy\` and \`tracing\` is required where one of these is there at all.

An entry of \`trustedIssuers\` names a cloud (\`cloud\`, and \`tenants\` to take tokens of these alone), or an issuer by \`issuer\`, \`jwksUri\`, \`tokenVersion\` and \`algorithms\`.

Refused are: what belongs to a sandbox (its address, tenants, secrets, store), plain HTTP that others reach without \`behindProxy\`, and any name that is not listed here.
`;

const printed: Readonly<Record<string, string>> = { 'errors.md': errors, 'config.md': config };

for (const [name, text] of Object.entries(printed)) {
  const file = join(docs, name);
  if (!process.argv.includes('--check')) writeFileSync(file, text);
  else if (!existsSync(file) || readFileSync(file, 'utf8') !== text) {
    console.error(`docs/${name} differs from its source: run npm run docs`);
    process.exitCode = 1;
  }
}
