// Event ring: one writer thread and one reader thread, spinning and sleeping, small events and 64 KiB slots. The
// rival for the large slots is TypedArray.set from the same source in the same process. Then more readers than
// processors, beside one reader in the same run.
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { bundleForNode } from '../scripts/bundle.mjs';
import { loadCore, median, report, round } from './measure.mjs';
import { mimoRate } from './mimocorb2.mjs';

const REPEATS = 5;
const LARGE_BYTES = 65_536;
/** Published: events per second of mimoCoRB2 0.0.3 with 26-byte slots and one reader on a two-core machine. */
const MIMO_EVENTS_PER_S = 66_000;
const MIMO_SETUP = `
Buffers: {In: {slot_count: 128, data_length: 1, data_dtype: {a: i2}}}
Workers:
  burst: {file: mimocorb2_functions.py, function: burst, sinks: [In], config: {count: 100000}}
  out: {function: exporters.drain, sources: [In]}
`;

const worker = await bundleForNode('bench/event-ring.worker.ts', 'event-ring.worker');
const core = await loadCore();
const { module } = core;

/** Seconds that `eventCount` events take from a writer thread to `readerCount` reader threads. */
async function run({ slotCount, dataBytes, eventCount, spinCount, isLarge, readerCount = 1 }) {
  const memory = core.createMemory(64 * 2 ** 20);
  const own = core.instantiateCore({ module, memory });
  const arena = new core.Arena(memory, own.exports.heapBase());
  const source = arena.reserve('source', LARGE_BYTES);
  const gateAddress = arena.reserve('gate', 4).address;
  const ring = core.EventRing.create(own, arena, { slotCount, metadataBytes: 24, dataBytes, writerCount: 1 });
  const gate = new Int32Array(memory.buffer, gateAddress, 1);
  const base = { seed: { module, memory }, descriptor: ring.descriptor, gateAddress, eventCount, spinCount };
  const threads = Array.from({ length: 1 + readerCount }, (_, index) => {
    const role = index === 0 ? 'write' : 'read';
    const thread = new Worker(worker, {
      workerData: { ...base, role, readerIndex: index - 1, sourceAddress: isLarge ? source.address : 0 },
    });
    const next = () => new Promise((resolve, reject) => thread.once('message', resolve).once('error', reject));
    return { thread, next, ready: next() };
  });
  await Promise.all(threads.map(({ ready }) => ready));
  const done = threads.slice(1).map(({ next }) => next());
  const start = performance.now();
  Atomics.store(gate, 0, 1);
  Atomics.notify(gate, 0);
  const counts = await Promise.all(done);
  const seconds = (performance.now() - start) / 1000;
  const readCount = counts.reduce((sum, count) => sum + count, 0);
  if (readCount !== eventCount) throw new Error(`${readCount} events instead of ${eventCount}`);
  await Promise.all(threads.map(({ thread }) => thread.terminate()));
  return seconds;
}

/** Median events per second. */
async function rate(options) {
  const rates = [];
  for (let i = 0; i < REPEATS; i++) rates.push(options.eventCount / (await run(options)));
  return median(rates);
}

/** Bytes per second of TypedArray.set over the same span of shared memory, slot by slot. */
function memcpyRate(slotCount, copyCount) {
  const memory = core.createMemory(64 * 2 ** 20);
  const source = new Uint8Array(memory.buffer, 0, LARGE_BYTES);
  const targets = Array.from(
    { length: slotCount },
    (_, i) => new Uint8Array(memory.buffer, (i + 1) * LARGE_BYTES, LARGE_BYTES),
  );
  const rates = [];
  for (let repeat = 0; repeat < REPEATS + 1; repeat++) {
    const start = performance.now();
    for (let i = 0; i < copyCount; i++) targets[i % slotCount].set(source);
    rates.push((copyCount * LARGE_BYTES) / ((performance.now() - start) / 1000));
  }
  return median(rates.slice(1));
}

const TURNS = 1000;
/** One of two threads that take turns at a word; says how long each lot of turns took, in ns per turn. */
const TURN_TAKER = `
  const { parentPort, workerData: { memory, first, turns, lots } } = require('node:worker_threads');
  const word = new Int32Array(memory, 0, 1);
  const times = [];
  for (let lot = 0, turn = 0; lot < lots; lot++) {
    const start = performance.now();
    for (const end = turn + turns; turn < end; turn++) {
      while (Atomics.load(word, 0) !== 2 * turn + first);
      Atomics.store(word, 0, 2 * turn + first + 1);
    }
    times.push(((performance.now() - start) * 1e6) / (2 * turns));
  }
  parentPort.postMessage(times);
`;

