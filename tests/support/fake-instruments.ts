// Instruments that stream sines. Runs in Node and in a browser. A test reaches in through the public fields.

import type {
  InstrumentChoice,
  InstrumentKind,
  InstrumentReading,
  InstrumentStatus,
  RememberedValues,
} from '../../src/model/instrument.ts';
import type { LiveTraces } from '../../src/model/live-traces.ts';
import type { Parameter, ParameterValue } from '../../src/model/parameter.ts';
import type {
  ConsoleCapability,
  DescribedInstrument,
  HeldData,
  InstrumentHandle,
  InstrumentsPort,
  ScreenCapability,
  SequenceCapability,
  SpectraCapability,
  StreamsCapability,
  TotalsCapability,
} from '../../src/model/ports.ts';
import type { PublicationPlan } from '../../src/model/publication.ts';
import { SineStore } from './sine-store.ts';

export const KINDS: readonly InstrumentKind[] = [
  {
    id: 'js110',
    model: 'JS110',
    vendor: 'Joulescope',
    description: 'Energy analyser: current, voltage and power.',
    usb: [{ vendorId: 0x16d0, productId: 0x0e88 }],
  },
  {
    id: 'js220',
    model: 'JS220',
    vendor: 'Jetperch',
    description: 'Energy analyser with several rates.',
    usb: [{ vendorId: 0x16d0, productId: 0x10ba }],
  },
];

export const SIM_CHOICE: InstrumentChoice = {
  id: 'sim-js110:ble-beacon',
  kind: 'js110',
  model: 'JS110',
  serialNumber: '',
  label: 'Simulated JS110 (BLE beacon)',
  isSimulated: true,
  simulation: 'BLE beacon',
};

export const SIM_JS220_CHOICE: InstrumentChoice = {
  id: 'sim-js220:boot',
  kind: 'js220',
  model: 'JS220',
  serialNumber: '900101',
  label: 'Simulated JS220 (boot)',
  isSimulated: true,
  simulation: 'Boot inrush',
};

export const REAL_CHOICE: InstrumentChoice = {
  id: 'js110:001636',
  kind: 'js110',
  model: 'JS110',
  serialNumber: '001636',
  label: 'JS110 001636',
  isSimulated: false,
};

const PARAMETERS: readonly Parameter[] = [
  {
    id: 'current.range',
    kind: 'choice',
    group: 'Current',
    label: 'Current range',
    help: 'Automatic follows the signal. A fixed range avoids switching.',
    choices: [
      { value: 'auto', label: 'Automatic' },
      { value: '10A', label: '10 A' },
      { value: '18uA', label: '18 µA' },
    ],
    default: 'auto',
  },
  {
    id: 'current.limit',
    kind: 'number',
    group: 'Current',
    label: 'Limit',
    help: 'The output is switched off above this current.',
    unit: 'A',
    min: 0,
    max: 10,
    step: 0.001,
    default: 1,
  },
  { id: 'output.on', kind: 'toggle', group: 'Output', label: 'Target power', help: 'Feeds the target.', default: true },
  {
    id: 'info.firmware',
    kind: 'text',
    group: 'Identity',
    label: 'Firmware',
    help: 'Version of the firmware.',
    isReadOnly: true,
    default: '',
  },
  { id: 'device.blink', kind: 'action', group: 'Identity', label: 'Blink', help: 'Blinks the light for a second.' },
  {
    id: 'current.window',
    kind: 'number',
    group: 'Current',
    label: 'Suppression window',
    help: 'Samples that are replaced around a range switch.',
    unit: '',
    min: 1,
    max: 12,
    step: 1,
    default: 3,
    isExpert: true,
  },
];

const IDLE: InstrumentStatus = {
  state: 'idle',
  identity: { model: 'JS110', vendor: 'Jetperch', serialNumber: '001636', firmware: '1.3.0' },
  parameters: PARAMETERS,
  values: {
    'current.range': 'auto',
    'current.limit': 1,
    'output.on': true,
    'info.firmware': '1.3.0',
    'current.window': 3,
  },
  capabilities: ['streams', 'totals'],
  channels: [
    {
      kind: 'stream',
      id: 'samples',
      signals: [
        { id: 'current', name: 'current', unit: 'A', dtype: 'f32', sampleRateHz: 2_000_000 },
        { id: 'voltage', name: 'voltage', unit: 'V', dtype: 'f32', sampleRateHz: 2_000_000 },
      ],
    },
  ],
  health: { receivedSampleCount: 0, missingSampleCount: 0, gapCount: 0, badPacketCount: 0, deviceDropCount: 0 },
  reading: undefined,
  workerLoad: 0,
  sequence: undefined,
  publication: undefined,
  notice: undefined,
  problem: undefined,
};

