/**
 * Text from outside, made harmless for a terminal: controls (C0 with tab and line breaks, DEL, C1), bidirectional and
 * invisible formatting characters and lone surrogates become visible escapes. An escape sequence in an error
 * description could otherwise rewrite the screen.
 */
const unsafe =
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

const visible = (character: string): string => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;

/** For one line: a line break is escaped too. */
export const terminalSafe = (text: string): string => text.replace(unsafe, visible);

/** For JSON text: the same characters in JSON's own escapes, so the value stays what it is. Line breaks are layout. */
export const terminalSafeJson = (json: string): string =>
  json.replace(unsafe, (character) => (character === '\n' ? character : visible(character)));

export const isTerminalSafe = (text: string): boolean => terminalSafe(text) === text;

export const warningLine = (warning: string): string => `warning: ${terminalSafe(warning)}\n`;
