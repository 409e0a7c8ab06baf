// The thread that speaks for a user's module, with a module that is the test's: what crosses the wall by the format of
// batch.ts, with events of any shape, and what becomes of answers that do not fit. The rings and ports are real.

import { expect, test } from 'vitest';
import { EventRing } from '../../../src/core/event-ring.ts';
import { packedStruct, scalarDtype } from '../../../src/formats/numpy/dtype.ts';
import type { BufferEnd, ThreadMessage } from '../../../src/pipeline/engine/job.ts';
import { runThread } from '../../../src/pipeline/engine/thread.ts';
import { THREAD_TIMES_BYTES } from '../../../src/pipeline/engine/thread-times.ts';
import type { BufferInfo } from '../../../src/pipeline/functions/template.ts';
import { maxBatchEvents } from '../../../src/pipeline/sandbox/batch.ts';
import { createTestCore } from '../../support/core.ts';
import { seededRandom } from '../../support/random.ts';

// Node 20 has none; every browser that runs setups does.
ArrayBuffer.prototype.transfer ??= function (this: ArrayBuffer, length = this.byteLength) {
  return structuredClone(this, { transfer: [this] }).slice(0, length);
};

/** i8 counter, f8 time, f8 dead time, in front of every event. */
const METADATA_BYTES = 24;
const SEEDS = Array.from({ length: 12 }, (_, seed) => seed);

interface Event {
  readonly metadata: Uint8Array;
  readonly data: Uint8Array;
}

/** An event of `itemBytes × dataLength` bytes. */
function shapeOf(name: string, itemBytes: number, dataLength: number): BufferInfo {
  const byte = scalarDtype('u', 1, '<')!;
  const fields = Array.from({ length: itemBytes }, (_, i) => ({ name: `b${i}`, dtype: byte }));
  return { name, dataLength, dtype: packedStruct(fields) };
}

const dataBytesOf = ({ dtype, dataLength }: BufferInfo): number => dtype.itemBytes * dataLength;
const inEights = (bytes: number): number => Math.ceil(bytes / 8) * 8;

interface Setup {
  readonly source?: BufferInfo;
  readonly sinks?: readonly BufferInfo[];
  readonly slotCount?: number;
  readonly events?: readonly Event[];
  /** Answers of the module by what it is asked; the first is `start`. */
  answer(message: Record<string, unknown>, send: (answer: unknown) => void): void;
}

/** Runs one thread whose module is `answer`; resolves with its last words, and what came out of it. */
async function run({ source, sinks = [], slotCount = 16, events = [], answer }: Setup) {
  const { core, arena } = createTestCore(16 * 2 ** 20);
  const ringOf = (shape: BufferInfo, slots: number): EventRing & { readonly end: BufferEnd } => {
    const options = { slotCount: slots, metadataBytes: METADATA_BYTES, dataBytes: dataBytesOf(shape), writerCount: 1 };
    const ring = EventRing.create(core, arena, options);
    return Object.assign(ring, { end: { buffer: shape, ring: ring.descriptor, index: 0 } });
  };
  const sourceRings = source ? [ringOf(source, Math.max(slotCount, events.length))] : [];
  // All that can come out has room: nobody reads until the thread is over.
  const sinkRings = sinks.map((shape) => ringOf(shape, 1000));
  for (const ring of sourceRings) {
    const writer = ring.writer(0);
    for (const { metadata, data } of events) {
      const slot = writer.tryClaim();
      if (typeof slot === 'string') throw new Error(slot);
      bytesOf(slot.metadata).set(metadata);
      slot.data.set(data);
      writer.commit(slot);
    }
    writer.close();
  }
  const beginAddress = arena.reserve('begin', 4).address;
  // The run has begun.
  new Int32Array(core.memory.buffer, beginAddress, 1)[0] = 1;
  const said: ThreadMessage[] = [];
  const crashes: string[] = [];
  const { port1, port2 } = new MessageChannel();
  const send = (message: unknown) => port2.postMessage(message);
  port2.onmessage = ({ data }: MessageEvent<Record<string, unknown>>) => answer(data, send);
  send({ type: 'ready' });
  let tellCrash: () => void = () => undefined;
  const crashed = new Promise<void>((resolve) => {
    tellCrash = resolve;
  });
  await Promise.race([
    crashed,
    runThread(
      {
        workerName: 'own',
        processIndex: 0,
        source: { kind: 'sandboxed', exportName: 'own' },
        config: new Map(),
        sources: sourceRings.map(({ end }) => end),
        sinks: sinkRings.map(({ end }) => end),
        observes: [],
        seed: { module: core.module, memory: core.memory },
        timesAddress: arena.reserve('times', THREAD_TIMES_BYTES).address,
        beginAddress,
        randomSeed: 1,
      },
      {
        files: { create: () => Promise.reject(), open: () => Promise.reject(), closeAll: () => undefined },
        now: () => performance.now() / 1000,
        loadFunction: () => Promise.reject(new Error('it runs in the sandbox')),
        connect: () => Promise.reject(),
        instruments: [],
        post: (message) => message.type !== 'ready' && said.push(message),
        module: {
          port: port1,
          crash: (reason) => {
            crashes.push(reason);
            tellCrash();
          },
        },
      },
    ),
  ]);
  port2.close();
  const left = sourceRings.map((ring) => ring.statistics());
  return { said, crashes, left, out: sinkRings.map(eventsOf) };
}

