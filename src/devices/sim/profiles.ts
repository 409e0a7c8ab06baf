// The loads that can be picked in the Connect list. Currents and times are typical of the kind of circuit named;
// GPI0 is high during the active phase so that logic and analogue data can be aligned by eye.

import { LabError } from '../../base/errors.ts';
import type { SimulationChoice } from '../api/row.ts';
import type { LoadProfile, LoadSegment, LoadShape } from './load.ts';
import type { Random } from './random.ts';

interface Source {
  readonly sourceV: number;
  readonly sourceOhm: number;
}

/** Makes segments of one source; durations in seconds become whole samples, at least one. */
class Builder {
  readonly #source: Source;
  readonly #sampleRateHz: number;

  constructor(source: Source, sampleRateHz: number) {
    this.#source = source;
    this.#sampleRateHz = sampleRateHz;
  }

  make(durationS: number, shape: LoadShape, isActive: boolean, source = this.#source): LoadSegment {
    const lengthSamples = Math.max(1, Math.round(durationS * this.#sampleRateHz));
    return { lengthSamples, shape, isActive, ...source };
  }

  idle(durationS: number, currentA: number): LoadSegment {
    return this.make(durationS, { kind: 'constant', currentA }, false);
  }

  active(durationS: number, currentA: number): LoadSegment {
    return this.make(durationS, { kind: 'constant', currentA }, true);
  }
}

const BLE_SOURCE = { sourceV: 3.0, sourceOhm: 0.8 };
const BLE_SLEEP_A = 2.2e-6;

/** One advertising event on three channels, then the decay into sleep. */
function* bleEvent(b: Builder): Generator<LoadSegment, void> {
  yield b.make(400e-6, { kind: 'ramp', fromA: BLE_SLEEP_A, toA: 1.1e-3 }, true);
  yield b.active(300e-6, 3.4e-3);
  for (let channel = 0; channel < 3; channel++) {
    yield b.active(376e-6, 8.2e-3);
    yield b.active(150e-6, 4e-3);
    yield b.active(150e-6, 5.9e-3);
  }
  yield b.active(350e-6, 3e-3);
  yield b.make(600e-6, { kind: 'decay', fromA: 3e-3, toA: BLE_SLEEP_A, tauS: 30e-6 }, false);
}

/** Length of bleEvent. */
const BLE_EVENT_S = (400 + 300 + 3 * (376 + 150 + 150) + 350 + 600) * 1e-6;

const bleBeacon: LoadProfile = {
  id: 'ble-beacon',
  label: 'BLE beacon',
  *segments(random, sampleRateHz) {
    const b = new Builder(BLE_SOURCE, sampleRateHz);
    for (;;) {
      // Advertising interval 100 ms plus the random delay of up to 10 ms that Bluetooth asks for.
      yield b.idle(0.1 + random.between(0, 0.01) - BLE_EVENT_S, BLE_SLEEP_A);
      yield* bleEvent(b);
    }
  },
};

const bootInrush: LoadProfile = {
  id: 'boot-inrush',
  label: 'Boot inrush',
  *segments(random, sampleRateHz) {
    const b = new Builder({ sourceV: 5.0, sourceOhm: 0.12 }, sampleRateHz);
    for (;;) {
      yield b.idle(0.2, 0);
      yield b.make(2e-6, { kind: 'ramp', fromA: 0, toA: 3.1 }, true);
      yield b.make(700e-6, { kind: 'decay', fromA: 3.1, toA: 45e-3, tauS: 70e-6 }, true);
      yield b.make(3e-3, sine(45e-3, 0.15 * 45e-3, 22_000), true);
      yield b.active(0.12, 80e-3);
      for (let step = 0; step < 50; step++) yield b.active(5e-3, random.between(220e-3, 260e-3));
      yield b.make(0.5, sine(120e-3, 30e-3, 27_000), true);
      for (let tick = 0; tick < 700; tick++) {
        yield b.idle(3e-3, 18e-3);
        yield b.idle(1e-3, 90e-3);
      }
    }
  },
};

const batterySag: LoadProfile = {
  id: 'battery-sag',
  label: 'Battery sag',
  *segments(_random, sampleRateHz) {
    const b = new Builder(BLE_SOURCE, sampleRateHz);
    // A coin cell: 10 Ω inside, and each second of load takes it down towards 2.0 V, from where it is replaced.
    let sourceV = 3.0;
    for (;;) {
      for (let slice = 0; slice < 50; slice++) {
        sourceV -= 2e-4;
        yield b.make(2e-3, { kind: 'constant', currentA: 25e-3 }, true, { sourceV, sourceOhm: 10 });
      }
      for (let slice = 0; slice < 90; slice++) {
        sourceV += 1e-4;
        yield b.make(10e-3, { kind: 'constant', currentA: 4e-6 }, false, { sourceV, sourceOhm: 10 });
      }
      if (sourceV < 2.0) sourceV = 3.0;
    }
  },
};

const sensorLogger: LoadProfile = {
  id: 'sensor-logger',
  label: 'Sensor logger',
  *segments(_random, sampleRateHz) {
    const b = new Builder({ sourceV: 3.3, sourceOhm: 0.5 }, sampleRateHz);
    for (let second = 1; ; second++) {
      yield b.idle(0.95, 0.9e-6);
      yield b.active(60e-6, 40e-6);
      if (second % 10 === 0) yield b.active(3e-3, 1.2e-3);
      if (second % 60 === 0) yield b.active(22e-3, 14e-3);
      yield b.idle(0.05 - 60e-6, 0.9e-6);
    }
  },
};

const cellular: LoadProfile = {
  id: 'cellular-uplink',
  label: 'Cellular uplink',
  *segments(random, sampleRateHz) {
    const b = new Builder({ sourceV: 3.8, sourceOhm: 0.25 }, sampleRateHz);
    for (;;) {
      yield b.idle(2, 5e-6);
      yield b.active(0.3, 30e-3);
      for (let step = 0; step < 100; step++) yield b.active(0.02, random.between(80e-3, 110e-3));
      for (let burst = 0; burst < 100; burst++) {
        yield b.active(1e-3, 0.48);
        yield b.active(9e-3, 60e-3);
      }
      yield b.active(5, 20e-3);
    }
  },
};

const motor: LoadProfile = {
  id: 'motor-pwm',
  label: 'Motor with PWM',
  *segments(_random, sampleRateHz) {
    const b = new Builder({ sourceV: 12, sourceOhm: 0.15 }, sampleRateHz);
    for (;;) {
      yield b.idle(0.5, 2e-3);
      // 20 kHz, 40 % duty: the current climbs while the switch is closed and falls while it is open.
      for (let period = 0; period < 60_000; period++) {
        const meanA = 1.8 + (6 - 1.8) * Math.exp(-(period * 50e-6) / 12e-3);
        yield b.make(20e-6, { kind: 'ramp', fromA: meanA * 0.9, toA: meanA * 1.1 }, true);
        yield b.make(30e-6, { kind: 'ramp', fromA: meanA * 1.1, toA: meanA * 0.9 }, true);
      }
    }
  },
};

const BENCH_SOURCE = { sourceV: 5, sourceOhm: 0.1 };

/** A test signal that repeats a few segments for ever. */
function testSignal(
  id: string,
  label: string,
  cycle: (b: Builder, random: Random) => Iterable<LoadSegment>,
): LoadProfile {
  return {
    id: `test-${id}`,
    label: `Test: ${label}`,
    *segments(random, sampleRateHz) {
      const b = new Builder(BENCH_SOURCE, sampleRateHz);
      for (;;) yield* cycle(b, random);
    },
  };
}

function sine(meanA: number, amplitudeA: number, frequencyHz: number): LoadShape {
  return { kind: 'sine', meanA, amplitudeA, frequencyHz, phaseRad: 0 };
}

/** Mid-range currents from the 18 µA to the 10 A range. */
const STAIRCASE_A = [1e-6, 10e-6, 100e-6, 1e-3, 10e-3, 0.1, 1, 4];

const testSignals: readonly LoadProfile[] = [
  testSignal('dc', '10 mA constant', (b) => [b.idle(1, 10e-3)]),
  testSignal('staircase', 'all ranges', (b) =>
    [...STAIRCASE_A, ...STAIRCASE_A.toReversed()].map((currentA, step) =>
      b.make(10e-3, { kind: 'constant', currentA }, step % 2 === 0),
    ),
  ),
  testSignal('sine-1k', '1 kHz sine', (b) => [b.make(1, sine(50e-3, 40e-3, 1000), false)]),
  testSignal('sine-200k', '200 kHz sine', (b) => [b.make(1, sine(50e-3, 40e-3, 200_000), false)]),
  testSignal('ramp', 'ramp to 10 A', (b) => [
    b.make(0.5, { kind: 'ramp', fromA: 0, toA: 10 }, true),
    b.make(0.5, { kind: 'ramp', fromA: 10, toA: 0 }, false),
  ]),
  testSignal('noise', 'white noise', (b) => [b.make(1, { kind: 'noise', meanA: 50e-3, rmsA: 5e-3 }, false)]),
  testSignal('drift', 'slow drift', (b) => [
    b.make(60, { kind: 'ramp', fromA: 1e-3, toA: 1.1e-3 }, true),
    b.make(60, { kind: 'ramp', fromA: 1.1e-3, toA: 1e-3 }, false),
  ]),
  testSignal('negative', '−5 mA', (b) => [b.idle(1, -5e-3)]),
];

/** In the order of the Connect list. */
export const LOAD_PROFILES: readonly LoadProfile[] = [
  bleBeacon,
  bootInrush,
  batterySag,
  sensorLogger,
  cellular,
  motor,
  ...testSignals,
];

/** Throws `device/unsupported` for one that there is not. */
export function profileOf(id: string): LoadProfile {
  const found = LOAD_PROFILES.find((profile) => profile.id === id);
  if (found) return found;
  throw new LabError('device/unsupported', `There is no simulated load named ${id}. Choose one of the list.`);
}

/** A simulated unit for each load; real ones have six digits too. */
export function simulationsFrom(firstSerialNumber: number): readonly SimulationChoice[] {
  return LOAD_PROFILES.map(({ id, label }, index) => ({ id, label, serialNumber: String(firstSerialNumber + index) }));
}
