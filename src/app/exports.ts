// Exporting what a view shows: the choice in the dialog, what it comes to, and the export under way.

import { computed, type ReadonlySignal, signal } from '@preact/signals-core';
import type { Clock } from '../base/clock.ts';
import { formatCount } from '../base/si.ts';
import { axisOf, isSameAxis, lengthText } from '../model/axis.ts';
import { overlapProblem, SEGMENT_SIGNAL } from '../model/record-set.ts';
import { isSaturation } from '../model/saturation.ts';
import type { Annotation, SignalInfo, SignalStore } from '../model/signal-store.ts';
import { endTimeOf, isGone, sampleAtTime, startTimeOf, streamsOrAll } from '../model/timing.ts';
import type { Files } from './files.ts';
import {
  BUNDLE_FORMAT,
  type Exported,
  type ExportFormat,
  type ExportReduction,
  type ExportSource,
  type ExportsPort,
  NOTES_FORMAT,
} from './ports.ts';
import type { Toasts } from './toasts.ts';

/** Rows that a spreadsheet can open, less the header. */
export const DEFAULT_ROW_BUDGET = 1_048_575;
/** No budget: a row for every sample. */
export const EVERY_SAMPLE = Number.POSITIVE_INFINITY;

export interface TimeSpan {
  readonly startS: number;
  readonly endS: number;
}

export type ImageKind = 'png' | 'svg' | 'clipboard';

/** What is to be exported: data on screen. */
export interface ExportSubject {
  /** Name of the data, such as that of the file. */
  readonly name: string;
  readonly source: ExportSource;
  readonly store: Pick<SignalStore, 'signals'>;
  readonly hasEvents: boolean;
  /** Left out: there is nothing but everything. */
  readonly visible?: TimeSpan;
  readonly between: TimeSpan | undefined;
  /** Markers and notes of the view. */
  readonly annotations: readonly Annotation[];
  /** Everything is meant, in the data's own kind of file; else what is marked, in the format of last time. */
  readonly isWhole?: boolean;
  readonly saveImage?: (kind: ImageKind) => void;
}

export type RangeName = 'visible' | 'between' | 'all';

export interface ExportChoice {
  /** Extension, as in `ExportJob`. */
  readonly format: string;
  readonly range: RangeName;
  readonly signalIds: readonly string[];
  readonly rowBudget: number;
  readonly reduction: ExportReduction;
}

/** What a choice comes to. */
export interface ExportPlan {
  /** One or two sentences: how much is written, and how. */
  readonly text: string;
  /** Why it cannot be written like this, and what to change. */
  readonly problem: string | undefined;
}

export type ExportState =
  | { readonly kind: 'choosing' }
  | { readonly kind: 'running'; readonly fileName: string; readonly fraction: number }
  | { readonly kind: 'done'; readonly result: Exported };

export interface ExportsOptions {
  readonly port: ExportsPort;
  readonly files: Files;
  readonly toasts: Toasts;
  readonly clock: Clock;
}

const CHOOSING: ExportState = { kind: 'choosing' };
const BUNDLE: ExportFormat = {
  extension: BUNDLE_FORMAT,
  label: 'Bundle: data and settings',
  isTable: false,
  canReduce: false,
  keepsTimes: true,
  isForEvents: false,
};
const NOTES: ExportFormat = {
  extension: NOTES_FORMAT,
  label: 'Markers and notes only',
  isTable: false,
  canReduce: false,
  keepsTimes: true,
  isForEvents: false,
};