const bytesOf = ({ buffer, byteOffset, byteLength }: DataView): Uint8Array =>
  new Uint8Array(buffer, byteOffset, byteLength);

/** Everything that waits in a ring. */
function eventsOf(ring: EventRing): Event[] {
  const reader = ring.reader(0);
  const events: Event[] = [];
  for (let slot = reader.tryRead(); typeof slot !== 'string'; slot = reader.tryRead()) {
    events.push({ metadata: bytesOf(slot.metadata).slice(), data: slot.data.slice() });
    reader.release(slot);
  }
  return events;
}

const made = (template: string) => ({ type: 'made', template, intervalS: 0, isSimulated: false });
const noResults = { decisions: new Uint8Array(0), emitted: new ArrayBuffer(0), emittedCount: 0 };
const done = (doneCount: unknown, more: object = {}) => ({
  type: 'done',
  doneCount,
  ...noResults,
  failure: undefined,
  hasClosed: false,
  ...more,
});

function randomEvents(random: () => number, shape: BufferInfo, count: number): Event[] {
  const bytes = (length: number) => Uint8Array.from({ length }, () => Math.floor(256 * random()));
  return Array.from({ length: count }, () => ({ metadata: bytes(METADATA_BYTES), data: bytes(dataBytesOf(shape)) }));
}

/** Events of a batch: metadata, and data behind it, at multiples of 8. */
function eventsIn({ buffer, count }: Record<string, unknown>, shape: BufferInfo): Event[] {
  const stride = METADATA_BYTES + inEights(dataBytesOf(shape));
  expect((buffer as ArrayBuffer).byteLength).toBe(stride * (count as number));
  return Array.from({ length: count as number }, (_, i) => ({
    metadata: new Uint8Array(buffer as ArrayBuffer, i * stride, METADATA_BYTES).slice(),
    data: new Uint8Array(buffer as ArrayBuffer, i * stride + METADATA_BYTES, dataBytesOf(shape)).slice(),
  }));
}

test.each(SEEDS)('a filter of random events and decisions (%i)', async (seed) => {
  const random = seededRandom(seed);
  const shape = shapeOf('In', 1 + Math.floor(9 * random()), 1 + Math.floor(20 * random()));
  const sinks = Array.from({ length: 1 + Math.floor(3 * random()) }, (_, i) => ({ ...shape, name: `Out${i}` }));
  const events = randomEvents(random, shape, Math.floor(300 * random()));
  const seen: Event[] = [];
  const expected: Event[][] = sinks.map(() => []);
  const { said, out, left } = await run({
    source: shape,
    sinks,
    events,
    answer: (message, send) => {
      if (message['type'] === 'start') send(made('Filter'));
      if (message['type'] !== 'events') return;
      const batch = eventsIn(message, shape);
      expect(batch.length).toBeLessThanOrEqual(maxBatchEvents(shape, Math.max(16, events.length)));
      const decisions = Uint8Array.from({ length: batch.length * sinks.length }, () => (random() < 0.5 ? 1 : 0));
      batch.forEach((event, i) => {
        seen.push(event);
        for (const sink of sinks.keys()) if (decisions[i * sinks.length + sink] === 1) expected[sink]!.push(event);
      });
      send(done(batch.length, { decisions }));
    },
  });
  expect(said).toEqual([{ type: 'done', refusedCounts: sinks.map(() => 0) }]);
  expect(seen).toEqual(events);
  expect(out).toEqual(expected);
  expect(left[0]).toMatchObject({ filledCount: 0, inWorkCount: 0 });
});

