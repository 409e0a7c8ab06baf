// One connection to the bridge's door for the variables of an instrument: values as they come, puts where the user allows
// them. Arrays are records along time; where `NAME:signal` has siblings `NAME:xoffset` and `NAME:xdelta`, these say it.

import { type Clock, delay } from '../../base/clock.ts';
import { LabError } from '../../base/errors.ts';
import { type Utc, utcFromUnixMs } from '../../base/time.ts';
import { type InstrumentIdentity, NO_HEALTH, type StreamHealth } from '../../model/instrument.ts';
import type { TraceRecord } from '../../model/live-traces.ts';
import type { Parameter, ParameterValue } from '../../model/parameter.ts';
import type { FrameSocket } from '../../transports/frame-socket.ts';
import type { Driver } from '../api/instrument.ts';
import { checkValue } from '../api/parameters.ts';
import { EpicsDoor, SEVERITY, type VariableValue } from './door.ts';
import { titleOf } from './names.ts';
import { TraceGatherer } from './trace-gatherer.ts';
import { Variable } from './variable.ts';

export interface VariableSink {
  /** Which of the variables become channels, and of what kind. True when the channels are new: nothing is in them yet. */
  onVariables(numbers: readonly Variable[], arrays: readonly Variable[]): boolean;
  /** A number, NaN where it is missing. `isFirst`: since it was connected, it may hold since long ago. */
  onNumber(variable: Variable, utc: Utc, isFirst: boolean): void;
  /** Called twice a second: what has not changed holds. */
  onStill(): void;
  onTrace(record: TraceRecord): void;
  onGone(utc: Utc): void;
  /** Records that `onTrace` brought and that a newer one replaced before they were taken. */
  passedOverCount(): number;
}

export interface EpicsDriverOptions {
  readonly clock: Clock;
  readonly names: readonly string[];
  openSocket(): Promise<FrameSocket>;
  readonly sink: VariableSink;
}

/** So long a connection waits for the first answers; who answers later is taken then. */
const FIRST_ANSWERS_MS = 2000;
const LOOK_MS = 20;
/** A server tells the new value of what was written; one that keeps its own value tells nothing. */
const READ_BACK_MS = 1000;
const STILL_MS = 500;
const WRITES = 'writes';
const PASSED_OVER = 'passed-over';
/** Beginnings and steps of a trace, beside its `:signal`. */
const AXIS = ['xoffset', 'xdelta'] as const;
const SIGNAL = /:signal$/;

const WRITES_PARAMETER: Parameter = {
  kind: 'toggle',
  id: WRITES,
  label: 'Allow writes',
  help: 'Lets this page write the variables whose server allows it, as far as the bridge was started for it (--epics-put NAME). Off when it is connected.',
  group: 'Process variables',
  isSetOnce: true,
  default: false,
};

const PASSED_OVER_PARAMETER: Parameter = {
  kind: 'number',
  id: PASSED_OVER,
  label: 'Passed over',
  help: 'Updates that came faster than they were taken: of each variable only the newest waits, and of the curves only the newest record.',
  group: 'Process variables',
  isSetOnce: true,
  isReadOnly: true,
  unit: '',
  min: 0,
  max: Number.MAX_SAFE_INTEGER,
  step: 1,
  default: 0,
};

export class EpicsDriver implements Driver {
  readonly identity: InstrumentIdentity;
  readonly health: StreamHealth = NO_HEALTH;
  readonly busyMs = 0;
  onChanged: (() => void) | undefined;
  onFailed: ((error: Error) => void) | undefined;
  readonly #options: EpicsDriverOptions;
  readonly #variables: readonly Variable[];
  /** Siblings of arrays, by their names. */
  readonly #axes = new Map<string, Variable>();
  #door: EpicsDoor | undefined;
  #mayWrite = false;
  /** Updates that the bridge kept back, since this page was behind. */
  #passedOverCount = 0;
  #parameters: readonly Parameter[] = [];
  #gatherer: TraceGatherer | undefined;
  #arrays: readonly Variable[] = [];
  /** What its variables are is known as far as it was waited for. */
  #isSettled = false;
  #isClosed = false;
  #cancelStill: () => void = () => undefined;
  /** Waits for the next value of a variable. */
  readonly #readBacks = new Map<Variable, () => void>();

