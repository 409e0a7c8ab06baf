// What the application needs from the outside: instruments, recordings, files. main.ts hands in the real ones
// (workers, OPFS); tests hand in fakes. The page never sees more of them than this.

import type { LabError } from '../base/errors.ts';
import type { CapturesPort } from './captures.ts';
import type { DifferenceOf } from './difference.ts';
import type { EventStore } from './events.ts';
import type {
  ConsoleAnswer,
  HistoryLength,
  InstrumentChoice,
  InstrumentKind,
  InstrumentStatus,
  RememberedValues,
  ScreenPicture,
} from './instrument.ts';
import type { LiveSpectrum } from './live-spectrum.ts';
import type { LiveTraces } from './live-traces.ts';
import type { ParameterValue } from './parameter.ts';
import type { PublicationPlan } from './publication.ts';
import type { ReadChoice } from './read-choice.ts';
import type { Reading } from './reading.ts';
import type { RecordSet } from './record-set.ts';
import type { Sequence } from './sequence.ts';
import type { Annotation, Diagnostic, SignalStore } from './signal-store.ts';
import type { SpectrumInfo } from './spectrum-info.ts';
import type { TraceAnalysis } from './trace-analysis.ts';

/** Samples or records that the instrument sends by itself once started. */
export interface StreamsCapability {
  start(): Promise<void>;
  stop(): Promise<void>;
}

/** Charge, energy and the like, kept by the instrument. */
export interface TotalsCapability {
  /** They count from zero again. */
  reset(): Promise<void>;
}

/** Lines of text to the instrument itself. */
export interface ConsoleCapability {
  /** What may be typed: the instrument knows more. */
  words(): Promise<readonly string[]>;
  /** Rejects with `device/…`, for one in time: no answer is that to another line. */
  ask(line: string): Promise<ConsoleAnswer>;
}

/** The instrument's own screen. */
export interface ScreenCapability {
  /** Rejects with `device/…`: `device/unsupported` where the instrument has no words for it. */
  picture(): Promise<ScreenPicture>;
}

/** A timed programme of its set-points, one at a time. How it goes is in the status. */
export interface SequenceCapability {
  /**
   * Resolves when it runs. Rejects with `setup/invalid` before anything is set, with the number of the step that is wrong
   * (`context.stepIndex`), or with `run/state` while another one runs.
   */
  start(sequence: Sequence): Promise<void>;
  /** What is set stays. */
  stop(): Promise<void>;
}

/** Counts by height, of each input that is analysed. */
export interface SpectraCapability {
  /** As of the newest look at the instrument, a second ago at most. Rejects with `device/…`. */
  read(): Promise<readonly LiveSpectrum[]>;
}

/** What an instrument's channels held at one moment. */
export interface HeldData {
  readonly store: SignalStore;
  /** Nobody reads the copy any more: its memory may serve the next one. */
  free(): void;
}

/** What an instrument's store has room for. */
export interface HistoryRoom extends HistoryLength {
  readonly samplesBytes: number;
  /** What the overview takes beside that. */
  readonly overviewBytes: number;
}

