// The mcpha server on port 1001 as a client finds it: one client at a time, no greeting, no acknowledgement, answers to
// three commands, and the streaming command where it is the fork. It also does what nobody wants: half a word at the end of a
// connection is carried out, with the rest of the word before.

import { LabError } from '../../../base/errors.ts';
import { type BytePort, PortInbox } from '../../../transports/byte-port.ts';
import { COMMAND_BYTES, decodeMcphaCommand, MCPHA, TICKS_PER_S } from '../protocol/command.ts';
import type { SimBoard } from './board.ts';
import type { BoardFault } from './faults.ts';

const GREETING = 'SSH-2.0-OpenSSH_8.9\r\n';
const PIECE_BYTES = 7;
const MOST_PIECES = 200;

interface Client {
  readonly inbox: PortInbox;
  /** What it sent while another one was served. */
  readonly waiting: Uint8Array[];
}

export class SimMcphaServer {
  fault: BoardFault = 'none';
  readonly #board: SimBoard;
  readonly #isFork: boolean;
  /** The first one is served. */
  readonly #clients: Client[] = [];
  /** The word that is being received; bytes that have not come are those of the one before. */
  readonly #word = new DataView(new ArrayBuffer(COMMAND_BYTES));
  #receivedBytes = 0;
  /** Records that the streaming command still has to send. */
  #pendingRecords = 0;
  #stopWaiting: () => void = () => undefined;

  constructor(board: SimBoard, { isFork = false }: { readonly isFork?: boolean } = {}) {
    this.#board = board;
    this.#isFork = isFork;
  }

  connect(): BytePort {
    const client: Client = { inbox: new PortInbox(), waiting: [] };
    if (this.fault === 'closes') client.inbox.end();
    else if (this.fault === 'greets') client.inbox.push(new TextEncoder().encode(GREETING));
    else if (this.fault !== 'busy' && this.fault !== 'silent') this.#clients.push(client);
    return {
      label: 'Simulated Red Pitaya',
      listen: (listener) => client.inbox.listen(listener),
      write: (bytes) => this.#write(client, bytes),
      close: () => {
        client.inbox.close();
        this.#leave(client);
        return Promise.resolve();
      },
    };
  }

  /** As a board that lost its power: its clients learn of it, and nothing is as before. */
  restart(): void {
    const clients = this.#clients.splice(0);
    this.#forgetPending();
    this.#receivedBytes = 0;
    this.#board.restart();
    for (const { inbox } of clients) inbox.end(new LabError('device/lost', 'The connection was reset.'));
  }

  #write(client: Client, bytes: Uint8Array): Promise<void> {
    if (this.#clients[0] === client) this.#serve(client, bytes);
    else client.waiting.push(bytes.slice());
    return Promise.resolve();
  }

  #serve(client: Client, bytes: Uint8Array): void {
    for (const byte of bytes) {
      this.#word.setUint8(this.#receivedBytes++, byte);
      if (this.#receivedBytes < COMMAND_BYTES) continue;
      this.#receivedBytes = 0;
      this.#execute(client);
    }
  }

  #execute(client: Client): void {
    const command = decodeMcphaCommand(this.#word.getBigUint64(0, true));
    this.#board.apply(command);
    const { code, channel, value } = command;
    if (code === MCPHA.readStatus) this.#answer(client, this.#board.status());
    else if (code === MCPHA.readHistogram && channel < 2) this.#answer(client, this.#board.histogram(channel as 0 | 1));
    else if (code === MCPHA.readOscilloscope) this.#answer(client, this.#board.oscilloscope.record());
    else if (code === MCPHA.startDaq && this.#isFork) {
      const isIdle = this.#pendingRecords === 0;
      this.#pendingRecords += Number(value);
      if (isIdle) this.#awaitRecord(client);
    }
  }

  #answer(client: Client, bytes: Uint8Array): void {
    if (this.fault === 'cut') {
      client.inbox.push(bytes.slice(0, Math.floor(bytes.byteLength / 2)));
      client.inbox.end(new LabError('device/lost', 'The connection was reset.'));
      this.#leave(client);
      return;
    }
    const pieceBytes =
      this.fault === 'pieces' ? Math.max(PIECE_BYTES, bytes.byteLength / MOST_PIECES) : bytes.byteLength;
    for (let at = 0; at < bytes.byteLength; at += pieceBytes) client.inbox.push(bytes.slice(at, at + pieceBytes));
  }

  /** Sends the record that is under way when it is ready, and begins the next one. */
  #awaitRecord(client: Client): void {
    const { oscilloscope, clock, tick } = this.#board;
    const { readyTick } = oscilloscope;
    if (readyTick === undefined || this.#pendingRecords === 0) return;
    this.#stopWaiting = clock.after(Math.max(0, ((readyTick - tick) / TICKS_PER_S) * 1000), () => {
      this.#answer(client, oscilloscope.record());
      this.#pendingRecords--;
      for (const code of [MCPHA.resetOscilloscope, MCPHA.startOscilloscope]) {
        this.#board.apply({ code, channel: 0, value: 0n });
      }
      this.#awaitRecord(client);
    });
  }

  #leave(client: Client): void {
    const index = this.#clients.indexOf(client);
    if (index < 0) return;
    this.#clients.splice(index, 1);
    if (index > 0) return;
    this.#forgetPending();
    if (this.#receivedBytes > 0) this.#execute(client);
    this.#receivedBytes = 0;
    this.#board.generator.clientLeft();
    const next = this.#clients[0];
    for (const bytes of next?.waiting.splice(0) ?? []) this.#serve(next!, bytes);
  }

  #forgetPending(): void {
    this.#stopWaiting();
    this.#pendingRecords = 0;
  }
}
