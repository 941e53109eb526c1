import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { cmdletParameters, commonParameters, parametersNamed } from '../../src/cli/cmdlet-map.ts';
import { fromCmdlet } from '../../src/cli/from-cmdlet.ts';
import type { OptionTable } from '../../src/cli/options.ts';
import { tokenOptions } from '../../src/cli/token-options.ts';
import { problemOf, readTokenRequest, resolutionOf } from '../../src/cli/token-request.ts';
import { partnerAuth } from './command.ts';

const id = '00001111-aaaa-2222-bbbb-3333cccc4444';
const scope = 'https://api.partnercenter.microsoft.com/user_impersonation';

const heldBy = (file: string, content: string): string =>
  `${file} is to hold ${content}. Keep it readable by you alone (chmod 600), or give - in its place and pipe it in.`;
const secretOf = (source = '') =>
  heldBy('client-secret.txt', `the password of the credential (the application’s secret)${source}`);
const refreshToken = (source = '') => heldBy('refresh-token.txt', `the refresh token${source}`);
const inHistory = (name: string): string =>
  `The line itself held the value of -${name}: the shell’s history may have kept it.`;

const resolution = resolutionOf(readTokenRequest({ applicationId: id }, {}));
assert.ok(!('set' in resolution));
const noSet = problemOf(resolution);

