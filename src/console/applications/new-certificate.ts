import { html } from 'hono/html';
import { addCertificate, certificateIn, flawOfCertificate, Refusal } from '../../domain/index.ts';
import type { ConsoleContext } from '../context.ts';
import { markerInput } from '../form.ts';
import { type Problem, textField } from '../pages/fields.ts';
import { problemAt } from '../pages/problem.ts';
import type { Visit } from '../route.ts';
import { applicationPage } from './application-page.ts';
import { applicationAsked } from './asked.ts';
import { credentialsDone } from './credentials.ts';
import { applicationPath } from './paths.ts';

/** `GET /console/applications/:appId/credentials/new-certificate` */
export const newCertificateForm = async (context: ConsoleContext, visit: Visit) => formPage(context, visit, []);

/** `POST …/credentials/new-certificate`: a file, PEM or DER. */
export async function uploadCertificate(context: ConsoleContext, visit: Visit) {
  const { appId } = await applicationAsked(context, visit);
  const text = textOf(visit.files.get('certificate'));
  if (text === '') return formPage(context, visit, [{ field: 'certificate', text: 'Choose a file.' }]);
  const flaw = flawOfCertificate(text);
  if (flaw !== undefined) {
    return formPage(context, visit, [
      { field: 'certificate', text: `The file must hold an ${flaw.replace(/^certificate/, 'X.509 certificate')}` },
    ]);
  }
  const description = (visit.form.get('description') ?? '').trim();
  const order = { certificate: certificateIn(text), ...(description === '' ? {} : { displayName: description }) };
  try {
    await addCertificate(context, appId, order);
    return credentialsDone(appId, 'certificateAdded');
  } catch (cause) {
    if (!(cause instanceof Refusal) || cause.code === 'missing') throw cause;
    return formPage(context, visit, [problemAt(cause, fields)]);
  }
}

const fields = {
  certificate: ['certificate', 'The certificate'],
  displayName: ['description', 'Description'],
  keyId: ['certificate', ''],
} as const;

/** As it is registered: PEM stays text, DER becomes base64. */
function textOf(file: Uint8Array | undefined): string {
  if (!file || file.length === 0) return '';
  const bytes = Buffer.from(file);
  return bytes.includes('-----BEGIN') ? bytes.toString('latin1') : bytes.toString('base64');
}

async function formPage(context: ConsoleContext, visit: Visit, problems: readonly Problem[]) {
  const application = await applicationAsked(context, visit);
  const action = applicationPath(application.appId, 'credentials/new-certificate');
  return applicationPage(context, visit, {
    application,
    part: 'credentials',
    isInside: true,
    heading: 'Upload a certificate',
    problems,
    body: html`<section class="card"><form method="post" action="${action}" enctype="multipart/form-data" novalidate>${markerInput(context, visit, action)}
${textField({ name: 'certificate', label: 'Certificate', hint: 'A .cer, .pem or .crt file with the public certificate; its RSA key has 2048 bits or more. The private key stays with the client.', type: 'file', required: true, focus: true }, problems)}
${textField({ name: 'description', label: 'Description', value: visit.form.get('description') ?? '', maxLength: 256 }, problems)}
<div class="actions"><button class="primary">Add</button><a class="button" href="${applicationPath(application.appId, 'credentials')}">Cancel</a></div>
</form></section>`,
  });
}
