import { connect } from 'node:net';

/** Sends bytes as they are and reads until the server closes the connection; for what no HTTP client would send. */
export function sendRaw(port: number, ...pieces: readonly (string | Uint8Array)[]): Promise<string> {
  return new Promise((resolve, reject) => {
    let received = '';
    const socket = connect(port, '127.0.0.1', () => {
      for (const piece of pieces) socket.write(typeof piece === 'string' ? Buffer.from(piece, 'latin1') : piece);
    });
    socket.setEncoding('latin1');
    socket.on('data', (text: string) => {
      received += text;
    });
    socket.on('close', () => resolve(received));
    socket.on('error', (cause: NodeJS.ErrnoException) => {
      // The server may cut a connection whose bytes it will not read; what it said before counts.
      if (cause.code === 'EPIPE' || cause.code === 'ECONNRESET') resolve(received);
      else reject(cause);
    });
  });
}

/** The status lines of all answers on one connection. */
export const statusesOf = (received: string): readonly number[] =>
  [...received.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map(([, status]) => Number(status));