export class Exports {
  readonly #port: ExportsPort;
  readonly #files: Files;
  readonly #toasts: Toasts;
  readonly #clock: Clock;
  readonly #subject = signal<ExportSubject | undefined>(undefined);
  readonly #choice = signal<ExportChoice>({
    format: 'jls',
    range: 'all',
    signalIds: [],
    rowBudget: DEFAULT_ROW_BUDGET,
    reduction: 'mean-min-max',
  });
  readonly #state = signal<ExportState>(CHOOSING);
  #abort = new AbortController();

  /** What the present choice comes to; `undefined` while nothing is to be exported. */
  readonly plan: ReadonlySignal<ExportPlan | undefined> = computed(() => {
    const subject = this.#subject.value;
    return subject && planExport(subject, this.#choice.value, this.#chosenFormat(subject));
  });

  constructor({ port, files, toasts, clock }: ExportsOptions) {
    this.#port = port;
    this.#files = files;
    this.#toasts = toasts;
    this.#clock = clock;
  }

  /** Kinds of file that make sense for the data, the best one first. */
  formatsFor({ store, hasEvents, annotations, source }: ExportSubject): readonly ExportFormat[] {
    const forEvents = this.#port.formats.filter(({ isForEvents }) => isForEvents && hasEvents);
    if (source.kind === 'records') {
      // records that overlap lie along no time
      const isOneTime = overlapProblem(source.records) === undefined;
      return [...this.#port.formats.filter(({ isForRecords }) => isOneTime && isForRecords), ...forEvents];
    }
    const isSteady = store.signals().some(({ timing }) => timing === 'steady');
    const others = this.#port.formats.filter(({ isForEvents, keepsTimes }) => !isForEvents && (keepsTimes || isSteady));
    return [...forEvents, ...others, BUNDLE, ...(annotations.length > 0 ? [NOTES] : [])];
  }

  /** What the dialog is open for. */
  get subject(): ReadonlySignal<ExportSubject | undefined> {
    return this.#subject;
  }

  get choice(): ReadonlySignal<ExportChoice> {
    return this.#choice;
  }

  get state(): ReadonlySignal<ExportState> {
    return this.#state;
  }

  /** Opens the dialog. An export under way is shown first. */
  open(subject: ExportSubject): void {
    if (this.#state.value.kind !== 'running') {
      this.#state.value = CHOOSING;
      this.#choice.value = this.#firstChoice(subject, this.#choice.value);
    }
    this.#subject.value = subject;
  }

  /** Closes the dialog; an export under way goes on. */
  close(): void {
    this.#subject.value = undefined;
  }

  choose(change: Partial<ExportChoice>): void {
    const choice = { ...this.#choice.value, ...change };
    const subject = this.#subject.value;
    this.#choice.value = subject && change.format !== undefined ? this.#fitted(subject, choice) : choice;
  }

  /** Asks where and exports. Call from a click. */
  async start(): Promise<void> {
    const subject = this.#subject.value;
    if (!subject || this.#state.value.kind === 'running' || this.plan.value?.problem !== undefined) return;
    const choice = this.#choice.value;
    const fileName = exportName(subject.name, choice);
    this.#abort = new AbortController();
    const show = (fraction: number) => {
      this.#state.value = { kind: 'running', fileName, fraction };
    };
    show(0);
    try {
      const { source, annotations } = subject;
      const { range: _, ...how } = choice;
      const job = {
        source,
        annotations,
        fileName,
        ...how,
        span: spanOf(subject, choice),
        nowUnixMs: this.#clock.unixMs(),
      };
      const result = await this.#port.run(job, show, this.#abort.signal);
      this.#end(result);
    } catch (error) {
      this.#state.value = CHOOSING;
      this.#toasts.fail(`${fileName} was not exported`, error);
    }
  }

  cancel(): void {
    this.#abort.abort();
  }

  /** Opens what was exported. */
  async reopen({ file }: Exported): Promise<void> {
    this.close();
    this.#state.value = CHOOSING;
    await this.#files.open([{ file }]);
  }

  #chosenFormat(subject: ExportSubject, { format } = this.#choice.value): ExportFormat {
    const formats = this.formatsFor(subject);
    return formats.find(({ extension }) => extension === format) ?? formats[0]!;
  }

  /** The choice with signals that go into one table, where the format is one. */
  #fitted(subject: ExportSubject, choice: ExportChoice): ExportChoice {
    const { isTable, isSingle } = this.#chosenFormat(subject, choice);
    if (isSingle) return { ...choice, signalIds: choice.signalIds.filter((id) => id !== SEGMENT_SIGNAL).slice(0, 1) };
    return isTable ? { ...choice, signalIds: oneTable(subject, choice) } : choice;
  }

  /** All signals, of instruments all that they stream; unless everything is meant, between the markers where there are some and in the format of last time. */
  #firstChoice(subject: ExportSubject, last: ExportChoice): ExportChoice {
    const isLastMeant = !subject.isWhole && last.format !== NOTES_FORMAT && last.signalIds.length > 0;
    const format = isLastMeant ? this.#chosenFormat(subject, last) : this.formatsFor(subject)[0]!;
    return this.#fitted(subject, {
      ...last,
      format: format.extension,
      range: subject.between && !subject.isWhole ? 'between' : 'all',
      signalIds: firstSignals(subject).map(({ id }) => id),
    });
  }

  #end(result: Exported | undefined): void {
    const isWatched = this.#subject.value !== undefined;
    this.#state.value = result && isWatched ? { kind: 'done', result } : CHOOSING;
    if (!result || isWatched) return;
    this.#toasts.show({
      kind: 'success',
      title: `${result.file.name} is exported`,
      detail: result.notes.join(' '),
      action: { label: 'Open it', run: () => void this.reopen(result) },
    });
  }
}

