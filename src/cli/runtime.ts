/** The versions of Node.js this package runs on, as its `engines` says: ^22.19 || >=24.5. */
const supportedRuntimes = '22.19 or later of 22, or 24.5 and later';

/** One sentence with both versions, or undefined when this one will do. */
export function unsupportedRuntime(version: string): string | undefined {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const fits = major > 24 || (major === 24 && minor >= 5) || (major === 22 && minor >= 19);
  return fits ? undefined : `partner-auth needs Node.js ${supportedRuntimes}; this is Node.js ${version}.\n`;
}