describe('a line of the cmdlet, said by partner-auth token', () => {
  const cases: readonly (readonly [name: string, line: string, command: string, ...notes: string[]])[] = [
    [
      'the document’s first example',
      `New-PartnerAccessToken -ApplicationId '${id}' -Scopes '${scope}' -ServicePrincipal -Credential $credential -Tenant 'contoso.com' -UseAuthorizationCode`,
      `--application-id ${id} --scopes ${scope} --service-principal --client-secret-file client-secret.txt --tenant contoso.com --use-authorization-code`,
      secretOf(', in the script $credential'),
    ],
    [
      'the document’s second example, prompt and all',
      `PS C:\\> $credential = Get-Credential\nPS C:\\> $refreshToken = '<refreshToken>'\nPS C:\\> New-PartnerAccessToken -ApplicationId '${id}' -Credential $credential -RefreshToken $refreshToken -Scopes '${scope}' -ServicePrincipal -Tenant 'contoso.com'`,
      `--application-id ${id} --client-secret-file client-secret.txt --refresh-token-file refresh-token.txt --scopes ${scope} --service-principal --tenant contoso.com`,
      secretOf(', in the script $credential'),
      refreshToken(', in the script $refreshToken'),
    ],
    [
      'aliases in any letter case',
      `new-partneraccesstoken -CLIENTID ${id} -scopes a -domain contoso.com -devicecode`,
      `--application-id ${id} --scopes a --tenant contoso.com --use-device-authentication`,
    ],
    [
      'beginnings of names',
      `New-PartnerAccessToken -App ${id} -Sco a -Ten contoso.com -Dev -Env AzureUSGovernment`,
      `--application-id ${id} --scopes a --tenant contoso.com --use-device-authentication --environment AzureUSGovernment`,
    ],
    [
      'a beginning that fits a common parameter too',
      `New-PartnerAccessToken -App ${id} -Sc a -De -Verb`,
      `--application-id ${id} --scopes a --use-device-authentication --verbose`,
    ],
    [
      'values behind colons',
      `New-PartnerAccessToken -Module:ExchangeOnline -Tenant:'contoso.com' -AuthCode:$true`,
      '--module ExchangeOnline --tenant contoso.com --use-authorization-code',
    ],
    [
      'a switch that is off',
      'New-PartnerAccessToken -Module ExchangeOnline -UseAuthorizationCode:$false',
      '--module ExchangeOnline',
    ],
    [
      'a switch that depends',
      'New-PartnerAccessToken -Module ExchangeOnline -AuthCode:$browser',
      '--module ExchangeOnline --use-authorization-code',
      '-UseAuthorizationCode depends on a value of your script; leave --use-authorization-code out where it is false.',
    ],
    [
      'a list',
      `New-PartnerAccessToken -ApplicationId ${id} -Scopes a,'b c' , "d"`,
      `--application-id ${id} --scopes a --scopes 'b c' --scopes d`,
    ],
    [
      'a list in brackets',
      `New-PartnerAccessToken -ApplicationId ${id} -Scopes @('a', "b")`,
      `--application-id ${id} --scopes a --scopes b`,
    ],
    [
      'quotes inside of quotes',
      `New-PartnerAccessToken -ApplicationId 'it''s' -Scopes "a""b\`"c"`,
      `--application-id 'it'\\''s' --scopes 'a"b"c'`,
    ],
    [
      'what a word processor made of dashes and quotes',
      `New-PartnerAccessToken –ApplicationId ‘${id}’ —Scopes “a”`,
      `--application-id ${id} --scopes a`,
    ],
    [
      'lines carried on by backticks',
      `New-PartnerAccessToken \`\n  -ApplicationId ${id} \`\r\n  -Scopes a`,
      `--application-id ${id} --scopes a`,
    ],
    [
      'lines whose backticks got lost',
      `New-PartnerAccessToken\n  -ApplicationId ${id}\n  -Scopes a\n`,
      `--application-id ${id} --scopes a`,
    ],
    [
      'comments',
      `New-PartnerAccessToken -ApplicationId ${id} <# the app #> -Scopes a # all`,
      `--application-id ${id} --scopes a`,
    ],
    [
      'the module’s name before it',
      `$null = PartnerCenter\\New-PartnerAccessToken -Module ExchangeOnline`,
      '--module ExchangeOnline',
    ],
    [
      'the token alone, by a member',
      `$token = (New-PartnerAccessToken -Module ExchangeOnline).AccessToken`,
      '--module ExchangeOnline --output token',
    ],
    [
      'the refresh token, by a pipeline',
      `New-PartnerAccessToken -Module ExchangeOnline | Select-Object -ExpandProperty RefreshToken`,
      '--module ExchangeOnline --query refreshToken --output tsv',
    ],
    [
      'another pipeline',
      `New-PartnerAccessToken -Module ExchangeOnline | ConvertTo-Json`,
      '--module ExchangeOnline',
      'What follows the cmdlet in the line is left out.',
    ],
    [
      'variables',
      `New-PartnerAccessToken -ApplicationId $appId -Scopes "$scope" -Tenant $env:TENANT`,
      '--application-id "$appId" --scopes "$scope" --tenant "$TENANT"',
      '"$appId" is a variable of your script: set it in the shell, or write its value.',
      '"$scope" is a variable of your script: set it in the shell, or write its value.',
    ],
    [
      'what only the script can compute',
      `New-PartnerAccessToken -ApplicationId $credential.UserName -Scopes "$base/.default" -Tenant (Get-Tenant 'a)' "b)").Id`,
      '--application-id ID --scopes SCOPES --tenant TENANT',
      'ID stands for what the script computes for -ApplicationId.',
      'SCOPES stands for what the script computes for -Scopes.',
      'TENANT stands for what the script computes for -Tenant.',
    ],
    [
      'common parameters',
      `New-PartnerAccessToken -Module ExchangeOnline -Debug -ErrorAction Stop -OV token`,
      '--module ExchangeOnline --debug',
      '-ErrorAction has no equal here and is left out.',
      '-OutVariable has no equal here and is left out.',
    ],
    [
      'a credential that alone names the application',
      `New-PartnerAccessToken -RefreshToken $rt -Credential $c -Scopes a`,
      '--refresh-token-file refresh-token.txt --credential-file credential.txt --scopes a',
      refreshToken(', in the script $rt'),
      heldBy(
        'credential.txt',
        'two lines: the user name of the credential (the application id) and its password (the secret), in the script $c',
      ),
    ],
    [
      'what completes no parameter set',
      `New-PartnerAccessToken -ApplicationId ${id}`,
      `--application-id ${id}`,
      noSet.message,
    ],
  ];
  for (const [name, line, command, ...notes] of cases) {
    test(name, () => assert.deepEqual(fromCmdlet(line), { command: `partner-auth token ${command}`, notes }));
  }
});

