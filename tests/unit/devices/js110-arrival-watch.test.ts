// The time of the JS110's stream on a bus and a host of random habits: reads in flight, packets that the instrument
// keeps back, a thread that is held up, packets that are lost. Every packet carries its true number where a real one
// has samples; it must land there.

import { expect, test } from 'vitest';
import { ArrivalWatch } from '../../../src/devices/joulescope/js110/arrival-watch.ts';
import { seededRandom } from '../../support/random.ts';

const TURN = 65_536;
const PACKET_MS = 0.063;
const READ_PACKETS = 128;
const HANDLING_MS = 0.05;
const POLL_MS = 100;
const ANSWER_MS = 0.3;

/** Times in milliseconds from the first packet on, packets by their true number. */
interface Story {
  readonly packetCount: number;
  readonly readCount: number;
  readonly fifoPackets: number;
  readonly crystalPpm: number;
  readonly random: () => number;
  /** The thread does nothing for `durationMs` from `startMs` on. */
  readonly stalls: readonly { readonly startMs: number; readonly durationMs: number }[];
  /** Packets that never reach the bus. */
  readonly losses: readonly { readonly first: number; readonly count: number }[];
}

interface Read {
  readonly postedMs: number;
  readonly numbers: number[];
}

type Message =
  | { readonly readyMs: number; readonly read: Read }
  | { readonly readyMs: number; readonly answerOfMs: number };

interface Outcome {
  /** Packets that landed beside their true place: the first such and how far, in packets. */
  readonly firstWrong: { readonly number: number; readonly by: number } | undefined;
  readonly lastWrongBy: number;
  readonly placedCount: number;
  readonly heldMs: number;
}

/** Plays a story to the watch. */
function play(story: Story): Outcome {
  const watch = new ArrivalWatch();
  const stalls = story.stalls.toSorted((a, b) => a.startMs - b.startMs);
  const isLost = (number: number) => story.losses.some(({ first, count }) => number >= first && number < first + count);
  const waiting: Read[] = [];
  const inbox: Message[] = [];
  const fifo: number[] = [];
  let hostMs = -20;
  let nextPollMs = 0;
  let position = 0;
  let nextIndex = 0;
  let firstWrong: Outcome['firstWrong'];
  let lastWrongBy = 0;
  let placedCount = 0;
  let heldSinceMs: number | undefined;
  let heldMs = 0;

  const fill = (number: number, nowMs: number): void => {
    const read = waiting[0]!;
    read.numbers.push(number);
    if (read.numbers.length < READ_PACKETS) return;
    waiting.shift();
    inbox.push({ readyMs: nowMs, read });
  };
  const post = (nowMs: number): void => {
    waiting.push({ postedMs: nowMs, numbers: [] });
    while (fifo.length > 0 && waiting.length > 0) fill(fifo.shift()!, nowMs);
  };
  const handle = (message: Message, nowMs: number): void => {
    if ('answerOfMs' in message) {
      watch.noteAnswer(message.answerOfMs);
      nextPollMs = nowMs + POLL_MS;
      return;
    }
    post(nowMs);
    const { postedMs, numbers } = message.read;
    const pieces = watch.take({ bytes: encode(numbers), postedMs, arrivalMs: nowMs }, position);
    if (pieces.length === 0) heldSinceMs ??= nowMs;
    else if (heldSinceMs !== undefined) {
      heldMs = Math.max(heldMs, nowMs - heldSinceMs);
      heldSinceMs = undefined;
    }
    for (const { missingPackets, bytes } of pieces) {
      position += missingPackets;
      const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
      for (let at = 0; at < bytes.byteLength; at += 512) {
        position += (view.getUint16(at + 4, true) - nextIndex) & 0xffff;
        const number = view.getUint32(at + 8, true);
        lastWrongBy = position - number;
        if (lastWrongBy !== 0) firstWrong ??= { number, by: lastWrongBy };
        nextIndex = (number + 1) & 0xffff;
        position++;
        placedCount++;
      }
    }
    watch.learn(nowMs, position);
  };
  /** Lets the host do what it can before `untilMs`. */
  const runHost = (untilMs: number): void => {
    for (;;) {
      const messageMs = inbox[0] ? Math.max(hostMs, inbox[0].readyMs) : Number.POSITIVE_INFINITY;
      const pollMs = Math.max(hostMs, nextPollMs);
      const isPoll = pollMs === messageMs ? story.random() < 0.5 : pollMs < messageMs;
      const nowMs = isPoll ? pollMs : messageMs;
      if (nowMs >= untilMs) return;
      if (stalls[0] && stalls[0].startMs <= nowMs) {
        hostMs = nowMs + stalls.shift()!.durationMs;
        continue;
      }
      hostMs = nowMs + HANDLING_MS;
      if (isPoll) {
        nextPollMs = Number.POSITIVE_INFINITY;
        const readyMs = nowMs + ANSWER_MS;
        // Transfers that were complete by then come first.
        runBus(readyMs);
        inbox.push({ readyMs, answerOfMs: nowMs });
      } else {
        handle(inbox.shift()!, nowMs);
      }
    }
  };
  let number = 0;
  const takenMs = (packet: number) => packet * PACKET_MS * (1 + story.crystalPpm * 1e-6);
  /** Lets the instrument send what it takes up to `untilMs`. */
  function runBus(untilMs: number): void {
    for (; number < story.packetCount && takenMs(number + 1) <= untilMs; number++) {
      if (isLost(number)) continue;
      if (waiting.length > 0) fill(number, takenMs(number + 1));
      else if (fifo.length < story.fifoPackets) fifo.push(number);
    }
  }

  for (let i = 0; i < story.readCount; i++) post(hostMs);
  watch.reset();
  watch.learn(5, 0);
  while (number < story.packetCount) {
    runHost(takenMs(number + 1));
    runBus(takenMs(number + 1));
  }
  return { firstWrong, lastWrongBy, placedCount, heldMs };
}