/** The name that is suggested for the file. */
export function exportName(name: string, { format, range }: Pick<ExportChoice, 'format' | 'range'>): string {
  const stem = name.replace(/\.[A-Za-z0-9]{1,5}$/, '');
  if (format === NOTES_FORMAT) return `${stem}.${format}`;
  const fileName = `${stem}${range === 'all' ? '' : '-part'}.${format}`;
  return fileName === name ? `${stem}-copy.${format}` : fileName;
}

/** How much a choice writes, and whether it can. */
export function planExport(subject: ExportSubject, choice: ExportChoice, format: ExportFormat): ExportPlan {
  const { rowBudget } = choice;
  const chosen = withSamples(subject, choice);
  const [first] = chosen;
  if (format.extension === NOTES_FORMAT)
    return { text: countOf(subject.annotations.length, 'marker or note', 'markers and notes'), problem: undefined };
  if (!first) return { text: '', problem: 'Choose at least one signal.' };
  if (format.isSingle && chosen.length > 1) {
    return {
      text: '',
      problem: `A .${format.extension} file holds one channel. Choose one, and save the others after it.`,
    };
  }
  const counts = chosen.map((info) => sampleCount(subject, choice, info));
  const isTimed = format.keepsTimes || subject.source.kind === 'records';
  if (!isTimed && chosen.some(({ timing }) => timing === 'stamped')) {
    return {
      text: '',
      problem: `${format.label} states one rate for a signal; not all of these have one. Choose another format.`,
    };
  }
  const isFirstGone = isGone(first, spanOf(subject, choice)?.startS ?? Number.NEGATIVE_INFINITY);
  if (counts[0] === 0) {
    const problem = isFirstGone
      ? `The samples of ${first.name} in this range are no longer in memory. Choose a later range.`
      : `${first.name} has no samples in this range.`;
    return { text: '', problem };
  }
  if (format.isTable && chosen.some((info) => !isInTable(info, first))) {
    return {
      text: '',
      problem: 'A table needs signals of one rate from one instrument. Choose fewer, or another format.',
    };
  }
  const rowCount = format.isTable ? commonCount(subject, choice, chosen) : undefined;
  if (rowCount === 0) {
    return { text: '', problem: 'These signals have no time in common. Choose fewer, or another format.' };
  }
  const parts = [
    `${totalText(counts)} of ${countOf(chosen.length, 'signal', 'signals')}, ${chosenLength(subject, choice, first)}.`,
  ];
  if (rowCount !== undefined && counts.some((count) => count !== rowCount)) {
    parts.push(`Cut to the ${countOf(rowCount, 'row', 'rows')} that all of them have.`);
  }
  const others = format.isTable ? firstSignals(subject).filter((info) => !isInTable(info, first)) : [];
  if (others.length > 0) {
    const names = others.map(({ name }) => name).join(', ');
    parts.push(`Not in a table with ${first.name}, as their times are others: ${names}.`);
  }
  if (format.canReduce && rowCount !== undefined) {
    const perRow = Math.max(1, Math.ceil(rowCount / rowBudget));
    const rows = countOf(Math.floor(rowCount / perRow), 'row', 'rows');
    parts.push(
      perRow === 1 ? `${rows}, every sample in one.` : `${rows} that cover ${formatCount(perRow)} samples each.`,
    );
  }
  if (isFirstGone) parts.push('Samples from before that are no longer in memory.');
  return { text: parts.join(' '), problem: undefined };
}