describe('row 17: no secret of the line is repeated, as a result or as a failure', () => {
  const cases: readonly (readonly [name: string, line: string])[] = [
    ['a refresh token', `New-PartnerAccessToken -Module ExchangeOnline -RefreshToken 'CANARY'`],
    ['an access token behind a colon', `New-PartnerAccessToken -AccessToken:CANARY -ApplicationId ${id} -Scopes a`],
    [
      'a credential made in the line',
      `New-PartnerAccessToken -ApplicationId ${id} -Tenant t -Scopes a -Credential (New-Object PSCredential('CANARY', (ConvertTo-SecureString "CANARY" -AsPlainText -Force)))`,
    ],
    [
      'a secret within an expression elsewhere',
      `New-PartnerAccessToken -ApplicationId (Get-App -Key CANARY) -Scopes a`,
    ],
    ['an unknown parameter', `New-PartnerAccessToken -ClientSecret:CANARY`],
    ['an unknown parameter and its value', `New-PartnerAccessToken -ClientSecret CANARY`],
    ['a value without a parameter', `New-PartnerAccessToken -Module ExchangeOnline CANARY`],
    ['two values', `New-PartnerAccessToken -Tenant a,CANARY`],
    ['a quote that does not end', `New-PartnerAccessToken -RefreshToken 'CANARY`],
    ['no cmdlet', `Connect-PartnerCenter -RefreshToken 'CANARY'`],
    ['what comes before and after', `$secret = 'CANARY'; New-PartnerAccessToken -Module ExchangeOnline; Send 'CANARY'`],
  ];
  for (const [name, line] of cases) {
    test(name, async () => {
      const { stdout, stderr } = await partnerAuth(['explain', '--from-powershell', line, '--debug']);
      assert.deepEqual([stdout.includes('CANARY'), stderr.includes('CANARY')], [false, false], stdout + stderr);
    });
  }

  test('and the shell’s history is pointed out', () => {
    assert.deepEqual(fromCmdlet(`New-PartnerAccessToken -Module ExchangeOnline -RefreshToken 'CANARY'`).notes, [
      refreshToken(),
      inHistory('RefreshToken'),
    ]);
  });
});

describe('what the cmdlet would refuse: exit 2', () => {
  const cases: readonly (readonly [line: string, message: string])[] = [
    ['New-PartnerAccessToken -Foo x', 'New-PartnerAccessToken has no parameter -Foo.'],
    ['New-PartnerAccessToken -D x', '-D can mean -Tenant or -UseDeviceAuthentication.'],
    ['New-PartnerAccessToken -C x', '-C can mean -ApplicationId or -CertificateThumbprint or -Credential.'],
    ['New-PartnerAccessToken -War x', '-War can mean -WarningAction or -WarningVariable.'],
    ['New-PartnerAccessToken -Tenant a -Domain b', '-Tenant is given twice.'],
    ['New-PartnerAccessToken -Tenant -Scopes a', '-Tenant has no value.'],
    ['New-PartnerAccessToken -Scopes', '-Scopes has no value.'],
    ['New-PartnerAccessToken -Tenant a,b', '-Tenant takes one value.'],
    ['New-PartnerAccessToken @parameters', 'The line takes parameters from a variable (splatting).'],
    [
      'New-PartnerAccessToken contoso.com',
      'New-PartnerAccessToken takes no value without a parameter’s name before it.',
    ],
    ['New-PartnerAccessTokens -Tenant a', 'There is no New-PartnerAccessToken in the line.'],
  ];
  for (const [line, message] of cases) {
    test(line, async () => {
      const { exitCode, stdout, stderr } = await partnerAuth(['explain', '--from-powershell', line]);
      assert.deepEqual([exitCode, stdout, stderr.split('\n')[0]], [2, '', `error: ${message}`]);
    });
  }
});

