import { dirname } from 'node:path';
import type { Sandbox } from '../../server/index.ts';

/** The screen of a sandbox that is ready: everything to try it with, ready to paste. */
export interface WelcomeOptions {
  /** How the command is called here: `partner-auth`, or `npx partner-auth` in a clone. */
  readonly command: string;
  readonly platform: NodeJS.Platform;
  /** Clients look there by themselves. */
  readonly defaultFolder: string;
}

const partnerCenter = 'https://api.partnercenter.microsoft.com';
/** Shown of each list; a seed may hold thousands. */
const shown = 10;

export function welcome(sandbox: Sandbox, options: WelcomeOptions): string {
  return [
    ...addresses(sandbox),
    ...whoIsThere(sandbox),
    ...trust(sandbox, options),
    ...hardWired(sandbox, options),
    ...toPaste(sandbox, options),
  ]
    .map((line) => `${line}\n`)
    .join('');
}

const addresses = ({ url }: Sandbox): readonly string[] => [
  '',
  `The sandbox is ready at ${url}`,
  '',
  `  Sign-in (authority)     ${url}/{tenant}/v2.0/.well-known/openid-configuration`,
  `  Generate access token   ${url}/v3/generatetoken`,
  `  Its description         ${url}/docs  (OpenAPI: ${url}/openapi.json)`,
  `  Referrals               ${url}/v1.0/engagements/referrals`,
  `  Device codes            ${url}/devicelogin`,
  `  Console                 ${url}/console  (users, applications, customers, flows, clock, faults, keys: in a browser)`,
  `  Control                 ${url}/sandbox  (clock, faults, sign-ins without pages, what was received)`,
];

function whoIsThere(sandbox: Sandbox): readonly string[] {
  const { tenants, applications, users } = sandbox.credentials();
  return [
    '',
    ...section(
      'Tenants',
      tenants.map(({ id, domain, partner }) => [id, domain, partner ? 'the partner' : '']),
    ),
    ...section(
      'Applications',
      applications.map(({ appId, secret, displayName, certificateFile }) => [
        appId,
        secret ?? '(no secret)',
        certificateFile === undefined ? displayName : `${displayName}, certificate ${certificateFile}`,
      ]),
    ),
    ...section(
      'Users',
      users.map(({ userPrincipalName, password, oneTimeCode, roles }) => [
        userPrincipalName,
        password ?? '(changed)',
        [...roles, ...(oneTimeCode === undefined ? [] : [`MFA, one-time code now ${oneTimeCode}`])].join(', '),
      ]),
    ),
  ];
}

function section(title: string, rows: readonly (readonly string[])[]): readonly string[] {
  const widths = [0, 1].map((column) => Math.max(...rows.slice(0, shown).map((row) => row[column]?.length ?? 0)));
  const lines = rows.slice(0, shown).map(([first = '', second = '', third = '']) => {
    return `  ${first.padEnd(widths[0] ?? 0)}  ${second.padEnd(widths[1] ?? 0)}  ${third}`.trimEnd();
  });
  return [title, ...lines, ...(rows.length > shown ? [`  and ${rows.length - shown} more`] : []), ''];
}

function trust({ tls }: Sandbox, { platform }: WelcomeOptions): readonly string[] {
  if (!tls) return [];
  const browser: Partial<Record<NodeJS.Platform, string>> = {
    darwin: `security add-trusted-cert -r trustRoot -k ~/Library/Keychains/login.keychain-db ${quoted(tls.caFile)}`,
    win32: `certutil -user -addstore Root ${quoted(tls.caFile)}`,
    linux: `certutil -d sql:$HOME/.pki/nssdb -A -t C,, -n partner-auth-sandbox -i ${quoted(tls.caFile)}`,
  };
  const set = setterOf(platform);
  return [
    'Trust its certificate authority (it can vouch for this machine and the sandbox’s hosts only)',
    `  Node       ${set({ NODE_EXTRA_CA_CERTS: tls.caFile })}`,
    `  shell      ${set({ CURL_CA_BUNDLE: tls.caFile, REQUESTS_CA_BUNDLE: tls.caFile })}`,
    `  browser    ${browser[platform] ?? browser.linux}`,
    '  partner-auth --environment Sandbox trusts it by itself',
    '',
  ];
}

