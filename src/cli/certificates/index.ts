/**
 * Certificates as the command's users have them: a PEM or PFX file, or a thumbprint to be looked up in the certificate
 * folders. What comes out is the library's `Certificate`; the assertion made with it is the client's. Loaded when a
 * certificate is asked for, and node-forge only when it is a PFX.
 */
export type { CertificateContext, CertificateOptions, PasswordSource } from './context.ts';
export { findCertificate } from './find-certificate.ts';
export { readCertificateFile } from './read-certificate-file.ts';