/** An opened instrument, driven by its device worker. */
export interface InstrumentHandle {
  readonly choice: InstrumentChoice;
  /**
   * Live data of all its channels: the last seconds, growing at the end and forgetting at the start. Another object
   * when its channels changed; the old one stays readable for whoever holds it.
   */
  readonly store: SignalStore;
  readonly status: InstrumentStatus;
  /** What its triggers bring; another object when its channels changed. `undefined` while it has no trace channel. */
  readonly traces: LiveTraces | undefined;
  readonly history: HistoryRoom;
  /**
   * A copy of what the store holds now, in as much memory again. Rejects with `wasm/memory`, or
   * with `run/state` when the streams began anew meanwhile.
   */
  hold(): Promise<HeldData>;
  /** Called at most 10 times a second with the newest status; the result unsubscribes. */
  onStatus(listener: (status: InstrumentStatus) => void): () => void;
  set(parameterId: string, value: ParameterValue): Promise<void>;
  /**
   * Serves it to the laboratory as process variables, also after it was opened again; `undefined`: no more. Resolves at
   * once: how it goes is in `status.publication`.
   */
  publish(plan: PublicationPlan | undefined): Promise<void>;
  /** Those that `status.capabilities` names; `undefined` where it cannot. */
  readonly streams: StreamsCapability | undefined;
  readonly totals: TotalsCapability | undefined;
  readonly console: ConsoleCapability | undefined;
  readonly screen: ScreenCapability | undefined;
  readonly sequence: SequenceCapability | undefined;
  readonly spectra: SpectraCapability | undefined;
  /**
   * Opens it again in place after it failed: with new memory, what there was stays for whoever holds it. Its settings are
   * what the instrument has, but for `remembered`: the same unit has those before anybody can use it, as far as it takes
   * them. Rejects with `device/…`; it stays `failed` then. Starting its streams opens it again first, too.
   */
  reopen(remembered?: RememberedValues): Promise<void>;
  close(): Promise<void>;
}

/** What files say of an instrument that is not connected yet. */
export interface DescribedInstrument {
  readonly choice: InstrumentChoice;
  /** Those that say it. */
  readonly files: ReadonlySet<Blob>;
  /** What is said to it at the start: so many commands and questions. */
  readonly talkCount: number;
}

export interface InstrumentsPort {
  /** What can be connected at all. */
  readonly kinds: readonly InstrumentKind[];
  /** What can be opened without asking: simulated instruments and units that were permitted before. */
  choices(): Promise<readonly InstrumentChoice[]>;
  /** The browser's chooser, from a user gesture; `undefined` when the user closed it. */
  requestDevice(): Promise<InstrumentChoice | undefined>;
  /** The browser's chooser of serial ports, from a user gesture; `undefined` when the user closed it. */
  requestSerialPort(baudRate: number): Promise<InstrumentChoice | undefined>;
  /** The entry of an instrument on the network, such as `192.168.1.5:5555`. Throws `setup/invalid`. */
  choiceOfAddress(address: string): InstrumentChoice;
  /** The entry of process variables of the laboratory, by names with spaces between. Throws `setup/invalid`. */
  choiceOfVariables(names: string): InstrumentChoice;
  /**
   * The instrument that one of the files (by path) describes; `undefined` where none does. Rejects with `setup/invalid`
   * for a wrong description, or one that names a file which is not among them.
   */
  describedBy(files: ReadonlyMap<string, Blob>): Promise<DescribedInstrument | undefined>;
  open(choice: InstrumentChoice): Promise<InstrumentHandle>;
  /** Called when permitted units come or go. */
  onChoicesChanged(listener: () => void): () => void;
}

/** `interrupted` can be repaired; of one that `failed` nothing is there any more. */
export type RecordingState = 'recording' | 'finished' | 'interrupted' | 'failed';

/**
 * What ended a recording: the user, its set duration, no more room, the last of its instruments (closed, or silent for too
 * long), or an error of the recorder or of its page.
 */
export type RecordingEnd = 'stop' | 'duration' | 'room' | 'source' | 'error';

/** A recording in the private file system of this browser. */
export interface RecordingEntry {
  readonly id: string;
  readonly fileName: string;
  readonly state: RecordingState;
  /** It is made by another tab of this browser: it can be stopped only there. */
  readonly isElsewhere: boolean;
  readonly startedUnixMs: number;
  /** Of the longest signal, gaps included. */
  readonly durationS: number;
  readonly sizeBytes: number;
  /** Sample times without a value because the instrument or its link lost them. */
  readonly missingSampleCount: number;
  /** Samples that the instrument delivered and that the recorder was too slow for. Kept up while it records. */
  readonly recorderLostSampleCount: number;
  /** Labels of the instruments. */
  readonly sources: readonly string[];
  /** The browser keeps it in memory, as in a private window: it is gone when the window is. */
  readonly isInMemory: boolean;
  /** Most that the browser still gives while it records, as far as it can be known; the disk may hold less. */
  readonly leftBytes: number | undefined;
  /** `undefined` while it records, and where an earlier version did not note it. */
  readonly endedBy: RecordingEnd | undefined;
  /** What happened to it, in words for the user. */
  readonly note: string | undefined;
}

