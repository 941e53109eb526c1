/** Prose and command lines for a terminal. */

/** Where lines end: what every terminal shows. */
export const lineWidth = 80;

/** The text in lines of at most `width` characters; a longer word has a line of its own. */
export function paragraph(text: string, width = lineWidth): readonly string[] {
  const lines: string[] = [];
  for (const word of text.split(/\s+/)) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= width) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}

/** A name and what is said of it, the text in a column of its own that begins at `column`; to be indented by two. */
export const entryLines = (name: string, text: string, column: number): readonly string[] =>
  paragraph(text, lineWidth - 2 - column).map((line, index) => `${(index === 0 ? name : '').padEnd(column)}${line}`);

/** A line for the shell in several, broken before options outside of quotes; each but the last ends with a backslash. */
export function commandLines(command: string, width = lineWidth): readonly string[] {
  // An option stays together with its value.
  const pieces: string[] = [];
  for (const word of command.match(/(?:'[^']*'|[^' ])+/g) ?? []) {
    if (pieces.length === 0 || /^--?[a-z]/i.test(word)) pieces.push(word);
    else pieces.push(`${pieces.pop()} ${word}`);
  }
  const lines: string[] = [];
  for (const piece of pieces) {
    const last = lines.at(-1);
    // Two characters for the backslash, two for the indentation of what continues.
    if (last !== undefined && last.length + 1 + piece.length <= width - 4) lines[lines.length - 1] = `${last} ${piece}`;
    else lines.push(piece);
  }
  return lines.map((line, index) => `${index === 0 ? '' : '  '}${line}${index === lines.length - 1 ? '' : ' \\'}`);
}
