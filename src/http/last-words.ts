import type { Duplex } from 'node:stream';

/** How long a client may take to read what it was told last. */
const milliseconds = 1000;

/**
 * Ends a connection of which not all was read. Were it closed at once, the system would reset it, and a reset overtakes
 * the answer: the client would not hear why. Nothing more is read; a client that goes on sending is held by its system.
 */
export function endUnread(socket: Duplex, lastWords?: string): void {
  socket.end(lastWords);
  // After node:http, which sets out to read the rest of a body and to throw it away.
  setImmediate(() => socket.pause());
  const late = setTimeout(() => socket.destroy(), milliseconds).unref();
  socket.once('close', () => clearTimeout(late));
}
