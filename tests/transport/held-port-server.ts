// A process that listens on HOST and PORT, which it may have inherited: it sends each client its process id.

import { FrameServer } from '../../src/transport/frame-server.ts';
import { RecordedServer } from './recorded-server.ts';

const [, , host = '', port = ''] = process.argv;
const server: FrameServer = new FrameServer(
  { host, port: Number(port), option: '--port', frameBytesMax: 64, queuedBytesMax: 64 },
  { onClient: (client) => server.send(client, `${process.pid}*`), onFrame: () => {}, onClose: () => {} },
  new RecordedServer(),
);
await server.listen();
