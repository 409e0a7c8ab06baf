// An oscilloscope's records, as a test wants them. Runs in Node and in a browser.

import { utcFromUnixMs } from '../../src/base/time.ts';
import type { ChannelState, TraceChannel } from '../../src/model/channel.ts';
import type { InstrumentChoice } from '../../src/model/instrument.ts';
import type { LiveTraces, TraceRecord } from '../../src/model/live-traces.ts';
import type { Parameter, ParameterValue } from '../../src/model/parameter.ts';
import { FakeInstrument } from './fake-instruments.ts';

export const SCOPE_CHOICE: InstrumentChoice = {
  id: 'sim-scope:two',
  kind: 'scope',
  model: 'DHO804',
  serialNumber: 'DHO8A01',
  label: 'Simulated oscilloscope',
  isSimulated: true,
  simulation: 'Rigol DHO804, oscilloscope',
};

const number = (id: string, label: string, unit: string, group: string): Parameter => ({
  kind: 'number',
  id,
  label,
  unit,
  group,
  help: 'The instrument may choose a step of its own.',
  min: unit === 's' && id === 'timeScale' ? 1e-12 : id.endsWith('scale') ? 1e-6 : -1e6,
  max: 1e6,
  step: 0,
  default: 1,
});

const choice = (id: string, label: string, group: string, choices: readonly [string, string][]): Parameter => ({
  kind: 'choice',
  id,
  label,
  group,
  help: 'The instrument may choose a step of its own.',
  choices: choices.map(([value, words]) => ({ value, label: words })),
  default: choices[0]![0],
});

export const SCOPE_PARAMETERS: readonly Parameter[] = [
  choice('run', 'Acquisition', 'Acquisition', [
    ['run', 'Run'],
    ['single', 'Single'],
    ['stop', 'Stop'],
  ]),
  number('1.scale', 'Scale per division', 'V', 'Channel 1'),
  number('1.offset', 'Offset', 'V', 'Channel 1'),
  number('2.scale', 'Scale per division', 'V', 'Channel 2'),
  number('2.offset', 'Offset', 'V', 'Channel 2'),
  number('timeScale', 'Time per division', 's', 'Time'),
  number('timeDelay', 'Time of the middle', 's', 'Time'),
  choice('triggerSource', 'Trigger source', 'Trigger', [
    ['1', 'Channel 1'],
    ['2', 'Channel 2'],
  ]),
  choice('triggerSlope', 'Trigger slope', 'Trigger', [
    ['rise', 'Rising'],
    ['fall', 'Falling'],
  ]),
  number('triggerLevel', 'Trigger level', 'V', 'Trigger'),
];

export const SCOPE_VALUES: Readonly<Record<string, ParameterValue>> = {
  run: 'run',
  '1.scale': 0.5,
  '1.offset': 0.5,
  '2.scale': 2,
  '2.offset': -6,
  timeScale: 1e-4,
  timeDelay: 0,
  triggerSource: '1',
  triggerSlope: 'rise',
  triggerLevel: 0.25,
};

export class FakeTraces implements LiveTraces {
  readonly channel: TraceChannel;
  state: ChannelState = 'live';
  forgottenCount = 0;
  readonly records: TraceRecord[] = [];

  constructor(names: readonly string[] = ['CH1', 'CH2'], mostSamples = 1000, units: readonly string[] = []) {
    const signals = names.map((name, index) => ({ id: name, name, unit: units[index] ?? 'V' }));
    this.channel = { kind: 'trace', id: 'traces', signals, mostSamples };
  }

  get eventCount(): number {
    return this.records.length;
  }

  take(): boolean {
    return false;
  }

  watch(): () => Promise<void> {
    return () => Promise.resolve();
  }

  record(index: number): TraceRecord | undefined {
    return index < this.forgottenCount ? undefined : this.records[index];
  }

  /** A record that is triggered at 0 s in the middle. */
  bring(samples: readonly Float32Array[], values: Readonly<Record<string, ParameterValue>> = SCOPE_VALUES): void {
    const count = samples[0]!.length;
    const stepS = (10 * Number(values['timeScale'] ?? 1e-4)) / count;
    this.records.push({
      triggerUtc: utcFromUnixMs(Date.UTC(2026, 10, 30, 12)),
      startS: -(count / 2) * stepS,
      stepS,
      settings: JSON.stringify(values),
      samples,
    });
  }
}

/** A sine of 1 V and 5 kHz, triggered at 0.25 V, and a square of 0 and 3.3 V that begins a quarter later. */
export function sineAndSquare(count = 1000, noise = 0): readonly Float32Array[] {
  const period = count / 5;
  const start = (period * Math.asin(0.25)) / (2 * Math.PI);
  const place = (i: number) => i - count / 2 + start;
  return [
    Float32Array.from(
      { length: count },
      (_, i) => Math.sin((2 * Math.PI * place(i)) / period) + noise * Math.sin(i * i),
    ),
    Float32Array.from({ length: count }, (_, i) => ((place(i) / period + 9.75) % 1 < 0.5 ? 3.3 : 0)),
  ];
}

/** A scope with two channels that was told to run. */
export function fakeScope(): { readonly scope: FakeInstrument; readonly traces: FakeTraces } {
  const scope = new FakeInstrument(SCOPE_CHOICE);
  const traces = new FakeTraces();
  makeScope(scope, traces);
  return { scope, traces };
}

/** Turns an instrument that was opened into one. */
export function makeScope(scope: FakeInstrument, traces: FakeTraces | undefined): void {
  scope.traces = traces;
  scope.report({
    identity: { model: 'DHO804', vendor: 'RIGOL', serialNumber: 'DHO8A01', firmware: '00.01.02' },
    parameters: SCOPE_PARAMETERS,
    values: SCOPE_VALUES,
    capabilities: [],
    channels: traces ? [traces.channel] : [],
  });
}
