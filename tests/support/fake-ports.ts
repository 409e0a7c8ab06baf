// Stand-ins for everything outside the application: an instrument that streams sines, recordings and files in
// memory. Runs in Node and in a browser. A test reaches in through the public fields.

import { LabError } from '../../src/base/errors.ts';
import { WRITE_ROWS } from '../../src/formats/writers.ts';
import type { EventStore } from '../../src/model/events.ts';
import type {
  InstrumentChoice,
  InstrumentKind,
  InstrumentReading,
  InstrumentStatus,
} from '../../src/model/instrument.ts';
import type { Parameter, ParameterValue } from '../../src/model/parameter.ts';
import type {
  CopyProgress,
  Exported,
  ExportJob,
  ExportProgress,
  ExportsPort,
  FilesPort,
  InstrumentHandle,
  InstrumentsPort,
  OpenFile,
  Platform,
  Ports,
  RecentFile,
  RecentFilesPort,
  RecordingEntry,
  RecordingOptions,
  RecordingsPort,
  StreamsCapability,
  TotalsCapability,
} from '../../src/model/ports.ts';
import type { RawChoice } from '../../src/model/raw-choice.ts';
import { FakePipelines } from './fake-pipelines.ts';
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
  readonly historyS = 20;
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

  async set(parameterId: string, value: ParameterValue): Promise<void> {
    this.calls.push(`set ${parameterId} ${value}`);
    this.report({ values: { ...this.status.values, [parameterId]: value } });
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

  async reopen(): Promise<void> {
    this.calls.push('reopen');
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
  /** Thrown by the next `open`. */
  refusal: Error | undefined;
  #listeners = new Set<() => void>();

  async choices(): Promise<readonly InstrumentChoice[]> {
    return this.choicesNow;
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

export function recordingEntry(change: Partial<RecordingEntry> = {}): RecordingEntry {
  return {
    id: 'r1',
    fileName: '2026-01-02_030405.jls',
    state: 'finished',
    isElsewhere: false,
    startedUnixMs: Date.UTC(2026, 0, 2, 3, 4, 5),
    durationS: 61.5,
    sizeBytes: 1_250_000_000,
    missingSampleCount: 0,
    recorderLostSampleCount: 0,
    sources: ['JS110 001636'],
    isInMemory: false,
    leftBytes: undefined,
    endedBy: 'stop',
    note: undefined,
    ...change,
  };
}

export class FakeRecordings implements RecordingsPort {
  entries: RecordingEntry[] = [];
  startOptions: RecordingOptions | undefined;
  refusal: Error | undefined;
  #listeners = new Set<() => void>();

  async start(options: RecordingOptions): Promise<RecordingEntry> {
    if (this.refusal) throw this.refusal;
    this.startOptions = options;
    const entry = recordingEntry({
      id: `r${this.entries.length + 1}`,
      state: 'recording',
      durationS: 0,
      sizeBytes: 0,
      sources: options.sources.map(({ instrument }) => instrument.choice.label),
      endedBy: undefined,
    });
    this.entries.unshift(entry);
    this.changed();
    return entry;
  }

  stop(id: string): Promise<RecordingEntry> {
    return this.end(id, { endedBy: 'stop' });
  }

  /** A recording ends, by itself unless told otherwise. */
  end(id: string, change: Partial<RecordingEntry> = { endedBy: 'duration' }): Promise<RecordingEntry> {
    return this.#change(id, { state: 'finished', durationS: 12, sizeBytes: 96_000_000, ...change });
  }

  async list(): Promise<readonly RecordingEntry[]> {
    return [...this.entries];
  }

  repair(id: string): Promise<RecordingEntry> {
    return this.#change(id, { state: 'finished', note: 'Recovered 61.5 s; the last 0.4 s were lost.' });
  }

  async remove(id: string): Promise<void> {
    this.entries = this.entries.filter((entry) => entry.id !== id);
    this.changed();
  }

  async rename(id: string, fileName: string): Promise<void> {
    await this.#change(id, { fileName });
  }

  async file(id: string): Promise<File> {
    return new File(['recording'], this.#get(id).fileName);
  }

  async saveAs(id: string, onProgress: (progress: CopyProgress) => void, signal: AbortSignal): Promise<boolean> {
    const { sizeBytes } = this.#get(id);
    onProgress({ doneBytes: sizeBytes / 2, totalBytes: sizeBytes });
    return new Promise((_, reject) => {
      signal.addEventListener('abort', () => reject(new LabError('cancelled', 'Saving was cancelled.')));
    });
  }

  async estimate() {
    return { usedBytes: 2_000_000_000, leftBytes: 58_000_000_000 };
  }

  onChanged(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  changed(): void {
    for (const listener of this.#listeners) listener();
  }

  #get(id: string): RecordingEntry {
    const entry = this.entries.find((other) => other.id === id);
    if (!entry) throw new LabError('format/not-found', `There is no recording ${id}.`);
    return entry;
  }

  async #change(id: string, change: Partial<RecordingEntry>): Promise<RecordingEntry> {
    const changed = { ...this.#get(id), ...change };
    this.entries = this.entries.map((entry) => (entry.id === id ? changed : entry));
    this.changed();
    return changed;
  }
}

export class FakeFiles implements FilesPort {
  refusal: Error | undefined;
  readonly closedNames: string[] = [];
  /** Names of what was opened, with what lay beside it. */
  readonly openedNames: string[][] = [];
  /** How long the next files are. */
  durationS = 60;
  /** What the next files hold beside signals. */
  events: EventStore | undefined;
  /** Kills the reader of the file that was opened last. */
  killReader: (reason: LabError) => void = () => {};

  async open(file: File, _signal?: AbortSignal, beside: readonly File[] = [], raw?: RawChoice): Promise<OpenFile> {
    if (this.refusal && !raw) throw this.refusal;
    this.openedNames.push([file, ...beside].map(({ name }) => name));
    return {
      ...(this.events && { events: this.events }),
      name: file.name,
      sizeBytes: file.size,
      format: raw ? 'Raw numbers' : 'JLS v2',
      store: new SineStore(this.durationS),
      isRecovered: true,
      diagnostics: [
        {
          severity: 'warning',
          code: 'jls/unclosed',
          message: 'The file was not closed; its end was rebuilt.',
          offsetBytes: 4096,
        },
      ],
      died: new Promise((resolve) => {
        this.killReader = resolve;
      }),
      close: () => {
        this.closedNames.push(file.name);
      },
    };
  }
}

export class FakeRecentFiles implements RecentFilesPort {
  rows: RecentFile[] = [];

  async list(): Promise<readonly RecentFile[]> {
    return [...this.rows];
  }

  async remember(handle: FileSystemFileHandle, nowUnixMs: number): Promise<string> {
    this.rows.unshift({ id: handle.name, name: handle.name, openedUnixMs: nowUnixMs });
    return handle.name;
  }

  async reopen(id: string): Promise<File | undefined> {
    return this.rows.some((row) => row.id === id) ? new File(['recent'], id) : undefined;
  }

  async open(id: string): Promise<File> {
    return new File(['recent'], id);
  }

  async forget(id: string): Promise<void> {
    this.rows = this.rows.filter((row) => row.id !== id);
  }
}

/** Writes nothing: the test ends each export with `finish` or `refuse`. */
export class FakeExports implements ExportsPort {
  readonly formats = WRITE_ROWS;
  readonly jobs: ExportJob[] = [];
  progress: ExportProgress = () => undefined;
  finish: (result: Exported | undefined) => void = () => undefined;
  refuse: (error: Error) => void = () => undefined;

  run(job: ExportJob, onProgress: ExportProgress, signal: AbortSignal): Promise<Exported | undefined> {
    this.jobs.push(job);
    this.progress = onProgress;
    return new Promise((resolve, reject) => {
      this.finish = resolve;
      this.refuse = reject;
      signal.addEventListener('abort', () => reject(new LabError('cancelled', 'The export was cancelled.')));
    });
  }
}

export const FULL_PLATFORM: Platform = {
  isCrossOriginIsolated: true,
  hasWebUsb: true,
  hasWebSerial: true,
  hasPrivateFileSystem: true,
  hasFilePickers: true,
};

export interface FakePorts extends Ports {
  readonly instruments: FakeInstruments;
  readonly recordings: FakeRecordings;
  readonly files: FakeFiles;
  readonly recentFiles: FakeRecentFiles;
  readonly exports: FakeExports;
  readonly pipelines: FakePipelines;
}

export function fakePorts(platform: Platform = FULL_PLATFORM): FakePorts {
  return {
    instruments: new FakeInstruments(),
    recordings: new FakeRecordings(),
    files: new FakeFiles(),
    recentFiles: new FakeRecentFiles(),
    exports: new FakeExports(),
    pipelines: new FakePipelines(),
    platform,
  };
}
