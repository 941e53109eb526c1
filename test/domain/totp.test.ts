import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fromEpochSeconds } from '../../src/base/clock.ts';
import { base32Bytes, totpCode, totpStep } from '../../src/domain/index.ts';

const digits = '12345678901234567890123456789012345678901234567890123456789012345678901234567890';
const secrets = {
  sha1: Buffer.from(digits.slice(0, 20)),
  sha256: Buffer.from(digits.slice(0, 32)),
  sha512: Buffer.from(digits.slice(0, 64)),
} as const;

/** RFC 6238 appendix B. */
const vectors = [
  [59, '94287082', '46119246', '90693936'],
  [1111111109, '07081804', '68084774', '25091201'],
  [1111111111, '14050471', '67062674', '99943326'],
  [1234567890, '89005924', '91819424', '93441116'],
  [2000000000, '69279037', '90698825', '38618901'],
  [20000000000, '65353130', '77737706', '47863826'],
] as const;

for (const [time, sha1, sha256, sha512] of vectors) {
  test(`RFC 6238 appendix B at ${time}`, () => {
    const instant = fromEpochSeconds(time);
    assert.equal(totpCode(secrets.sha1, instant, { digits: 8 }), sha1);
    assert.equal(totpCode(secrets.sha256, instant, { digits: 8, algorithm: 'sha256' }), sha256);
    assert.equal(totpCode(secrets.sha512, instant, { digits: 8, algorithm: 'sha512' }), sha512);
  });
}

test('base32 is read in any letter case, with blanks and padding', () => {
  assert.deepEqual(base32Bytes('JBSWY3DPEHPK3PXP'), Uint8Array.from(Buffer.from('48656c6c6f21deadbeef', 'hex')));
  assert.deepEqual(base32Bytes('jbsw y3dp ehpk 3pxp'), base32Bytes('JBSWY3DPEHPK3PXP'));
  assert.deepEqual(base32Bytes('MZXW6==='), Uint8Array.from(Buffer.from('foo')));
  assert.equal(base32Bytes('JBSW1'), undefined);
});

test('a code is taken one step early or late, and no further', () => {
  const now = fromEpochSeconds(1_800_000_000);
  const at = (seconds: number) => totpCode(secrets.sha1, fromEpochSeconds(1_800_000_000 + seconds));
  const step = 60_000_000;
  const cases = [
    [-60, undefined],
    [-30, step - 1],
    [0, step],
    [30, step + 1],
    [60, undefined],
  ] as const;
  for (const [seconds, expected] of cases) assert.equal(totpStep(secrets.sha1, at(seconds), now), expected);
});

test('a code works once', () => {
  const now = fromEpochSeconds(1_800_000_000);
  const code = totpCode(secrets.sha1, now);
  const used = totpStep(secrets.sha1, code, now);
  assert.equal(totpStep(secrets.sha1, code, now, used), undefined);
});