function encode(numbers: readonly number[]): Uint8Array {
  const view = new DataView(new ArrayBuffer(512 * numbers.length));
  numbers.forEach((number, i) => {
    view.setUint8(512 * i, 1);
    view.setUint16(512 * i + 2, 512, true);
    view.setUint16(512 * i + 4, number & 0xffff, true);
    view.setUint32(512 * i + 8, number, true);
  });
  return new Uint8Array(view.buffer);
}

const PACKETS_PER_S = 15_873;
const seeds = Array.from({ length: 12 }, (_, i) => i + 1);
const bench = (random: () => number) => ({
  packetCount: 18 * PACKETS_PER_S,
  readCount: 4 + Math.floor(random() * 134),
  fifoPackets: Math.floor(random() * 400),
  crystalPpm: 200 * random() - 100,
  random,
});
const severalOf = <T>(random: () => number, mostCount: number, make: () => T): T[] =>
  Array.from({ length: Math.floor(random() * (mostCount + 1)) }, make);

test.each(seeds)(
  'a thread held up for 0 to 5 s at random, packets lost at random: every packet in its place (%i)',
  (seed) => {
    const random = seededRandom(seed);
    const story = {
      ...bench(random),
      stalls: severalOf(random, 4, () => ({ startMs: 12_000 * random(), durationMs: 5000 * random() })),
      losses: severalOf(random, 12, () => ({
        first: Math.floor(15 * PACKETS_PER_S * random()),
        count: 1 + Math.floor(random() ** 4 * 20_000),
      })),
    };
    const { firstWrong, placedCount } = play(story);
    expect(firstWrong).toBeUndefined();
    expect(placedCount).toBeGreaterThan(1000);
  },
);

test.each(seeds)('stalls that follow each other at once: every packet in its place (%i)', (seed) => {
  const random = seededRandom(1000 + seed);
  const startMs = 3000 + 1000 * random();
  const story = {
    ...bench(random),
    stalls: Array.from({ length: 5 }, (_, i) => ({ startMs: startMs + i * random(), durationMs: 3500 * random() })),
    losses: severalOf(random, 4, () => ({ first: Math.floor((startMs / PACKET_MS) * (1 + random())), count: 7 })),
  };
  expect(play(story).firstWrong).toBeUndefined();
});

test.each(seeds)('the instrument is silent for up to three turns, and loses packets afterwards (%i)', (seed) => {
  const random = seededRandom(2000 + seed);
  const first = Math.floor((2 + random()) * PACKETS_PER_S);
  const count = Math.floor(TURN * (0.6 + 2.4 * random()));
  const story = {
    ...bench(random),
    stalls: [],
    losses: [
      { first, count },
      ...severalOf(random, 5, () => ({ first: first + count + Math.floor(random() * 9000), count: 3 })),
    ],
  };
  const { firstWrong, heldMs } = play(story);
  expect(firstWrong).toBeUndefined();
  expect(heldMs).toBe(0);
});

test.each([1, 2, 3])('the instrument is silent for exactly %i turns: no jump shows it, and time is kept', (turns) => {
  const random = seededRandom(turns);
  const losses = [{ first: 30_000, count: turns * TURN }];
  const { lastWrongBy, firstWrong } = play({ ...bench(random), stalls: [], losses });
  expect(lastWrongBy).toBe(0);
  // Only the packets that came in the same read before the hole may stand on its other side.
  expect(firstWrong === undefined || firstWrong.number >= 30_000 - READ_PACKETS).toBe(true);
});

test.each(seeds)('a silent instrument and a thread held up at once: the time is right in the end (%i)', (seed) => {
  const random = seededRandom(3000 + seed);
  const first = Math.floor((2 + random()) * PACKETS_PER_S);
  const story = {
    ...bench(random),
    stalls: severalOf(random, 3, () => ({ startMs: 2000 + 5000 * random(), durationMs: 5000 * random() })),
    losses: [{ first, count: Math.floor(TURN * (0.2 + 1.8 * random())) }],
  };
  expect(play(story).lastWrongBy).toBe(0);
});
