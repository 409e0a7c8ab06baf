// JS110 bulk packets to calibrated, suppressed samples in the stream ring. The rivals are the rates of the Cython
// reference (pyjoulescope's stream buffer) on a two-core machine of the reference figures: they cannot be run here.
import { createInstance, loadCore, medianSeconds, report, round } from './measure.mjs';

const PACKETS = 65_536;
const PACKETS_PER_TRANSFER = 256;
const REPEATS = 7;
const CYTHON_WITH_REDUCTIONS = 45;
const CYTHON_WITHOUT = 156;
/** What the instrument sends, in M samples/s. */
const REAL_TIME = 2;

const core = await loadCore();

/** A beacon-like pattern: range 6 with a burst in range 3 every `period` samples. */
function packets(period) {
  const bytes = new Uint8Array(PACKETS_PER_TRANSFER * 512);
  const view = new DataView(bytes.buffer);
  for (let p = 0; p < PACKETS_PER_TRANSFER; p++) {
    view.setUint8(p * 512, 1);
    view.setUint16(p * 512 + 2, 512, true);
    for (let k = 0; k < 126; k++) {
      const n = p * 126 + k;
      const range = n % period < period / 8 ? 3 : 6;
      view.setUint16(p * 512 + 8 + k * 4, ((4000 + ((n * 7919) % 61)) << 2) | (range & 3), true);
      view.setUint16(p * 512 + 10 + k * 4, ((6000 + ((n * 104_729) % 13)) << 2) | ((n & 1) << 1) | (range >> 2), true);
    }
  }
  return { bytes, view };
}

function rate({ mode, period, hasPyramid }) {
  const { instance, arena } = createInstance(core, 256 * 2 ** 20);
  const ring = core.StreamRing.create(instance, arena, { signals: core.js110Signals(), capacitySamples: 8_000_000 });
  const processor = new core.Js110Processor(instance, arena.reserve('js110', core.Js110Processor.byteLength), ring);
  processor.setGains({
    currentOffset: [-2806, -2822, -2820, -2822, -2820, -2820, -2818],
    currentGain: [6.8e-4, 1.6e-4, 1.4e-5, 1.4e-6, 1.4e-7, 1.4e-8, 1.4e-9],
    voltageOffset: [-1150, -2041],
    voltageGain: [9.4e-4, 2.9e-4],
  });
  processor.setSuppression(mode);
  if (!hasPyramid) {
    const header = new DataView(instance.memory.buffer, ring.address);
    ring.signals.forEach((_, k) => {
      const record = core.STREAM_SIGNALS + k * core.STREAM_SIGNAL_BYTES;
      header.setUint32(record + core.STREAM_SIGNAL_LEVEL_COUNT, 0, true);
    });
  }
  const { bytes, view } = packets(period);
  let index = 0;
  const seconds = medianSeconds(REPEATS, () => {
    for (let done = 0; done < PACKETS; done += PACKETS_PER_TRANSFER) {
      for (let p = 0; p < PACKETS_PER_TRANSFER; p++) view.setUint16(p * 512 + 4, index++ & 0xffff, true);
      processor.process(bytes);
    }
  });
  if (ring.health.missingSampleCount > 0) throw new Error('the benchmark lost samples');
  return (PACKETS * 126) / seconds / 1e6;
}

const BEACON = 100_000;
const row = (what, value, rival, isAim = true) => ({
  what,
  value: round(value, 0),
  unit: 'M samples/s',
  ...(isAim ? { aim: `> ${rival}` } : {}),
  note: `${round(value / rival, 1)} × the Cython reference (${rival}, published figure); ${round(value / REAL_TIME, 0)} × real time`,
});
report('js110-processing', 'JS110 processing: packets to three f32 signals, range and two inputs in the ring', [
  row('with pyramid', rate({ mode: 'normal', period: BEACON, hasPyramid: true }), CYTHON_WITH_REDUCTIONS),
  row('without pyramid', rate({ mode: 'normal', period: BEACON, hasPyramid: false }), CYTHON_WITHOUT),
  row(
    'with pyramid, two range switches per 250 samples',
    rate({ mode: 'normal', period: 250, hasPyramid: true }),
    CYTHON_WITH_REDUCTIONS,
    false,
  ),
]);