test.each(SEEDS)('a processor that emits random events (%i)', async (seed) => {
  const random = seededRandom(seed);
  const shape = shapeOf('In', 1 + Math.floor(9 * random()), 1);
  const sinks = [shapeOf('A', 1 + Math.floor(30 * random()), 1), shapeOf('B', 4, 1 + Math.floor(10 * random()))];
  const events = randomEvents(random, shape, Math.floor(100 * random()));
  const expected: Event[][] = sinks.map(() => []);
  const { said, out } = await run({
    source: shape,
    sinks,
    events,
    answer: (message, send) => {
      if (message['type'] === 'start') send(made('Processor'));
      if (message['type'] !== 'events') return;
      const batch = eventsIn(message, shape);
      // Each emitted event: index of its source event and of its sink, u32 both, and the data, at multiples of 8.
      const parts: Uint8Array[] = [];
      batch.forEach(({ metadata }, i) => {
        for (let n = Math.floor(4 * random()); n > 0; n--) {
          const sink = random() < 0.5 ? 0 : 1;
          const [{ data }] = randomEvents(random, sinks[sink]!, 1) as [Event];
          const part = new Uint8Array(8 + inEights(data.length));
          new DataView(part.buffer).setUint32(0, i, true);
          new DataView(part.buffer).setUint32(4, sink, true);
          part.set(data, 8);
          parts.push(part);
          expected[sink]!.push({ metadata, data });
        }
      });
      const emitted = new Uint8Array(parts.flatMap((part) => [...part])).buffer;
      send(done(batch.length, { emitted, emittedCount: parts.length }));
    },
  });
  expect(said).toEqual([{ type: 'done', refusedCounts: [0, 0] }]);
  expect(out).toEqual(expected);
});

test.each(SEEDS)('a source that fills random parts of its rooms (%i)', async (seed) => {
  const random = seededRandom(seed);
  const shape = shapeOf('Out', 1 + Math.floor(9 * random()), 1 + Math.floor(20 * random()));
  const stride = METADATA_BYTES + inEights(dataBytesOf(shape));
  const wanted = Math.floor(200 * random());
  const expected: Uint8Array[] = [];
  const { said, out } = await run({
    sinks: [shape],
    answer: (message, send) => {
      if (message['type'] === 'start') send(made('Importer'));
      if (message['type'] !== 'room') return;
      const room = Math.floor((message['lengthBytes'] as number) / stride);
      const events = randomEvents(random, shape, Math.min(wanted - expected.length, Math.floor((room + 1) * random())));
      const buffer = new Uint8Array(stride * events.length);
      events.forEach(({ data }, i) => {
        // The wait before the event and its time, in seconds.
        new DataView(buffer.buffer).setFloat64(i * stride + 8, expected.length, true);
        buffer.set(data, i * stride + METADATA_BYTES);
        expected.push(data);
      });
      send({ type: 'filled', buffer: buffer.buffer, count: events.length });
      if (expected.length === wanted) send({ type: 'finished' });
    },
  });
  expect(said).toEqual([{ type: 'done', refusedCounts: [0] }]);
  expect(out[0]!.map(({ data }) => data)).toEqual(expected);
  // The counter is the engine's: 0, 1, 2, …
  const counters = out[0]!.map(({ metadata }) => new DataView(metadata.buffer).getBigInt64(0, true));
  expect(counters).toEqual(expected.map((_, i) => BigInt(i)));
});

const SHAPE = shapeOf('A', 8, 1);
/** Metadata and one item. */
const STRIDE = 32;
const REFUSED = 'its module answered what it was not asked';
const decided = { decisions: new Uint8Array(1) };

