// Simulated pulses of cosmic muons in up to four detector layers, as the muon example of mimoCoRB2 makes them:
// passing muons give one pulse in every layer, stopped ones a pulse in the upper two and a delayed one, upwards or
// downwards, whose time and direction follow the muon's decay and its spin precession.

import { LabError } from '../../base/errors.ts';
import { createNormal, exponentialWait } from './random.ts';
import type { Importer, WorkerContext } from './template.ts';

/** Mean life of the muon at rest in ns (Particle Data Group: 2196.98). */
const MUON_LIFE_NS = 2197;
/** Period of the spin precession in the example's magnetic field. */
const SPIN_PERIOD_NS = 0.85 * MUON_LIFE_NS;
/** Relative amplitude of the up-down asymmetry. */
const SPIN_AMPLITUDE = 0.05;
const STOPPING_LAYERS = 2;
const MAX_LAYERS = 4;

/** Endless for `eventcount` −1; otherwise `eventcount` + 1 events, like the reference. Voltages in mV. */
export function simulateMuons(context: WorkerContext): Importer {
  const { config, random } = context;
  const sink = context.sinks[0];
  if (!sink) throw new LabError('setup/invalid', 'Importer must have 1 sink.');
  const channels = sink.dtype.fields.map(({ name }) => name);
  const layerCount = channels.length;
  const offsetMv = config.number('analogue_offset') * 1000;
  const triggerMv = config.number('trigger_level', offsetMv) - offsetMv;
  const sampleTimeNs = config.number('sample_time_ns');
  const triggerSample = config.number('pre_trigger_samples');
  const eventLimit = config.number('eventcount', 1000);
  const meanWaitS = config.number('sleeptime', 0.1);
  const isRandomWait = config.boolean('random', false);
  const pulseSamples = config.number('pulseWindow', 100);
  const heightsMv = config.numbers('pulseHeight', [250]);
  const meanHeightMv = heightsMv.reduce((sum, height) => sum + height, 0) / heightsMv.length;
  const spreadMv = config.number('pulseSpread', heightsMv[0]! * 0.3);
  const efficiency = config.number('prbIteraction', 0.95);
  const stoppingProbability = config.number('prb2ndPulse', 0.1);
  const noiseMv = meanHeightMv / 30;
  const normal = createNormal(random);
  const pulse = Float64Array.from({ length: pulseSamples }, (_, i) => Math.exp((-4 * i) / pulseSamples));
  const layers = channels.map(() => new Float32Array(sink.dataLength));
  let eventCount = 0;

  const drawHeight = (): number => {
    const base = heightsMv[Math.floor(random() * heightsMv.length)]!;
    return base + spreadMv * normal();
  };
  const addPulse = (layer: number, start: number, heightMv: number): void => {
    if (random() >= efficiency) return;
    const trace = layers[layer]!;
    const end = Math.min(start + pulseSamples, trace.length);
    for (let i = start; i < end; i++) trace[i]! += heightMv * pulse[i - start]!;
  };
  const simulate = (): void => {
    for (const trace of layers) {
      for (let i = 0; i < trace.length; i++) trace[i] = offsetMv + noiseMv * (0.5 - random());
    }
    const isStopped = random() < stoppingProbability;
    for (let layer = 0; layer < (isStopped ? Math.min(STOPPING_LAYERS, layerCount) : layerCount); layer++) {
      let heightMv = drawHeight();
      while (layer === 0 && heightMv < triggerMv) heightMv = drawHeight();
      addPulse(layer, triggerSample, heightMv);
    }
    if (!isStopped) return;
    const decayNs = exponentialWait(random, MUON_LIFE_NS);
    const start = Math.trunc(decayNs / sampleTimeNs) + triggerSample;
    const isUp = random() > 0.5 + 0.5 * SPIN_AMPLITUDE * Math.cos((2 * Math.PI * decayNs) / SPIN_PERIOD_NS);
    const first = isUp ? 0 : Math.min(layerCount, STOPPING_LAYERS);
    const end = Math.min(layerCount, isUp ? STOPPING_LAYERS : MAX_LAYERS);
    for (let layer = first; layer < end; layer++) {
      const heightMv = drawHeight();
      if (start < sink.dataLength - pulseSamples) addPulse(layer, start, heightMv);
    }
  };

  return {
    template: 'Importer',
    isSimulated: true,
    next: (sleep) => {
      if (eventLimit !== -1 && eventCount > eventLimit) return false;
      eventCount++;
      simulate();
      sleep(isRandomWait ? exponentialWait(random, meanWaitS) : meanWaitS);
      return true;
    },
    write: (event) => {
      for (const [layer, channel] of channels.entries()) event.writeChannel(channel, layers[layer]!);
    },
  };
}