/** Nanoseconds that a cache line takes from one thread to the other: the median over many lots of turns. */
async function handoverNs() {
  const memory = new SharedArrayBuffer(128);
  const [times] = await Promise.all(
    [0, 1].map(
      (first) =>
        new Promise((resolve, reject) => {
          const workerData = { memory, first, turns: TURNS, lots: 300 };
          new Worker(TURN_TAKER, { eval: true, workerData }).once('message', resolve).once('error', reject);
        }),
    ),
  );
  return median(times);
}

const mimo = mimoRate(MIMO_EVENTS_PER_S, MIMO_SETUP);
const besideMimo = (rate) => `${Math.round(rate / mimo.rate)} × mimoCoRB2 (${Math.round(mimo.rate)}/s, ${mimo.origin})`;
const small = { dataBytes: 2, isLarge: false };
const rows = [];
rows.push({
  what: 'this machine: a cache line from one thread to the other',
  value: round(await handoverNs(), 0),
  unit: 'ns',
  note: 'two threads taking turns at one word; an event that moved one line each time would be limited by this',
});
for (const slotCount of [128, 1024]) {
  const spinning = await rate({ ...small, slotCount, eventCount: 8_000_000, spinCount: core.SPIN_FOREVER });
  rows.push({
    what: `26-byte events, ${slotCount} slots, spinning`,
    value: round(spinning / 1e6),
    unit: 'M events/s',
    aim: '≥ 8',
    note: besideMimo(spinning),
  });
  const waiting = await rate({ ...small, slotCount, eventCount: 4_000_000, spinCount: core.DEFAULT_SPIN_COUNT });
  rows.push({
    what: `26-byte events, ${slotCount} slots, wait/notify after ${core.DEFAULT_SPIN_COUNT / 4} µs`,
    value: round(waiting / 1e6),
    unit: 'M events/s',
    aim: '≥ 3',
    note: besideMimo(waiting),
  });
  const sleeping = await rate({ ...small, slotCount, eventCount: 1_000_000, spinCount: 0 });
  rows.push({
    what: `26-byte events, ${slotCount} slots, wait/notify at once`,
    value: round(sleeping / 1e6),
    unit: 'M events/s',
    note: 'no spinning before sleep',
  });
}
const READER_COUNTS = [2, 4, 8];
/** Readers share the events: with more of them none comes later for it, as long as they do not keep each other up. */
for (const [how, spinCount] of [
  [`wait/notify after ${core.DEFAULT_SPIN_COUNT / 4} µs`, core.DEFAULT_SPIN_COUNT],
  ['wait/notify at once', 0],
]) {
  // Long beside the time in which the engine learns the code of each new thread.
  const options = { ...small, slotCount: 128, eventCount: spinCount > 0 ? 6_000_000 : 1_000_000, spinCount };
  const rates = new Map([1, ...READER_COUNTS].map((readerCount) => [readerCount, []]));
  // In turns, so that all of them see the same machine.
  for (let i = 0; i < REPEATS; i++) {
    for (const [readerCount, own] of rates) own.push(options.eventCount / (await run({ ...options, readerCount })));
  }
  for (const readerCount of READER_COUNTS) {
    const [one, many] = [median(rates.get(1)), median(rates.get(readerCount))];
    rows.push({
      what: `26-byte events, 128 slots, ${how}, ${readerCount} readers`,
      value: round((100 * many) / one, 0),
      unit: '% of one reader’s rate',
      aim: spinCount > 0 ? '≥ 67' : '',
      note: `${round(many / 1e6)} M events/s beside ${round(one / 1e6)} M events/s; ${availableParallelism()} processors`,
    });
  }
}
const large = { slotCount: 32, dataBytes: LARGE_BYTES, isLarge: true, eventCount: 100_000 };
const memcpy = memcpyRate(large.slotCount, large.eventCount);
for (const [how, spinCount] of [
  ['spinning', core.SPIN_FOREVER],
  ['wait/notify', core.DEFAULT_SPIN_COUNT],
]) {
  const bytes = (await rate({ ...large, spinCount })) * LARGE_BYTES;
  rows.push({
    what: `64 KiB events, 32 slots, ${how}`,
    value: round((bytes / memcpy) * 100, 0),
    unit: '% of memcpy',
    aim: '≥ 60',
    note: `${round(bytes / 1e9)} GB/s beside ${round(memcpy / 1e9)} GB/s of TypedArray.set`,
  });
}

report('event-ring', 'event ring', rows);
