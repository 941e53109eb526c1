/** The longest text of a server's that is repeated to a person; Partner Center's descriptions have at most so many. */
const longest = 1_024;

/** What a server said, as much of it as a sentence can hold. */
export const quoted = (text: string, most: number = longest): string =>
  text.length > most ? `${text.slice(0, most).toWellFormed()}…` : text;