/** For programs that know Microsoft's hosts and nothing else: az, the PowerShell module, the documents' own commands. */
function hardWired({ proxy }: Sandbox, { platform }: WelcomeOptions): readonly string[] {
  if (!proxy)
    return ['Programs with hard-wired hosts (az, …): start it with --proxy 0, and they run against it too', ''];
  const set = setterOf(platform);
  const { url, caFile } = proxy;
  return [
    'Programs with hard-wired hosts (login.microsoftonline.com, …): set these in their shell, and they run against the sandbox',
    `  all        ${set({ HTTPS_PROXY: url, NO_PROXY: 'localhost,127.0.0.1' })}`,
    `  curl       ${set({ CURL_CA_BUNDLE: caFile })}`,
    `  az, Python ${set({ REQUESTS_CA_BUNDLE: caFile })}`,
    `  Node       ${set({ NODE_USE_ENV_PROXY: '1', NODE_EXTRA_CA_CERTS: caFile })}`,
    ...(platform === 'linux' ? [`  .NET       ${set({ SSL_CERT_FILE: caFile })}`] : []),
    '  Every other host is refused there: nothing is forwarded.',
    '',
  ];
}

function toPaste(sandbox: Sandbox, { command, defaultFolder }: WelcomeOptions): readonly string[] {
  const { applications, tenants } = sandbox.credentials();
  const application = applications.find(({ secret }) => secret !== undefined);
  const tenant = tenants.find(({ id }) => id === application?.tenantId);
  if (!application || !tenant) return [];
  const ca = sandbox.tls ? ` --cacert ${quoted(sandbox.tls.caFile)}` : '';
  const { environmentFile } = sandbox;
  const elsewhere = environmentFile !== undefined && dirname(environmentFile) !== defaultFolder;
  const environment = elsewhere ? [`  export PARTNER_AUTH_ENVIRONMENT_FILE=${quoted(environmentFile)}`] : [];
  const secret = `printf %s ${quoted(application.secret ?? '')} |`;
  const who = `--environment Sandbox --tenant ${tenant.domain} --application-id ${application.appId} --client-secret-file -`;
  return [
    'Try it: paste these into another terminal, in order',
    '',
    '  # a token for Partner Center, as an application',
    ...environment,
    `  ${secret} ${command} token ${who} --resource partner-center`,
    '',
    '  # the same, exchanged at Generate access token',
    `  ${secret} ${command} exchange ${who}`,
    '',
    '  # the same by curl',
    `  token=$(curl -sS${ca} ${sandbox.url}/${tenant.id}/oauth2/v2.0/token -d grant_type=client_credentials \\`,
    `    -d client_id=${application.appId} -d client_secret=${quoted(application.secret ?? '')} -d scope=${partnerCenter}/.default \\`,
    `    | node -p 'JSON.parse(require("fs").readFileSync(0)).access_token')`,
    `  curl -sS${ca} ${sandbox.url}/v3/generatetoken -H "Authorization: Bearer $token" -H 'Accept: application/json' -d grant_type=jwt_token`,
    '',
  ];
}

/** A line that sets variables: for PowerShell on Windows, for a POSIX shell elsewhere. */
const setterOf =
  (platform: NodeJS.Platform) =>
  (variables: Readonly<Record<string, string>>): string =>
    platform === 'win32'
      ? Object.entries(variables)
          .map(([name, value]) => `$env:${name}='${value.replaceAll("'", "''")}'`)
          .join('; ')
      : `export ${Object.entries(variables)
          .map(([name, value]) => `${name}=${quoted(value)}`)
          .join(' ')}`;

/** As a POSIX shell reads it; bare where nothing needs quoting. */
const quoted = (text: string): string => (/^[\w./:@%+-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`);
