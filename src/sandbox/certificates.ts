import { certificateIn, type KeyCredential, keyCredentialOf } from '../domain/index.ts';
import { fixedIds } from './fixed-data.ts';
import type { Seed } from './seed-schema.ts';

type SeedApplication = Seed['applications'][number];

export const keyCredentialIn = (
  { keyId, displayName, key, startDateTime, endDateTime }: SeedApplication['keyCredentials'][number],
  derivedId: string,
): KeyCredential =>
  keyCredentialOf(certificateIn(key), {
    keyId: keyId ?? derivedId,
    displayName,
    ...(startDateTime === undefined ? {} : { startDateTime: new Date(startDateTime) }),
    ...(endDateTime === undefined ? {} : { endDateTime: new Date(endDateTime) }),
  });

/**
 * Registers the certificate made at the first start for the sample application. One that a seed file states anew without
 * any credential stays without. The sandbox's clock may stand before the machine's, by which the certificate was made.
 */
export const withSampleCertificate = (seed: Seed, pem: string): Seed => ({
  ...seed,
  applications: seed.applications.map((application) =>
    hasSampleCertificate(application) && !holds(application, pem)
      ? {
          ...application,
          keyCredentials: [
            ...application.keyCredentials,
            {
              displayName: 'client.pem',
              // Without the private key, which stands beside it in the file.
              key: certificateIn(pem).toString(),
              startDateTime: '2000-01-01T00:00:00Z',
            },
          ],
        }
      : application,
  ),
});

const holds = ({ keyCredentials }: SeedApplication, pem: string): boolean =>
  keyCredentials.some(({ key }) => certificateIn(key).fingerprint256 === certificateIn(pem).fingerprint256);

export const hasSampleCertificate = (application: SeedApplication): boolean =>
  application.appId === fixedIds.application &&
  [application.passwordCredentials, application.keyCredentials, application.federatedIdentityCredentials].some(
    ({ length }) => length > 0,
  );