/** Answers to the first batch of one event, by the template that gives them. */
const FORGED_DONE: Readonly<Record<string, readonly [string, object]>> = {
  'more events than there were': ['Filter', done(2, { decisions: new Uint8Array(2) })],
  'fewer without a reason': ['Filter', done(0, decided)],
  'a part of an event': ['Filter', done(0.5, { ...decided, hasClosed: true })],
  'less than none': ['Filter', done(-1, { ...decided, hasClosed: true })],
  'a count that is a text': ['Filter', done('1', decided)],
  'a count that is an object': ['Filter', done({ valueOf: 1 }, decided)],
  'no decisions': ['Filter', done(1)],
  'decisions that are a list': ['Filter', done(1, { decisions: [1] })],
  'decisions in a bare buffer': ['Filter', done(1, { decisions: new ArrayBuffer(1) })],
  'a part of an emitted event': ['Processor', done(1, { emitted: new ArrayBuffer(16), emittedCount: 0.5 })],
  'a cut emitted event': ['Processor', done(1, { emitted: new ArrayBuffer(15), emittedCount: 1 })],
  'emitted that is a view': ['Processor', done(1, { emitted: new Uint8Array(16), emittedCount: 1 })],
  'a sink that is not there': [
    'Processor',
    done(1, { emitted: new Uint32Array([0, 1, 0, 0]).buffer, emittedCount: 1 }),
  ],
  'an event that is not there': [
    'Processor',
    done(1, { emitted: new Uint32Array([1, 0, 0, 0]).buffer, emittedCount: 1 }),
  ],
  'events for an end': ['Exporter', { type: 'finished' }],
  'room of a reader': ['Exporter', { type: 'filled', buffer: new ArrayBuffer(STRIDE), count: 1 }],
};

test.each(Object.entries(FORGED_DONE))('a forged answer is refused: %s', async (_name, [template, forged]) => {
  const { said, out, left } = await run({
    source: SHAPE,
    sinks: [SHAPE],
    events: randomEvents(seededRandom(1), SHAPE, 5),
    answer: ({ type }, send) => {
      if (type === 'start') send(made(template));
      else if (type === 'events') send(forged);
    },
  });
  expect(said).toEqual([
    { type: 'failed', message: REFUSED, code: 'run/failed', lostEventCount: 1, unreadCount: 0, refusedCounts: [0] },
  ]);
  // Nothing forged got through, and the thread holds nothing.
  expect(out).toEqual([[]]);
  expect(left[0]).toMatchObject({ inWorkCount: 0, filledCount: 4 });
});

test('more emitted events than the answer has are refused; the first is one', async () => {
  const { said, out } = await run({
    source: SHAPE,
    sinks: [SHAPE],
    events: randomEvents(seededRandom(1), SHAPE, 5),
    answer: ({ type }, send) => {
      if (type === 'start') send(made('Processor'));
      else if (type === 'events') send(done(1, { emitted: new ArrayBuffer(16), emittedCount: 2 }));
    },
  });
  expect(said[0]).toMatchObject({ type: 'failed', message: REFUSED });
  expect(out[0]!.map(({ data }) => data)).toEqual([new Uint8Array(8)]);
});

const filled = (buffer: unknown, count: unknown) => ({ type: 'filled', buffer, count });
const FORGED_FILLED: Readonly<Record<string, object>> = {
  'more events than its buffer holds': filled(new ArrayBuffer(STRIDE), 2),
  'less than none': filled(new ArrayBuffer(STRIDE), -1),
  'a part of an event': filled(new ArrayBuffer(STRIDE), 0.5),
  'no number': filled(new ArrayBuffer(STRIDE), Number.NaN),
  'no buffer': filled({ byteLength: 1e9 }, 1),
  'a view': filled(new Uint8Array(STRIDE), 1),
  'more memory than it had room for': filled(new ArrayBuffer(STRIDE * 1000), 1),
};

test.each(Object.entries(FORGED_FILLED))("a forged source's answer is refused: %s", async (_name, forged) => {
  const { said, out } = await run({
    sinks: [SHAPE],
    answer: ({ type }, send) => {
      if (type === 'start') send(made('Importer'));
      else if (type === 'room') send(forged);
    },
  });
  expect(said[0]).toMatchObject({ type: 'failed', message: REFUSED });
  expect(out).toEqual([[]]);
});

