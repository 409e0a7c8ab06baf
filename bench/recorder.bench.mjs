// The recorder's own work: all signals of a JS110 from the stream ring through the JLS writer into a sink that only
// counts. The limit beside it is real time, two million samples a second of each signal.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { bundleForNode } from '../scripts/bundle.mjs';
import { ROOT } from '../scripts/run.mjs';
import { median, report, round } from './measure.mjs';

const RATE_HZ = 2_000_000;
const CAPACITY_SAMPLES = 4_194_304;
/** A recorder looks at the ring every 50 ms. */
const TURN_SAMPLES = 100_000;
const REPEATS = 7;

const lab = await import(pathToFileURL(await bundleForNode('bench/recorder-entry.ts', 'recorder-entry')));
const module = new WebAssembly.Module(readFileSync(join(ROOT, 'build', 'core.wasm')));
const signals = lab.js110Signals();
const memory = lab.createMemory(
  lab.StreamRing.byteLength(signals, { capacitySamples: CAPACITY_SAMPLES }) + 16 * 2 ** 20,
);
const core = lab.instantiateCore({ module, memory });
const arena = new lab.Arena(memory, core.exports.heapBase());
const ring = lab.StreamRing.create(core, arena, { signals, capacitySamples: CAPACITY_SAMPLES });
const stage = arena.reserve('stage', TURN_SAMPLES * 4);
const values = new Float32Array(memory.buffer, stage.address, TURN_SAMPLES);
for (let i = 0; i < TURN_SAMPLES; i++) values[i] = Math.sin(i / 100);
const sources = signals.map(() => stage.address);

class CountingSink {
  sizeBytes = 0;
  append(bytes) {
    this.sizeBytes += bytes.byteLength;
  }
  patch() {}
  flush() {}
  close() {}
}

const sink = new CountingSink();
const workspace = lab.createWorkspace(module, lab.jlsWriterWorkspaceBytes(signals.length));
const follower = new lab.SourceFollower({
  rings: [ring],
  writer: new lab.JlsWriter(workspace, sink),
  identity: { model: 'JS110', vendor: 'Jetperch LLC', serialNumber: '000000', firmware: '' },
  signalIds: signals.map(({ id }) => id),
  sourceId: 1,
  firstJlsId: 1,
  reserve: () => undefined,
  nowMs: 0,
});

/** Seconds of recording work for one second of signals; filling the ring is not counted. */
function workForOneSecond() {
  let seconds = 0;
  for (let turn = 0; turn < RATE_HZ / TURN_SAMPLES; turn++) {
    ring.append(sources, TURN_SAMPLES);
    const start = performance.now();
    while (follower.advance(0));
    seconds += (performance.now() - start) / 1000;
  }
  return seconds;
}

workForOneSecond();
const seconds = median(Array.from({ length: REPEATS }, workForOneSecond));
report('recorder', 'recorder', [
  {
    what: 'ring to JLS, three f32, one u4 and two u1 signals at 2 MSPS',
    value: round(1 / seconds, 1),
    unit: '× real time',
    aim: '> 4',
    note: `${round(seconds * 100, 1)} % of one core; ${follower.lostSampleCount} samples lost`,
  },
]);