/** Signals of one instrument, each recorded at its own rate. */
export interface RecordingSource {
  readonly instrument: InstrumentHandle;
  /** Streams and values; when left out all that it streams, of one that streams nothing all its values. */
  readonly signalIds?: readonly string[];
}

export interface RecordingOptions {
  /** At least one, each instrument once; all go into one file. */
  readonly sources: readonly RecordingSource[];
  /** End by itself after this many seconds of samples, > 0. */
  readonly durationS?: number;
}

export interface CopyProgress {
  readonly doneBytes: number;
  readonly totalBytes: number;
}

export interface StorageEstimate {
  /** `undefined` where the browser does not say. */
  readonly usedBytes: number | undefined;
  /** What the browser says is left; `undefined` where it says the same whatever is left, as Chromium does. */
  readonly leftBytes: number | undefined;
}

export interface RecordingsPort {
  /**
   * Records what the instruments stream into one file; several recordings may run at once. Rejects with `storage/quota`
   * when there is so little room that it would stop at once.
   */
  start(options: RecordingOptions): Promise<RecordingEntry>;
  /** Finalises the file. Rejects with `run/state` for one of another tab. */
  stop(id: string): Promise<RecordingEntry>;
  /** Newest first, those of other tabs too. `interrupted` entries are what a crash left; `repair` makes them whole. */
  list(): Promise<readonly RecordingEntry[]>;
  repair(id: string): Promise<RecordingEntry>;
  remove(id: string): Promise<void>;
  rename(id: string, fileName: string): Promise<void>;
  /** The finished file, for opening or for a drag out of the window. */
  file(id: string): Promise<File>;
  /** Asks where and copies it there, streamed. False when the user closed the picker. */
  saveAs(id: string, onProgress: (progress: CopyProgress) => void, signal: AbortSignal): Promise<boolean>;
  estimate(): Promise<StorageEstimate>;
  /** Called when any entry changes (size and duration at about 2 Hz while recording). */
  onChanged(listener: () => void): () => void;
}

/** A file that a reader worker holds open. */
export interface OpenFile {
  readonly name: string;
  readonly sizeBytes: number;
  /** Human name of the format, such as `JLS v2`. */
  readonly format: string;
  readonly store: SignalStore;
  /** What the reader noticed: repairs, damage, unknown parts. */
  readonly diagnostics: readonly Diagnostic[];
  /** It was not closed or is damaged, and this is what could be saved of it. */
  readonly isRecovered: boolean;
  /** Version that the file itself states; empty if it states none. */
  readonly version: string;
  /** What the file says of its making, by its own names. */
  readonly metadata: Readonly<Record<string, unknown>>;
  /** Present when there was something to choose in reading it. */
  readonly reading?: Reading | undefined;
  /** Present for files of events. */
  readonly events?: EventStore;
  /** Present for files of counted spectra. */
  readonly spectra?: readonly SpectrumInfo[] | undefined;
  /** Resolves with the reason when what reads the file died: nothing more can be read of it until it is opened again. */
  readonly died: Promise<LabError>;
  close(): void;
}

/** What a file is opened with; each is left out where there is nothing. */
export interface FileCompany {
  /** Files of markers and notes that belong to it (`NAME.anno.jls`). */
  readonly beside?: readonly File[];
  /** Files that came with it, in which parts of it may lie. */
  readonly neighbours?: readonly File[];
  readonly choice?: ReadChoice;
  /** Told from time to time how much of a long file has been read: its share, 0…1. */
  readonly onRead?: (share: number) => void;
  /**
   * Given what stands first in a long file whose opening reads all of it, to be looked at meanwhile; `sizeBytes` is that of
   * the whole. The receiver closes it.
   */
  readonly onBeginning?: (beginning: OpenFile) => void;
}

