import { InputTooLong } from '../../client/bounded-input.ts';

/** No tenant, and no result with its tokens, has a longer line. */
const maximumLineCharacters = 1_048_576;

/** The lines of UTF-8 text, without their ends and a byte order mark; the last may lack its end. Throws `InputTooLong`. */
export async function* linesOf(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<string, void, undefined> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const piece of pieces) {
    const lines = (rest + decoder.decode(piece, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) yield line.replace(/\r$/, '');
    if (rest.length > maximumLineCharacters) throw new InputTooLong(maximumLineCharacters);
  }
  rest += decoder.decode();
  if (rest !== '') yield rest.replace(/\r$/, '');
}
