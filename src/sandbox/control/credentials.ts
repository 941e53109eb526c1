import { z } from 'zod';
import { noun } from '../../base/noun.ts';
import {
  type Application,
  addCertificate as addCertificateIn,
  addSecret as addSecretIn,
  certificateIn,
  changeApplication,
  flawOfCertificate,
  longestSecretDays,
  usualSecretDays,
  withoutCertificate,
  withoutSecret,
} from '../../domain/index.ts';
import { administration } from './administration.ts';
import { applicationAnswer, certificateAnswer, credentialAnswer, type SecretAnswer } from './application-answer.ts';
import { applicationNamed } from './applications.ts';
import { ControlError } from './error.ts';
import { operation } from './operation.ts';

const displayName = z.string().min(1).max(256).optional();

/** The one answer that tells the secret. */
export interface NewSecretAnswer extends SecretAnswer {
  readonly appId: string;
  readonly secretText: string;
}

export const addSecret = operation({
  summary: 'Adds a client secret, which this answer alone tells.',
  example: { displayName: 'for the tests', lifetimeDays: 30 },
  body: noun({
    displayName,
    lifetimeDays: z.number().positive().max(longestSecretDays).default(usualSecretDays),
  }),
  answer: async (context, { body, parameter }): Promise<NewSecretAnswer> => {
    const { appId } = await applicationNamed(context, parameter('appId'));
    const { credential, secretText } = await addSecretIn(administration(context), appId, body);
    return { appId, ...credentialAnswer(credential), secretText: secretText.reveal() };
  },
});

export const addCertificate = operation({
  summary:
    'Registers a certificate, PEM or DER in base64. A private key beside it is left out: it stays with the client.',
  example: { certificate: '-----BEGIN CERTIFICATE-----…', displayName: 'of this laptop' },
  body: noun({ certificate: z.string().min(1).max(32_768), displayName }),
  answer: async (context, { body, parameter }) => {
    const { appId } = await applicationNamed(context, parameter('appId'));
    const flaw = flawOfCertificate(body.certificate);
    if (flaw)
      throw new ControlError('invalidInput', `certificate: must be a${flaw.startsWith('X') ? 'n' : ''} ${flaw}`, {
        target: 'certificate',
      });
    const order = { certificate: certificateIn(body.certificate), displayName: body.displayName };
    return { appId, ...certificateAnswer(await addCertificateIn(administration(context), appId, order)) };
  },
});

const removal = (summary: string, without: (application: Application, keyId: string) => Application) =>
  operation({
    summary,
    answer: async (context, { parameter }) => {
      const { appId } = await applicationNamed(context, parameter('appId'));
      const changed = await changeApplication(administration(context), appId, (application) =>
        without(application, parameter('keyId')),
      );
      return applicationAnswer(context, changed);
    },
  });

export const removeSecret = removal('Removes a client secret: it is refused from now on.', withoutSecret);
export const removeCertificate = removal('Removes a certificate: it is refused from now on.', withoutCertificate);
