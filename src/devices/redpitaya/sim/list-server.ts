// The server on port 1002: settings, then events of both inputs until the client leaves.

import { type BytePort, PortInbox } from '../../../transports/byte-port.ts';
import type { Random } from '../../sim/random.ts';
import { COMMAND_BYTES, decodeListCommand, LIST_MODE } from '../protocol/command.ts';
import { LIST_EVENT_BYTES } from '../protocol/list-mode.ts';
import { Analyser } from './analyser.ts';
import type { SimBoard } from './board.ts';
import type { BoardFault } from './faults.ts';

/** How often events are sent. */
const INTERVAL_MS = 20;
/** What the board keeps until somebody reads it. */
const FIFO_EVENTS = 2048;
/** Words that an overflow takes, one or two. */
const MOST_LOST_WORDS = 2;
const WORD_BYTES = 4;

interface SentEvent {
  readonly tick: number;
  readonly heights: [number, number];
}

interface InputSettings {
  timer: number;
  delay: number;
  min: number;
  max: number;
}

class ListClient {
  readonly inbox = new PortInbox();
  readonly inputs: readonly [InputSettings, InputSettings] = [
    { timer: 0, delay: 0, min: 0, max: 0 },
    { timer: 0, delay: 0, min: 0, max: 0 },
  ];
  readonly analysers: readonly [Analyser, Analyser];
  rest: number[] = [];
  decimation = 1;
  startTick: number | undefined;
  lastTick = 0;
  stop: () => void = () => undefined;

  constructor(random: () => Random) {
    this.analysers = [new Analyser(random()), new Analyser(random())];
  }
}

export class SimListServer {
  fault: BoardFault = 'none';
  readonly #board: SimBoard;

  constructor(board: SimBoard) {
    this.#board = board;
  }

  connect(): BytePort {
    const client = new ListClient(() => this.#board.random());
    return {
      label: 'Simulated Red Pitaya, list mode',
      listen: (listener) => client.inbox.listen(listener),
      write: (bytes) => {
        client.rest.push(...bytes);
        for (; client.rest.length >= COMMAND_BYTES; client.rest = client.rest.slice(COMMAND_BYTES)) {
          const view = new DataView(Uint8Array.from(client.rest.slice(0, COMMAND_BYTES)).buffer);
          this.#execute(client, view.getBigUint64(0, true));
        }
        return Promise.resolve();
      },
      close: () => {
        client.stop();
        client.inbox.close();
        return Promise.resolve();
      },
    };
  }

  #execute(client: ListClient, word: bigint): void {
    const { code, channel, value } = decodeListCommand(word);
    const number = Number(value);
    const input = channel < 2 ? client.inputs[channel as 0 | 1] : undefined;
    switch (code) {
      case LIST_MODE.sampleRate:
        client.decimation = Math.max(1, number);
        break;
      case LIST_MODE.delay:
        if (input) input.delay = number;
        break;
      case LIST_MODE.minThreshold:
        if (input) input.min = number;
        break;
      case LIST_MODE.maxThreshold:
        if (input) input.max = number;
        break;
      case LIST_MODE.timer:
        if (input) input.timer = number;
        break;
      case LIST_MODE.start:
        client.startTick = this.#board.tick;
        client.lastTick = client.startTick;
        this.#send(client, client.startTick);
        break;
    }
  }

  #send(client: ListClient, startTick: number): void {
    client.stop = this.#board.clock.after(INTERVAL_MS, () => {
      const events = this.#eventsUntilNow(client, startTick);
      if (events.length > 0) client.inbox.push(this.#bytesOf(events));
      this.#send(client, startTick);
    });
  }

  #eventsUntilNow(client: ListClient, startTick: number): readonly SentEvent[] {
    const from = client.lastTick;
    client.lastTick = this.#board.tick;
    const events = new Map<number, SentEvent>();
    for (const index of [0, 1] as const) {
      const { timer, delay, min, max } = client.inputs[index];
      const to = Math.min(client.lastTick, startTick + timer);
      if (to <= from) continue;
      const settings = { delayTicks: delay * client.decimation, min, max };
      client.analysers[index].run([from, to], this.#board.source(index), settings, (height, tick) => {
        const event = events.get(tick) ?? { tick: tick - startTick, heights: [0, 0] };
        event.heights[index] = height;
        events.set(tick, event);
      });
    }
    return [...events.values()].sort((a, b) => a.tick - b.tick);
  }

  #bytesOf(events: readonly SentEvent[]): Uint8Array {
    const bytes = new Uint8Array(events.length * LIST_EVENT_BYTES);
    const view = new DataView(bytes.buffer);
    for (const [index, { tick, heights }] of events.entries()) {
      const at = index * LIST_EVENT_BYTES;
      view.setBigUint64(at, BigInt(tick), true);
      view.setUint32(at + 8, heights[0], true);
      view.setUint32(at + 12, heights[1], true);
    }
    const isOverflow = this.fault === 'overflow' || events.length > FIFO_EVENTS;
    return isOverflow ? this.#withoutWords(bytes) : bytes;
  }

  #withoutWords(bytes: Uint8Array): Uint8Array {
    const words = bytes.byteLength / WORD_BYTES;
    const lost = 1 + (this.#board.tick % MOST_LOST_WORDS);
    const at = Math.floor(words / 2) * WORD_BYTES;
    return Uint8Array.from([...bytes.subarray(0, at), ...bytes.subarray(at + lost * WORD_BYTES)]);
  }
}