/** Words at the start, and what the end says of them. */
const FORGED_WORDS: Readonly<Record<string, readonly [unknown, string]>> = {
  nothing: [null, REFUSED],
  'a number': [7, REFUSED],
  'a list': [['done'], REFUSED],
  'a word that does not exist': [{ type: 'open' }, REFUSED],
  'a word in a list': [{ type: ['print'], text: 'x' }, REFUSED],
  'events that nobody gave room for': [filled(new ArrayBuffer(STRIDE), 1), REFUSED],
  'an answer to no batch': [done(1, decided), REFUSED],
  'ready again': [{ type: 'ready' }, REFUSED],
  'a function made twice': [made('Exporter'), REFUSED],
  'a line that is no text': [{ type: 'print', text: { length: 1 } }, REFUSED],
  'a line that takes long to write': [{ type: 'print', text: 2n ** 100_000n }, REFUSED],
  'a picture that is none': [{ type: 'picture', picture: { kind: 'trace', channels: 7, counter: 0n } }, REFUSED],
  'a table of the run': [{ type: 'picture', picture: { kind: 'table', path: '../x', edges: new Map() } }, REFUSED],
  'a reason that is no text': [{ type: 'failed', message: { x: 1 }, code: 'run/failed' }, 'it did not say why'],
  'no reason': [{ type: 'failed' }, 'it did not say why'],
};

test.each(Object.entries(FORGED_WORDS))('a forged word is refused: %s', async (_name, [word, reason]) => {
  const { said } = await run({
    source: SHAPE,
    answer: ({ type }, send) => {
      if (type !== 'start') return;
      send(word);
      send(made('Exporter'));
    },
  });
  expect(said[0]).toMatchObject({ type: 'failed', code: 'run/failed', message: reason });
});

test.each(['__proto__', 'constructor', ['Exporter'], { toString: 'Exporter' }, 7, undefined])(
  'a template that is none is named as such: %s',
  async (template) => {
    const { said } = await run({
      source: SHAPE,
      answer: ({ type }, send) => type === 'start' && send(made(template as string)),
    });
    expect(said[0]).toMatchObject({ type: 'failed', message: expect.stringContaining('returns no template') });
  },
);

test('a long line and a long reason are cut', async () => {
  const long = 'x'.repeat(1_000_000);
  const printed = await run({
    source: SHAPE,
    answer: ({ type }, send) => {
      if (type !== 'start') return;
      send({ type: 'print', text: long });
      send({ type: 'failed', message: long, code: 'device/lost' });
    },
  });
  const [line, failure] = printed.said as unknown as [{ text: string }, { message: string; code: string }];
  expect(line.text).toBe(`${'x'.repeat(16_384)}…`);
  expect(failure.message).toBe(`${'x'.repeat(16_384)}…`);
  expect(failure.code).toBe('run/failed');
  const crashed = await run({
    source: SHAPE,
    answer: ({ type }, send) => type === 'start' && send({ type: 'crashed', reason: long }),
  });
  expect(crashed.crashes).toEqual([`${'x'.repeat(16_384)}…`]);
});

// Twice what a second takes.
test.each([
  ['lines', 9000, { type: 'print', text: 'x'.repeat(1000) }, 'four million characters'],
  ['pictures', 34, trace(new Float32Array(1_000_000)), '64 MB of pictures'],
  ['empty pictures', 140_000, trace(new Float32Array(0)), 'four million characters'],
  ['names', 14, { type: 'picture', picture: histogram('x'.repeat(10_000_000)) }, '64 MB of pictures'],
])('too many %s are an end', async (_what, count, word, reason) => {
  const { said } = await run({
    source: SHAPE,
    answer: ({ type }, send) => {
      if (type === 'start') for (let i = 0; i < count; i++) send(word);
    },
  });
  expect(said.at(-1)).toMatchObject({ type: 'failed', message: expect.stringContaining(reason) });
});

function trace(values: Float32Array) {
  return { type: 'picture', picture: { kind: 'trace', channels: [{ name: 'x', values }], counter: 0n } };
}

function histogram(channel: string) {
  return { kind: 'histogram', channel, edges: new Float64Array(2), counts: new Float64Array(1) };
}

test('a picture brings nothing but its values', async () => {
  const whole = new Float32Array(100_000).fill(1);
  const { said } = await run({
    source: SHAPE,
    answer: ({ type }, send) => {
      if (type !== 'start') return;
      send({
        type: 'picture',
        picture: {
          kind: 'trace',
          channels: [{ name: 'x', values: whole.subarray(5, 7), more: 1 }],
          counter: 3n,
          more: 1,
        },
      });
      send({ type: 'failed', message: 'over', code: 'run/failed' });
    },
  });
  const [{ picture }] = said as unknown as [{ picture: { channels: { values: Float32Array }[] } }];
  expect(picture).toEqual({ kind: 'trace', channels: [{ name: 'x', values: new Float32Array([1, 1]) }], counter: 3n });
  expect(picture.channels[0]!.values.buffer.byteLength).toBe(8);
});
