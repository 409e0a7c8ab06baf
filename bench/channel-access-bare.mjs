// The limit of the benchmark of Channel Access: a server that knows nothing but frames made beforehand. Every name is a
// variable of COUNT doubles. With a period of 0 each client is sent the frame of its one subscription as fast as its connection
// takes it; else each client gets the frames of all its subscriptions in one piece per period.
//   channel-access-bare.mjs COUNT PERIOD_MS — prints its TCP port
import { createServer } from 'node:net';
import { COMMAND, ECA, MINOR_VERSION, RIGHTS, SENDER_ADDRESS } from '../bridge/epics/codes.mjs';
import { dbrType, payloadBytesOf } from '../bridge/epics/dbr.mjs';
import { encodeMessage, MessageParser } from '../bridge/epics/message.mjs';

const [count, periodMs] = process.argv.slice(2).map(Number);
const MAX_REQUEST_BYTES = 2 ** 16;
const TIME_DOUBLE = dbrType('TIME', 'DOUBLE');
const DOUBLE = TIME_DOUBLE % 7;
const payload = Buffer.alloc(payloadBytesOf(TIME_DOUBLE, count));

const server = createServer((socket) => {
  const parser = new MessageParser(MAX_REQUEST_BYTES);
  const frames = [];
  let timer;
  const reply = (fields, bytes) => socket.write(encodeMessage(fields, bytes));
  const flood = () => {
    while (!socket.destroyed && socket.write(frames[0]));
  };
  const subscribe = (id) => {
    const fields = { command: COMMAND.EVENT_ADD, dataType: TIME_DOUBLE, dataCount: count, p1: ECA.NORMAL, p2: id };
    frames.push(encodeMessage(fields, payload));
    if (periodMs === 0) {
      socket.on('drain', flood);
      flood();
    } else {
      socket.write(frames.at(-1));
      timer ??= setInterval(() => socket.write(Buffer.concat(frames)), periodMs);
    }
  };
  const version = Buffer.alloc(8);
  version.writeUInt16BE(MINOR_VERSION);
  const handle = ({ command, p1, p2 }) => {
    if (command === COMMAND.SEARCH) {
      const found = { command, dataType: server.address().port, p1: SENDER_ADDRESS, p2: p1 };
      reply(found, version);
    } else if (command === COMMAND.CREATE_CHAN) {
      reply({ command: COMMAND.ACCESS_RIGHTS, p1, p2: RIGHTS.READ });
      reply({ command, dataType: DOUBLE, dataCount: count, p1, p2: p1 + 1 });
    } else if (command === COMMAND.EVENT_ADD) subscribe(p2);
    else if (command === COMMAND.ECHO) reply({ command });
  };
  socket.setNoDelay(true);
  socket.on('error', () => socket.destroy());
  socket.on('close', () => clearInterval(timer));
  socket.on('data', (bytes) => {
    parser.push(bytes);
    for (let message = parser.next(); message; message = parser.next()) handle(message);
  });
  reply({ command: COMMAND.VERSION, dataCount: MINOR_VERSION });
});
server.listen(0, '127.0.0.1', () => console.log(server.address().port));