export interface FilesPort {
  /**
   * Opens by content. Rejects with a FormatError that says where and what to do. Markers and notes that cannot be read
   * are a diagnostic.
   */
  open(file: File, signal?: AbortSignal, company?: FileCompany): Promise<OpenFile>;
}

/** A file that the user opened before and can open again with one click. */
export interface RecentFile {
  readonly id: string;
  readonly name: string;
  readonly openedUnixMs: number;
}

/** Only where the browser has file handles (`Platform.hasFilePickers`); elsewhere the list is empty. */
export interface RecentFilesPort {
  /** Newest first. */
  list(): Promise<readonly RecentFile[]>;
  /** The result is its id. */
  remember(handle: FileSystemFileHandle, nowUnixMs: number): Promise<string>;
  /** From a click: the browser may ask for permission again. */
  open(id: string): Promise<File>;
  /** Calls back when it changes on disk, where the browser watches files; the result ends that. */
  watch(id: string, onChange: () => void): () => void;
  /** Without asking: `undefined` when permission would have to be asked for, or it is not in the list. */
  reopen(id: string): Promise<File | undefined>;
  forget(id: string): Promise<void>;
}

/** What data can be written as. */
export interface ExportFormat {
  /** What its files end in, without the first dot; unique. */
  readonly extension: string;
  /** For people, such as `Table of text`. */
  readonly label: string;
  /** One row per time: its signals must have one rate. */
  readonly isTable: boolean;
  /** A row may cover several samples: `rowBudget` and `reduction` count. */
  readonly canReduce: boolean;
  /** Keeps a time for each sample: files of it can hold stamped signals. */
  readonly keepsTimes: boolean;
  /** Holds one signal. */
  readonly isSingle?: boolean;
  /** Keeps events as events: the first choice for a file of them, and no choice for anything else. */
  readonly isForEvents: boolean;
  /** Keeps records of an oscilloscope, of which one or several are segments of a sequence, with their trigger. */
  readonly isForRecords?: boolean;
}

/** Extension of a bundle of the data and what they are. */
export const BUNDLE_FORMAT = 'zip';
/** Extension of markers and notes alone, in a JLS file beside the recording. */
export const NOTES_FORMAT = 'anno.jls';

/** What stands in a table's row that covers several samples. */
export type ExportReduction = 'mean' | 'mean-min-max' | 'all';

/** An instrument where it lies on the axis of what is exported. */
export interface PlacedInstrument {
  readonly instrument: InstrumentHandle;
  /** Taken in place of its live data. */
  readonly held?: HeldData | undefined;
  /** Goes before the ids of its signals, unlike any other's; empty of the only one. */
  readonly prefix: string;
  /** Seconds from the axis' origin to second 0 of its store; `undefined` while it does not know its time. */
  readonly offsetS: number | undefined;
}

/** A file, instruments (at least one) with what their memories still hold, or records of an oscilloscope. */
export type ExportSource =
  | { readonly kind: 'file'; readonly file: File; readonly company?: FileCompany | undefined }
  | { readonly kind: 'instruments'; readonly instruments: readonly PlacedInstrument[] }
  | { readonly kind: 'records'; readonly records: RecordSet };

export interface ExportJob {
  readonly source: ExportSource;
  readonly fileName: string;
  /** Extension of an export format, BUNDLE_FORMAT or NOTES_FORMAT. */
  readonly format: string;
  /** At least one; a span counts on the first. */
  readonly signalIds: readonly string[];
  /** Seconds on the store's time axis; everything when left out. */
  readonly span?: { readonly startS: number; readonly endS: number } | undefined;
  /** Tables only: most rows, ≥ 1. */
  readonly rowBudget: number;
  readonly reduction: ExportReduction;
  /** Stand in for the texts and markers of the file (what a view does not show of it is kept); formats that cannot hold any leave them out. */
  readonly annotations: readonly Annotation[];
  readonly nowUnixMs: number;
}

