// A JS220's frames to samples in the rings, with everything on at full rate: current and voltage as sent, power computed,
// the range and five inputs. There is no rival that could be run here; the limit is real time on one core.
import { loadCore, medianSeconds, report, round } from './measure.mjs';

const SECONDS = 0.5;
const REPEATS = 9;
const FRAMES_PER_TRANSFER = 64;
const COUNTER_HZ = 2_000_000;
const FRAME_BYTES = 512;
const F32_SAMPLES = 126;
const POWER_PORT = 23;
/** Ids that a full frame of each kind covers. */
const FRAME_IDS = { f32: 2 * F32_SAMPLES, u4: 1008, u1: 4032 };
const AIM = 8;

const core = await loadCore();

/** What arrives in `SECONDS`, in transfers, in the order in which the frames are complete. */
function capture() {
  const sent = core.JS220_STREAMS.filter(({ port }) => port !== POWER_PORT);
  const frames = [];
  for (const { port, dtype } of sent) {
    const step = FRAME_IDS[dtype];
    for (let id = 0; id + step <= SECONDS * COUNTER_HZ; id += step) frames.push({ port, dtype, id, due: id + step });
  }
  frames.sort((a, b) => a.due - b.due);
  const bytes = new Uint8Array(frames.length * FRAME_BYTES);
  const payload = new Uint8Array(FRAME_BYTES - 4);
  const view = new DataView(payload.buffer);
  frames.forEach(({ port, dtype, id }, index) => {
    view.setUint32(0, id, true);
    for (let k = 0; k < F32_SAMPLES; k++) {
      if (dtype === 'f32') view.setFloat32(4 + k * 4, 1e-3 * Math.sin((id + k) / 5000), true);
      else view.setUint32(4 + k * 4, Math.imul(id + k, 2_654_435_761), true);
    }
    bytes.set(core.encodeFrame(index, port, payload), index * FRAME_BYTES);
  });
  return { bytes, count: frames.length };
}

/** Seconds of stream per second of work. */
function speed({ scale, isPowerWanted }) {
  const feed = new core.Js220Feed({
    clock: { nowMs: () => performance.now(), unixMs: () => Date.now(), after: () => () => undefined },
    history: { samplesS: 10, overviewS: 600 },
    makeHomes: (plan) => core.makeHomes(core.module, plan),
  });
  const { processor } = feed;
  processor.setScale({ current: scale, voltage: 1 });
  for (const { port } of core.JS220_STREAMS) if (port !== POWER_PORT || isPowerWanted) processor.enable(port, true);
  const { bytes, count } = capture();
  const view = new DataView(bytes.buffer);
  const transferBytes = FRAMES_PER_TRANSFER * FRAME_BYTES;
  let startId = 0;
  const seconds = medianSeconds(REPEATS, () => {
    processor.setTimeMap({ counter: startId, utc: 0n, rateHz: COUNTER_HZ });
    for (let at = 0; at < bytes.length; at += transferBytes) {
      const transfer = bytes.subarray(at, at + transferBytes);
      for (const { port, payload } of core.decodeFrames(transfer)) processor.take(port, payload);
      feed.endTransfer();
    }
    // The next pass goes on where this one ended.
    const ids = SECONDS * COUNTER_HZ;
    for (let k = 0; k < count; k++) {
      view.setUint32(k * FRAME_BYTES + 4, view.getUint32(k * FRAME_BYTES + 4, true) + ids, true);
    }
    startId += ids;
  });
  if (feed.homes.rings[2].endSample === 0 && isPowerWanted) throw new Error('the benchmark computed no power');
  return SECONDS / seconds;
}

const row = (what, options) => {
  const value = speed(options);
  return { what, value: round(value, 0), unit: '× real time', aim: `> ${AIM}`, note: 'one core' };
};
report('js220-processing', 'JS220 processing: frames to rings, all streams at full rate', [
  row('current, voltage, power computed, range, five inputs', { scale: 1, isPowerWanted: true }),
  row('the same, with a factor on current', { scale: 2.5, isPowerWanted: true }),
  row('without power', { scale: 1, isPowerWanted: false }),
]);