/** What an energy analyser shows; NaN where a test says nothing. */
export function fakeReading(
  shown: Partial<Record<'currentA' | 'voltageV' | 'powerW' | 'chargeC' | 'energyJ', number>>,
  accumulatedS = 0,
): InstrumentReading {
  const { currentA = Number.NaN, voltageV = Number.NaN, powerW = Number.NaN } = shown;
  const { chargeC = Number.NaN, energyJ = Number.NaN } = shown;
  return {
    utc: 0n as InstrumentReading['utc'],
    values: [
      { id: 'current', label: 'Current', unit: 'A', value: currentA },
      { id: 'voltage', label: 'Voltage', unit: 'V', value: voltageV },
      { id: 'power', label: 'Power', unit: 'W', value: powerW },
      { id: 'charge', label: 'Charge', unit: 'C', value: chargeC, isTotal: true },
      { id: 'energy', label: 'Energy', unit: 'J', value: energyJ, isTotal: true },
    ],
    accumulatedS,
  };
}

export class FakeInstrument implements InstrumentHandle {
  readonly choice: InstrumentChoice;
  readonly store = new SineStore();
  traces: LiveTraces | undefined = undefined;
  console: ConsoleCapability | undefined = undefined;
  screen: ScreenCapability | undefined = undefined;
  sequence: SequenceCapability | undefined = undefined;
  spectra: SpectraCapability | undefined = undefined;
  readonly history = { samplesS: 20, overviewS: 600, samplesBytes: 540e6, overviewBytes: 64e6 };
  readonly calls: string[] = [];
  status: InstrumentStatus = IDLE;
  #listeners = new Set<(status: InstrumentStatus) => void>();

  constructor(choice: InstrumentChoice) {
    this.choice = choice;
  }

  /** Makes the instrument report something. */
  report(change: Partial<InstrumentStatus>): void {
    this.status = { ...this.status, ...change };
    for (const listener of this.#listeners) listener(this.status);
  }

  onStatus(listener: (status: InstrumentStatus) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async hold(): Promise<HeldData> {
    this.calls.push('hold');
    return { store: this.store, free: () => this.calls.push('free') };
  }

  async set(parameterId: string, value: ParameterValue): Promise<void> {
    this.calls.push(`set ${parameterId} ${value}`);
    this.report({ values: { ...this.status.values, [parameterId]: value } });
  }

  async publish(plan: PublicationPlan | undefined): Promise<void> {
    this.calls.push(`publish ${plan && `${plan.prefix}:${plan.name} ${plan.writableIds.join(' ')}`}`);
  }

  readonly streams: StreamsCapability = {
    start: async () => {
      this.calls.push('start');
      this.report({ state: 'streaming' });
    },
    stop: async () => {
      this.calls.push('stop');
      this.report({ state: 'idle' });
    },
  };

  readonly totals: TotalsCapability = {
    reset: async () => {
      this.calls.push('reset');
    },
  };

  remembered: RememberedValues | undefined;

  async reopen(remembered?: RememberedValues): Promise<void> {
    this.calls.push('reopen');
    this.remembered = remembered;
    this.report({ state: 'idle', problem: undefined });
  }

  async close(): Promise<void> {
    this.calls.push('close');
    this.report({ state: 'closed' });
  }
}

export class FakeInstruments implements InstrumentsPort {
  readonly kinds = KINDS;
  choicesNow: readonly InstrumentChoice[] = [REAL_CHOICE, SIM_CHOICE];
  readonly opened: FakeInstrument[] = [];
  /** What any files describe. */
  described: DescribedInstrument | undefined;
  /** Thrown by the next `open`. */
  refusal: Error | undefined;
  #listeners = new Set<() => void>();

  async choices(): Promise<readonly InstrumentChoice[]> {
    return this.choicesNow;
  }

  async requestSerialPort(): Promise<undefined> {
    return undefined;
  }

  choiceOfAddress(address: string): InstrumentChoice {
    return { ...REAL_CHOICE, id: `scpi-tcp:${address}`, label: `Instrument at ${address}` };
  }

  choiceOfVariables(names: string): InstrumentChoice {
    return { ...REAL_CHOICE, id: `epics:${names}`, label: `EPICS ${names}` };
  }

  async describedBy(): Promise<DescribedInstrument | undefined> {
    return this.described;
  }

  async requestDevice(): Promise<InstrumentChoice | undefined> {
    return REAL_CHOICE;
  }

  async open(choice: InstrumentChoice): Promise<InstrumentHandle> {
    const refusal = this.refusal;
    this.refusal = undefined;
    if (refusal) throw refusal;
    const instrument = new FakeInstrument(choice);
    this.opened.push(instrument);
    return instrument;
  }

  onChoicesChanged(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}
