import { createServer, type Server } from 'node:net';

/**
 * A meter that speaks Modbus TCP: answers reads of holding and input registers (functions 3 and 4) with the
 * number of each register, see the Modbus Application Protocol 1.1b3, 6.3 and 6.4.
 */
export async function aMeter(numberAt: (register: number) => number): Promise<Meter> {
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.on('data', (request) => {
      if (request.length < 12) return;
      const [code, first, count] = [
        request.readUInt8(7),
        request.readUInt16BE(8),
        request.readUInt16BE(10),
      ];
      const answer = Buffer.alloc(9 + 2 * count);
      request.copy(answer, 0, 0, 8);
      answer.writeUInt16BE(3 + 2 * count, 4);
      answer.writeUInt8(code, 7);
      answer.writeUInt8(2 * count, 8);
      for (let at = 0; at < count; at += 1) {
        answer.writeUInt16BE(numberAt(first + at), 9 + 2 * at);
      }
      socket.write(answer);
    });
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return { port: portOf(server), end: () => server.close() };
}

export interface Meter {
  port: number;
  end: () => void;
}

function portOf(server: Server): number {
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('the meter has no port');
  return address.port;
}
