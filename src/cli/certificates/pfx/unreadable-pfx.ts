/** Damaged, or made in a way that is not read. The message continues a sentence. */
export class UnreadablePfx extends Error {
  override readonly name = 'UnreadablePfx';
}
