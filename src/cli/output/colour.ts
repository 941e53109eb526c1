import { createColors } from 'picocolors';
import type { TextSink, Variables } from '../io.ts';

/** NO_COLOR and FORCE_COLOR as no-color.org says; otherwise colour is for terminals. */
export const wantsColour = ({ NO_COLOR, FORCE_COLOR, TERM }: Variables, sink: TextSink): boolean => {
  if (NO_COLOR) return false;
  if (FORCE_COLOR !== undefined && FORCE_COLOR !== '') return FORCE_COLOR !== '0';
  return sink.isTerminal && TERM !== 'dumb';
};

/** Names and values of JSON or YAML in colours. */
export function coloured(text: string, enabled: boolean): string {
  const colours = createColors(enabled);
  return text.replace(
    /("(?:[^"\\\n]|\\.)*"|^\s*[\w.-]+)(\s*:(?=\s))?|\b(?:true|false|null)\b|-?\b\d+(?:\.\d+)?\b/gm,
    (match, word: string | undefined, colon: string | undefined) => {
      if (word !== undefined) return colon === undefined ? colours.green(word) : colours.blue(word) + colon;
      return /^[tfn]/.test(match) ? colours.magenta(match) : colours.cyan(match);
    },
  );
}
