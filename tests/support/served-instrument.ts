// A simulated instrument on TCP in the test's own process: what it was told and what it said, each with its time, and a
// cable that can be pulled. Lines in, lines out.

import { type AddressInfo, createServer, type Socket } from 'node:net';
import type { Talker } from '../../src/devices/sim/scpi/talker.ts';

export interface LoggedLine {
  /** `lost` is what it said where nobody heard it. */
  readonly kind: 'told' | 'said' | 'lost';
  /** Unix time in milliseconds. */
  readonly atMs: number;
  readonly text: string;
}

const LINE_END = 0x0a;
/** Of an answer, so much is kept: none that a test looks for is longer. */
const KEPT_CHARACTERS = 64;

export class ServedInstrument {
  readonly talker: Talker;
  readonly log: LoggedLine[] = [];
  /** Called with each line that came, before the instrument has it. */
  onTold: ((text: string) => void) | undefined;
  /** It does what it is told, and nothing of what it says comes. */
  isMute = false;
  /** What it says without a cable comes first on the next connection, as from a buffer that somebody forgot. */
  keepsOldAnswers = false;
  connectionCount = 0;
  #port = 0;
  #kept: Buffer[] = [];
  #socket: Socket | undefined;
  readonly #server = createServer((socket) => this.#attach(socket));

  private constructor(talker: Talker) {
    this.talker = talker;
    talker.onAnswer = (answer) => this.#say(answer);
  }

  static async serve(talker: Talker): Promise<ServedInstrument> {
    const served = new ServedInstrument(talker);
    await served.plugIn();
    return served;
  }

  /** As the bridge allows it and the page connects to it. */
  get address(): string {
    return `127.0.0.1:${this.#port}`;
  }

  /** Lines that it was told, without those by which a link gets in step. */
  get told(): readonly string[] {
    return this.log.flatMap(({ kind, text }) => (kind === 'told' && !text.startsWith('*ESE ') ? [text] : []));
  }

  /** As a hand at its own knobs: nothing of it is in the log. */
  turn(text: string): void {
    this.talker.tell(new TextEncoder().encode(text));
  }

  /** The connection breaks, and nobody answers at the address. */
  pullCable(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    this.#socket?.destroy();
    this.#socket = undefined;
    return closed;
  }

  /** At the same address as before. */
  async plugIn(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(this.#port, '127.0.0.1', resolve));
    this.#port = (this.#server.address() as AddressInfo).port;
  }

  /** The newest connection counts. */
  #attach(socket: Socket): void {
    this.connectionCount++;
    this.#socket?.destroy();
    this.#socket = socket;
    socket.setNoDelay(true);
    socket.on('error', () => socket.destroy());
    let rest = '';
    socket.on('data', (bytes) => {
      const lines = (rest + bytes.toString('latin1')).split('\n');
      rest = lines.pop()!;
      for (const line of lines) if (line !== '') this.#tell(line);
    });
  }

  #tell(text: string): void {
    this.#note('told', text);
    for (const answer of this.#kept.splice(0)) this.#socket?.write(answer);
    this.onTold?.(text);
    this.turn(text);
  }

  #say(answer: Uint8Array): void {
    const line = Buffer.concat([answer, Buffer.of(LINE_END)]);
    const socket = this.isMute ? undefined : this.#socket;
    this.#note(socket ? 'said' : 'lost', line.toString('latin1', 0, Math.min(answer.length, KEPT_CHARACTERS)));
    if (socket) socket.write(line);
    else if (this.keepsOldAnswers) this.#kept.push(line);
  }

  #note(kind: LoggedLine['kind'], text: string): void {
    this.log.push({ kind, atMs: Date.now(), text });
  }
}
