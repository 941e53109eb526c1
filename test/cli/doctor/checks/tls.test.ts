import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { tlsFindings, trustFindings } from '../../../../src/cli/doctor/checks/tls.ts';
import type { Way } from '../../../../src/client/way.ts';
import { newCertificate } from '../../../support/client-assertion.ts';
import { scratch } from '../../command.ts';

const certificate = { issuer: 'Corporate Inspection', validTo: new Date('2027-01-01T00:00:00Z') };

const ways: readonly (readonly [name: string, way: Way, expected: readonly unknown[]])[] = [
  ['verified', { end: 'reached', certificate }, ['ok', 'a.test is verified, issued by Corporate Inspection.']],
  [
    'not trusted',
    { end: 'distrusted', code: 'SELF_SIGNED_CERT_IN_CHAIN', certificate },
    [
      'failed',
      'The certificate of a.test, issued by Corporate Inspection, is not trusted (SELF_SIGNED_CERT_IN_CHAIN).',
      'For the sandbox use --environment Sandbox, which trusts its ca.pem; behind an inspecting proxy set NODE_EXTRA_CA_CERTS.',
      6,
    ],
  ],
  [
    'expired',
    { end: 'distrusted', code: 'CERT_HAS_EXPIRED', certificate: undefined },
    [
      'failed',
      'The certificate of a.test is not trusted (CERT_HAS_EXPIRED).',
      'Check this machine’s clock; if it is right, whoever runs the host has to renew its certificate.',
      6,
    ],
  ],
  [
    'no TLS',
    { end: 'stopped', at: 'host', code: 'ERR_SSL_WRONG_VERSION_NUMBER' },
    [
      'failed',
      'a.test speaks no TLS that can be trusted (ERR_SSL_WRONG_VERSION_NUMBER).',
      'It has to speak TLS 1.2 or newer: check the address, and the proxy between here and there.',
      6,
    ],
  ],
  [
    'plain HTTP',
    { end: 'reached', certificate: undefined },
    ['ok', 'a.test speaks plain HTTP, on this machine alone.'],
  ],
];

describe('tls: the hosts', () => {
  for (const [name, way, expected] of ways) {
    test(name, () => {
      const [first, ...others] = tlsFindings([{ name: 'a.test', proxy: undefined, route: 'direct', way }]);
      const { state, found, nextStep, exitCode } = first ?? { state: 'none', found: '' };
      const told = [state, found, nextStep, exitCode].filter((each) => each !== undefined);
      assert.deepEqual([told, others], [expected, []]);
    });
  }

  test('nothing of a host that was not reached', () => {
    const way: Way = { end: 'stopped', at: 'host', code: 'ENOTFOUND' };
    assert.deepEqual(tlsFindings([{ name: 'a.test', proxy: undefined, route: 'direct', way }]), []);
  });
});

describe('tls: what variables do to trust', () => {
  const pemHint = 'Name a file in PEM: -----BEGIN CERTIFICATE-----. Node.js goes on without one that it cannot read.';

  test('nothing', () => assert.deepEqual(trustFindings({}), []));

  test('row 28: NODE_TLS_REJECT_UNAUTHORIZED=0', () => {
    assert.deepEqual(trustFindings({ NODE_TLS_REJECT_UNAUTHORIZED: '0' }), [
      {
        state: 'failed',
        found: 'NODE_TLS_REJECT_UNAUTHORIZED=0 is set: this process believes whoever answers.',
        nextStep: 'Unset it. To trust an authority of your own, name its file by NODE_EXTRA_CA_CERTS.',
        exitCode: 7,
      },
    ]);
    assert.deepEqual(trustFindings({ NODE_TLS_REJECT_UNAUTHORIZED: '1' }), []);
  });

  test('NODE_EXTRA_CA_CERTS', async (context) => {
    const { folder, file } = scratch(context);
    const { certificatePem: pem } = await newCertificate(new Date());
    const cases: readonly (readonly [path: string, state: string, found: string])[] = [
      [file('one.pem', pem), 'ok', 'NODE_EXTRA_CA_CERTS adds one authority.'],
      [file('two.pem', pem + pem), 'ok', 'NODE_EXTRA_CA_CERTS adds 2 authorities.'],
      [file('none.pem', 'no PEM'), 'failed', 'holds no certificate that can be read.'],
      [`${folder}/missing.pem`, 'failed', 'cannot be read (ENOENT).'],
      [folder, 'failed', 'cannot be read (EISDIR).'],
    ];
    for (const [path, state, found] of cases) {
      const isWell = state === 'ok';
      assert.deepEqual(trustFindings({ NODE_EXTRA_CA_CERTS: path }), [
        {
          state,
          found: isWell ? found : `The file of NODE_EXTRA_CA_CERTS, ${path}, ${found}`,
          nextStep: isWell ? undefined : pemHint,
          ...(isWell ? {} : { exitCode: 7 }),
        },
      ]);
    }
  });
});
