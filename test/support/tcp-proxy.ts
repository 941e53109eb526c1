import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

/** A network between a client and a server that can be broken. */
export interface TcpProxy {
  readonly port: number;
  /** Connections made until now. */
  readonly accepted: () => number;
  /** Everything is accepted and nothing passes any more, in either direction. */
  freeze(): void;
  thaw(): void;
  /** What is connected is frozen for good, as after a fail-over whose old machine is silent; what connects now is well. */
  strand(): void;
  /** Ends all connections, as a server that stopped does. */
  cut(): void;
  /** Connections are refused and cut; until `open`. */
  shut(): void;
  open(): void;
  /** Connections from now on go to another port. */
  lead(port: number): void;
  /** The next answer of the server after a request holding `text` is lost, and its connection with it. */
  loseAnswerTo(text: string): void;
  /** Answers that were lost so. */
  readonly lost: () => number;
  close(): Promise<void>;
}

export async function tcpProxy({ host, port }: { readonly host: string; readonly port: number }): Promise<TcpProxy> {
  const pairs = new Set<readonly [Socket, Socket]>();
  const state = { port, accepted: 0, lost: 0, isFrozen: false, isShut: false, lose: undefined as string | undefined };

  const server = createServer((near) => {
    state.accepted += 1;
    if (state.isShut) return void near.destroy();
    const far = connect(state.port, host);
    const pair = [near, far] as const;
    pairs.add(pair);
    const end = () => {
      pairs.delete(pair);
      for (const socket of pair) socket.destroy();
    };
    let isDoomed = false;
    near.on('data', (bytes) => {
      if (state.lose !== undefined && bytes.includes(state.lose)) {
        isDoomed = true;
        state.lose = undefined;
      }
      far.write(bytes);
    });
    far.on('data', (bytes) => {
      if (!isDoomed) return void near.write(bytes);
      state.lost += 1;
      end();
    });
    for (const socket of pair) {
      socket.on('error', end).on('close', end);
      if (state.isFrozen) socket.pause();
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const each = (act: (socket: Socket) => void) => {
    for (const pair of pairs) for (const socket of pair) act(socket);
  };
  const cut = () => each((socket) => void socket.destroy());
  const freeze = (isFrozen: boolean) => {
    state.isFrozen = isFrozen;
    each((socket) => void (isFrozen ? socket.pause() : socket.resume()));
  };
  const shut = (isShut: boolean) => {
    state.isShut = isShut;
    if (isShut) cut();
  };
  return {
    port: typeof address === 'object' && address ? address.port : 0,
    accepted: () => state.accepted,
    lost: () => state.lost,
    freeze: () => freeze(true),
    thaw: () => freeze(false),
    strand: () => {
      freeze(true);
      state.isFrozen = false;
    },
    cut,
    shut: () => shut(true),
    open: () => shut(false),
    lead: (other) => {
      state.port = other;
    },
    loseAnswerTo: (text) => {
      state.lose = text;
    },
    close: async () => {
      server.close();
      cut();
    },
  };
}
