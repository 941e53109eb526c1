/** A GUID of any version (Microsoft's sample ids carry none), with or without braces, in any letter case. */
const guidPattern = /^\{?([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})\}?$/i;
const bareGuidPattern = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

export const isGuid = (text: string): boolean => bareGuidPattern.test(text);

/** One spelling for every spelling of a GUID; text that is no GUID is returned as it is. */
export function canonicalGuid(text: string): string {
  const match = guidPattern.exec(text);
  const braced = text.startsWith('{') === text.endsWith('}');
  return match?.[1] && braced ? match[1].toLowerCase() : text;
}