/** Part of the work that is done, 0…1. */
export type ExportProgress = (fraction: number) => void;

export interface Exported {
  /** What was written, for opening it again. */
  readonly file: File;
  /** What was done, in sentences for the user. */
  readonly notes: readonly string[];
}

export interface ExportsPort {
  /** In the order in which they are offered; beside BUNDLE_FORMAT and NOTES_FORMAT. */
  readonly formats: readonly ExportFormat[];
  /**
   * Asks where (call it from a click), writes and puts the file there. `undefined` when the user closed the picker.
   * Rejects with a LabError; then the place is as it was.
   */
  run(job: ExportJob, onProgress: ExportProgress, signal: AbortSignal): Promise<Exported | undefined>;
}

/** What the browser offers here; views explain what is missing instead of failing. */
export interface Platform {
  /** Not plain http from another computer, where browsers withhold most of what follows. */
  readonly isSecureContext: boolean;
  readonly isCrossOriginIsolated: boolean;
  /** Threads can share memory. Takes an isolated page, but not every browser gives it to one. */
  readonly hasSharedMemory: boolean;
  readonly hasWebUsb: boolean;
  readonly hasWebSerial: boolean;
  /** It opens: in private windows some browsers have it and refuse it. */
  readonly hasPrivateFileSystem: boolean;
  readonly hasFilePickers: boolean;
}

/** What the browser says to a page that wants to reach the bridge; `prompt`: it asks the user when the page tries. */
export type BridgeAccess = 'granted' | 'denied' | 'prompt';

/** Whether the page may reach the bridge on this computer. Nothing here rejects. */
export interface BridgePort {
  access(): Promise<BridgeAccess>;
  /** Has the browser ask, from a user gesture; resolves with what holds afterwards. */
  ask(): Promise<BridgeAccess>;
}

/** A service that an instrument announces. */
export interface FoundService {
  /** `red-pitaya` stands for its SCPI server, which is not announced. */
  readonly kind: 'scpi-raw' | 'lxi' | 'vxi-11' | 'hislip' | 'red-pitaya';
  readonly port: number;
  /** Whether the bridge leads there, as it was started. */
  readonly isAllowed: boolean;
}

/** What announces itself on the network. Anybody there may announce anything. */
export interface FoundInstrument {
  /** As the instrument gives it. */
  readonly name: string;
  /** IPv4. */
  readonly address: string;
  readonly services: readonly FoundService[];
}

export interface FoundInstruments {
  readonly instruments: readonly FoundInstrument[];
  /** More are announced than the bridge keeps. */
  readonly isFull: boolean;
}

export interface DiscoveryPort {
  /**
   * Has the bridge listen; `onFound` is called with all that is there whenever it changes, `onEnd` once with a sentence when
   * the bridge does not answer, or no more. The result ends it: then neither is called.
   */
  browse(onFound: (found: FoundInstruments) => void, onEnd: (reason: string) => void): () => void;
}

/** Kinds of files of one spectrum that other programs open. */
export type SpectrumFileKind = 'spe' | 'n42' | 'json';

/** The text of such a file; its code comes when it is asked for. `counts` are whole numbers. */
export type SpectrumText = (kind: SpectrumFileKind, info: SpectrumInfo, counts: Float64Array) => Promise<string>;

export interface Ports {
  /** Its code comes when it is asked for. */
  readonly discovery: () => Promise<DiscoveryPort>;
  readonly bridge: BridgePort;
  readonly instruments: InstrumentsPort;
  readonly recordings: RecordingsPort;
  readonly files: FilesPort;
  readonly recentFiles: RecentFilesPort;
  readonly exports: ExportsPort;
  /** Of signals of open files. */
  readonly differenceOf: DifferenceOf;
  /** Its code comes when it is asked for. */
  readonly captures: () => Promise<CapturesPort>;
  readonly spectrumText: SpectrumText;
  /** Of the records of oscilloscopes. */
  readonly traceAnalysis: TraceAnalysis;
  readonly platform: Platform;
}