  constructor(options: EpicsDriverOptions) {
    this.#options = options;
    this.#variables = options.names.map((name) => new Variable(name));
    for (const name of options.names.filter((candidate) => SIGNAL.test(candidate))) {
      for (const axis of AXIS) this.#axes.set(siblingOf(name, axis), new Variable(siblingOf(name, axis)));
    }
    this.identity = { vendor: '', model: 'EPICS', serialNumber: titleOf(options.names), firmware: '' };
  }

  get parameters(): readonly Parameter[] {
    return this.#parameters;
  }

  get values(): Readonly<Record<string, ParameterValue>> {
    const shown = this.#variables.flatMap((variable) => {
      const value = variable.shown;
      return value === undefined ? [] : [[variable.name, value] as const];
    });
    const passedOverCount = this.#passedOverCount + this.#options.sink.passedOverCount();
    return { [WRITES]: this.#mayWrite, [PASSED_OVER]: passedOverCount, ...Object.fromEntries(shown) };
  }

  get notice(): string | undefined {
    const sentences = this.#variables.flatMap((variable) => {
      const isCounted = this.#isSettled && variable.isArray && !this.#axisOf(variable).isTold;
      const counted = `${variable.name} says no step: its elements are drawn 1 s apart.`;
      return [variable.trouble ?? [], isCounted ? counted : []].flat();
    });
    return sentences.length === 0 ? undefined : sentences.join(' ');
  }

  /** Names that nobody answers for are no failure: they are searched on. */
  async open(): Promise<void> {
    const { clock, openSocket } = this.#options;
    const door = new EpicsDoor(await openSocket(), { onClosed: (error) => this.#fail(error) });
    this.#door = door;
    for (const variable of [...this.#axes.values(), ...this.#variables]) this.#subscribe(door, variable);
    const endMs = clock.nowMs() + FIRST_ANSWERS_MS;
    while (clock.nowMs() < endMs && !this.#isClosed && !this.#hasAllAnswered) await delay(clock, LOOK_MS);
    if (this.#isClosed) throw new LabError('device/lost', 'The bridge has ended the connection. Connect again.');
    this.#isSettled = true;
    this.#publish(true);
    this.#tellStill();
  }

  /** Values come as long as it is open. */
  async start(): Promise<void> {}

  async stop(): Promise<void> {}

  async set(parameterId: string, value: ParameterValue): Promise<void> {
    checkValue(this.#parameters, parameterId, value);
    if (parameterId === WRITES) {
      this.#mayWrite = value === true;
      this.#renewParameters();
      return;
    }
    const variable = this.#variables.find(({ name }) => name === parameterId);
    if (variable) await this.#write(variable, value);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#cancelStill();
    this.#door?.close();
    this.#gatherer?.flush();
  }

  #tellStill(): void {
    this.#cancelStill = this.#options.clock.after(STILL_MS, () => {
      this.#options.sink.onStill();
      this.#tellStill();
    });
  }

  get #hasAllAnswered(): boolean {
    const needed = this.#variables.filter(({ isArray }) => isArray).flatMap(({ name }) => this.#siblingsOf(name));
    return [...this.#variables, ...needed].every(({ value }) => value !== undefined);
  }

  #subscribe(door: EpicsDoor, variable: Variable): void {
    variable.subscription = door.subscribe(variable.name, {
      onConnected: (about) => {
        variable.about = about;
        variable.problem = undefined;
        variable.value = undefined;
        this.#changed(variable, true);
      },
      onValue: (value) => this.#take(variable, value),
      onRights: (isWritable) => {
        if (variable.about) variable.about = { ...variable.about, isWritable };
        this.#changed(variable, true);
      },
      onDisconnected: (reason) => {
        variable.problem = `not connected (${reason.replace(/\.$/, '')}); it is searched`;
        this.#changed(variable, false);
        if (variable.isNumber && this.#isSettled) this.#options.sink.onNumber(variable, this.#now, false);
      },
      onFault: (reason) => {
        variable.problem = reason.replace(/\.$/, '');
        this.#changed(variable, false);
      },
    });
  }

  #take(variable: Variable, value: VariableValue): void {
    const isFirst = variable.value === undefined;
    // an error that passed: it says values again
    variable.problem = undefined;
    variable.value = value;
    this.#passedOverCount += value.passedOverCount;
    this.#readBacks.get(variable)?.();
    if (this.#isSettled && !this.#axes.has(variable.name)) this.#hand(variable, isFirst);
    this.onChanged?.();
  }

  #hand(variable: Variable, isFirst: boolean): void {
    const { sink } = this.#options;
    const value = variable.value!;
    const utc = value.utc ?? this.#now;
    if (variable.isNumber) sink.onNumber(variable, utc, isFirst);
    else if (variable.isArray && value.data.length > 0 && value.severity < SEVERITY.invalid) {
      const { startS, stepS } = this.#axisOf(variable);
      const samples = Float32Array.from(value.data as ArrayLike<number>);
      this.#gatherer?.take(this.#arrays.indexOf(variable), { utc, startS, stepS, samples });
    }
  }

  #axisOf({ name }: Variable): { readonly startS: number; readonly stepS: number; readonly isTold: boolean } {
    const [offset = Number.NaN, step = Number.NaN] = this.#siblingsOf(name).map((sibling) => sibling.number);
    if (Number.isFinite(offset) && step > 0) return { startS: offset, stepS: step, isTold: true };
    return { startS: 0, stepS: 1, isTold: false };
  }

  #siblingsOf(name: string): readonly Variable[] {
    return AXIS.flatMap((axis) => this.#axes.get(siblingOf(name, axis)) ?? []);
  }

  #changed(variable: Variable, isKindNew: boolean): void {
    if (isKindNew && this.#isSettled && !this.#axes.has(variable.name)) this.#publish(false);
    this.onChanged?.();
  }

  #publish(isOpening: boolean): void {
    const { clock, sink } = this.#options;
    this.#renewParameters();
    const arrays = this.#variables.filter(({ isArray }) => isArray);
    if (arrays.length !== this.#arrays.length || arrays.some((array, index) => array !== this.#arrays[index])) {
      this.#gatherer?.flush();
      this.#arrays = arrays;
      this.#gatherer = new TraceGatherer(arrays.length, clock, (record) => sink.onTrace(record));
    }
    const numbers = this.#variables.filter(({ isNumber }) => isNumber);
    const isNew = sink.onVariables(numbers, arrays);
    if (!isNew && !isOpening) return;
    for (const variable of this.#variables) if (variable.value) this.#hand(variable, true);
  }

  #renewParameters(): void {
    const own = this.#variables.flatMap((variable) => variable.parameter(this.#mayWrite) ?? []);
    this.#parameters = [WRITES_PARAMETER, PASSED_OVER_PARAMETER, ...own];
  }

  /** Resolves when the server has done it, and has told the value that it has now. */
  async #write(variable: Variable, value: ParameterValue): Promise<void> {
    const told = new Promise<void>((resolve) => this.#readBacks.set(variable, resolve));
    try {
      await variable.subscription?.write(variable.dataOf(value));
      await Promise.race([told, delay(this.#options.clock, READ_BACK_MS)]);
    } finally {
      this.#readBacks.delete(variable);
    }
  }

  get #now(): Utc {
    return utcFromUnixMs(this.#options.clock.unixMs());
  }

  #fail(error: LabError): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#cancelStill();
    for (const variable of this.#variables) variable.problem = 'the bridge is away';
    this.#options.sink.onGone(this.#now);
    this.onFailed?.(error);
  }
}

function siblingOf(name: string, axis: (typeof AXIS)[number]): string {
  return name.replace(SIGNAL, `:${axis}`);
}