/** Seconds of the chosen range; `undefined` for everything. */
export function spanOf(subject: ExportSubject, { range }: Pick<ExportChoice, 'range'>): TimeSpan | undefined {
  if (range === 'all') return undefined;
  return range === 'between' ? subject.between : subject.visible;
}

/** Undefined where only the export finds out: part of a signal that has a time for each sample. */
function sampleCount(subject: ExportSubject, choice: ExportChoice, info: SignalInfo): number | undefined {
  const span = spanOf(subject, choice);
  if (!span) return info.endSample - info.startSample;
  if (info.timing === 'stamped') return undefined;
  const at = (timeS: number) =>
    Math.min(Math.max(Math.round(sampleAtTime(info, timeS)), info.startSample), info.endSample);
  return at(span.endS) - at(span.startS);
}

function totalText(counts: readonly (number | undefined)[]): string {
  const total = counts.reduce<number | undefined>(
    (sum, count) => (sum === undefined || count === undefined ? undefined : sum + count),
    0,
  );
  return total === undefined ? 'The samples in this range' : countOf(total, 'sample', 'samples');
}

function chosenLength(subject: ExportSubject, choice: ExportChoice, first: SignalInfo): string {
  const span = spanOf(subject, choice);
  const startS = Math.max(span?.startS ?? Number.NEGATIVE_INFINITY, startTimeOf(first));
  const endS = Math.min(span?.endS ?? Number.POSITIVE_INFINITY, endTimeOf(first));
  return lengthText(axisOf(first), Math.max(0, endS - startS));
}

function chosenSignals({ store }: ExportSubject, { signalIds }: ExportChoice): readonly SignalInfo[] {
  return store.signals().filter(({ id }) => signalIds.includes(id));
}

/** Of the chosen signals those that lie in the range, or did: segments of an oscilloscope lie apart. All when none does. */
function withSamples(subject: ExportSubject, choice: ExportChoice): readonly SignalInfo[] {
  const chosen = chosenSignals(subject, choice);
  const startS = spanOf(subject, choice)?.startS ?? Number.NEGATIVE_INFINITY;
  const filled = chosen.filter((info) => sampleCount(subject, choice, info) !== 0 || isGone(info, startS));
  return filled.length > 0 ? filled : chosen;
}

/** Each instrument has a clock of its own: its samples are beside another's only by a moment's chance. */
function isInTable(info: SignalInfo, first: SignalInfo): boolean {
  if (!isSameAxis(axisOf(info), axisOf(first))) return false;
  if (info.timing === 'stamped') return first.timing === 'stamped' && info.axisId === first.axisId;
  return first.timing === 'steady' && info.sampleRateHz === first.sampleRateHz && info.source === first.source;
}

/** Rows that signals of one table have in common; undefined where only the export finds out. */
function commonCount(subject: ExportSubject, choice: ExportChoice, chosen: readonly SignalInfo[]): number | undefined {
  const [first] = chosen;
  if (first?.timing !== 'steady') return first && sampleCount(subject, choice, first);
  const span = spanOf(subject, choice);
  const startS = Math.max(span?.startS ?? Number.NEGATIVE_INFINITY, ...chosen.map(startTimeOf));
  const endS = Math.min(span?.endS ?? Number.POSITIVE_INFINITY, ...chosen.map(endTimeOf));
  return Math.max(0, Math.round((endS - startS) * first.sampleRateHz));
}

/** Of instruments what they stream; what is switched off or was not started has no samples. */
function firstSignals({ store, source }: ExportSubject): readonly SignalInfo[] {
  if (source.kind !== 'instruments') return store.signals();
  const streams = streamsOrAll(store.signals());
  const filled = streams.filter(({ startSample, endSample }) => endSample > startSample);
  return filled.length > 0 ? filled : streams;
}

/** The chosen signals that fit a table with the first of them. Which samples are saturated would only double its columns. */
function oneTable(subject: ExportSubject, choice: ExportChoice): readonly string[] {
  const chosen = chosenSignals(subject, choice).filter(({ name }) => !isSaturation(name));
  const [first] = chosen;
  if (!first) return [];
  return chosen.filter((info) => isInTable(info, first)).map(({ id }) => id);
}

function countOf(count: number, one: string, many: string): string {
  return `${formatCount(count)} ${count === 1 ? one : many}`;
}