describe('as a verb', () => {
  test('the line from standard input, in blocks on a terminal', async () => {
    const { stdout } = await partnerAuth(['explain', '--from-powershell', '-'], {
      stdin: `New-PartnerAccessToken -ApplicationId ${id} -RefreshToken $rt -Scopes ${scope} -Tenant contoso.com\n`,
      terminal: true,
    });
    assert.equal(
      stdout,
      `partner-auth token --application-id ${id} \\
  --refresh-token-file refresh-token.txt \\
  --scopes ${scope} \\
  --tenant contoso.com

note  refresh-token.txt is to hold the refresh token, in the script $rt. Keep
      it readable by you alone (chmod 600), or give - in its place and pipe it
      in.
`,
    );
  });

  test('codes beside it: exit 2', async () => {
    const { exitCode, stdout } = await partnerAuth(['explain', '50011', '--from-powershell', 'New-PartnerAccessToken']);
    assert.deepEqual([exitCode, stdout], [2, '']);
  });

  test('row 19: control characters in a value reach no terminal', async () => {
    const line = 'New-PartnerAccessToken -Module ExchangeOnline -Tenant "a\u001b[2Jb"';
    const { stdout } = await partnerAuth(['explain', '--from-powershell', line], { terminal: true });
    assert.equal(stdout, "partner-auth token --module ExchangeOnline --tenant 'a\\u001b[2Jb'\n");
  });
});

describe('the map', () => {
  const document = `
    AccessToken ApplicationId CertificateThumbprint Credential Environment Module RefreshToken Scopes ServicePrincipal
    Tenant UseAuthorizationCode UseDeviceAuthentication`.trim();
  const aliases = {
    ApplicationId: ['ClientId'],
    Environment: ['EnvironmentName'],
    Module: ['ModuleName'],
    Tenant: ['Domain', 'TenantId'],
    UseAuthorizationCode: ['AuthCode'],
    UseDeviceAuthentication: ['DeviceCode', 'DeviceAuth', 'Device'],
  };

  test('has every parameter and alias of the document, and no other', () => {
    assert.deepEqual(Object.keys(cmdletParameters), document.split(/\s+/));
    assert.deepEqual(
      Object.fromEntries(
        Object.entries(cmdletParameters).flatMap(([name, { aliases }]) => (aliases ? [[name, aliases]] : [])),
      ),
      aliases,
    );
  });

  test('has every common parameter of the document', () => {
    const names = [
      ...['Debug', 'ErrorAction', 'ErrorVariable', 'InformationAction', 'InformationVariable', 'OutBuffer'],
      ...['OutVariable', 'PipelineVariable', 'ProgressAction', 'Verbose', 'WarningAction', 'WarningVariable'],
    ];
    assert.deepEqual(Object.keys(commonParameters).sort(), names);
  });

  test('an alias is an option’s alias too', () => {
    const table: OptionTable = tokenOptions;
    const dashed = (name: string) => `--${name.replace(/(?<!^)[A-Z]/g, (letter) => `-${letter}`).toLowerCase()}`;
    for (const [name, names] of Object.entries(aliases)) {
      const parameter = cmdletParameters[name];
      const option = parameter && 'option' in parameter ? parameter.option : '';
      assert.deepEqual(table[option]?.aliases, names.map(dashed), name);
    }
  });

  test('no name means two parameters', () => {
    for (const table of [cmdletParameters, commonParameters]) {
      for (const [name, { aliases = [] }] of Object.entries(table)) {
        for (const each of [name, ...aliases]) assert.deepEqual(parametersNamed(each), [name]);
      }
    }
  });
});
