/** A line to a PostgreSQL server that a test can cut. */
import { connect, createServer, type Server, type Socket } from 'node:net';

export interface Line {
  url: string;
  /** Ends every connection. */
  cut(): void;
  /** Takes no new ones, or takes them again. */
  setOpen(isOpen: boolean): void;
  /** From now on a commit reaches the server, its answer nobody: so many times. */
  swallowCommits(times: number): void;
  close(): Promise<void>;
}

export async function lineTo(serverUrl: string): Promise<Line> {
  const server = new URL(serverUrl);
  const sockets = new Set<Socket>();
  let isOpen = true;
  let toSwallow = 0;

  const proxy: Server = createServer((client) => {
    if (!isOpen) {
      client.destroy();
      return;
    }
    const behind = connect(Number(server.port || 5_432), server.hostname);
    let isSwallowing = false;
    for (const socket of [client, behind]) {
      sockets.add(socket);
      socket.on('error', () => {});
      socket.on('close', () => {
        sockets.delete(socket);
        client.destroy();
        behind.destroy();
      });
    }
    client.on('data', (chunk) => {
      if (toSwallow > 0 && chunk.includes('COMMIT;')) {
        toSwallow--;
        isSwallowing = true;
      }
      behind.write(chunk);
    });
    behind.on('data', (chunk) => {
      if (isSwallowing) client.destroy();
      else client.write(chunk);
    });
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  const address = proxy.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;

  const cut = () => {
    for (const socket of sockets) socket.destroy();
  };
  const url = new URL(serverUrl);
  url.host = `127.0.0.1:${port}`;
  return {
    url: url.href,
    cut,
    setOpen(open) {
      isOpen = open;
    },
    swallowCommits(times) {
      toSwallow = times;
    },
    close() {
      cut();
      return new Promise((resolve) => {
        proxy.close(() => resolve());
      });
    },
  };
}
