// The density of the last records, of each channel or of one over another. It follows a window of records: those that come are counted, those
// that leave are taken away again. After a change of the picture all are counted anew, the newest first, in as many steps
// as it takes; what has been counted so far can be seen.

import { ChannelDensity } from './channel-density.ts';
import type { ShownRecord } from './screen.ts';
import type { DensityArea } from './trace-density.ts';
import { type XyArea, XyDensity } from './xy-density.ts';

/** Records by their number, [start, end). */
export interface RecordWindow {
  readonly start: number;
  readonly end: number;
  /** `undefined` for one that cannot be had any more. */
  record(number: number): ShownRecord | undefined;
}

export const NO_RECORDS: RecordWindow = { start: 0, end: 0, record: () => undefined };

/** Where a channel's density lies. */
export interface ChannelArea {
  readonly signalId: string;
  readonly area: DensityArea;
}

/** What the records are counted in. */
type Density = ChannelDensity | XyDensity;

/** A record that is being counted: the density, and the part in it, that are next. */
interface Task {
  readonly record: ShownRecord;
  readonly by: 1 | -1;
  density: number;
  part: number;
  /** What is true when it is done. */
  readonly done: () => void;
}

export class RecordDensity {
  #densities: readonly Density[] = [];
  #key = '';
  /** Those that are counted, [start, end), and all of them: they are needed to be taken away. */
  #start = 0;
  #end = 0;
  readonly #counted = new Map<number, ShownRecord>();
  #task: Task | undefined;
  #window = NO_RECORDS;
  #version = 0;

  get densities(): readonly Density[] {
    return this.#densities;
  }

  /** Records in it. One that is being counted is not, though some of its parts are. */
  get recordCount(): number {
    return this.#end - this.#start;
  }

  /** Changes with each count. */
  get version(): number {
    return this.#version;
  }

  /** Everything in the window has been counted. */
  get isDone(): boolean {
    return !this.#task && this.#start === this.#window.start && this.#end === this.#window.end;
  }

  /** Other areas begin anew. */
  show(window: RecordWindow, areas: readonly (ChannelArea | XyArea)[]): void {
    const key = JSON.stringify(areas);
    this.#window = window;
    if (key === this.#key && this.#end >= window.start && this.#start <= window.end) return;
    this.#key = key;
    this.#densities = areas.map((area) =>
      'xId' in area ? new XyDensity(area) : new ChannelDensity(area.signalId, area.area),
    );
    this.#task = undefined;
    this.#counted.clear();
    this.#start = window.end;
    this.#end = window.end;
    this.#version++;
  }

  /** Counts as long as there is something to count and `hasTime`. */
  work(hasTime: () => boolean): void {
    while (hasTime()) {
      this.#task ??= this.#next();
      if (!this.#task) return;
      this.#advance(this.#task);
      this.#version++;
    }
  }

  /** What has left first, then what has come, then older ones. */
  #next(): Task | undefined {
    const { start, end } = this.#window;
    if (this.#start < start) return this.#remove(this.#start, () => this.#start++);
    if (this.#end > end) return this.#remove(this.#end - 1, () => this.#end--);
    if (this.#end < end) return this.#add(this.#end, () => this.#end++);
    if (this.#start > start) return this.#add(this.#start - 1, () => this.#start--);
    return undefined;
  }

  #add(number: number, done: () => void): Task | undefined {
    const record = this.#window.record(number);
    if (!record) return undefined;
    this.#counted.set(number, record);
    return { record, by: 1, density: 0, part: 0, done };
  }

  #remove(number: number, done: () => void): Task {
    const record = this.#counted.get(number)!;
    this.#counted.delete(number);
    return { record, by: -1, density: 0, part: 0, done };
  }

  #advance(task: Task): void {
    const next = this.#densities[task.density]?.countPart(task.record, task.by, task.part);
    task.part = next ?? 0;
    if (next === undefined) task.density++;
    if (task.density < this.#densities.length) return;
    task.done();
    this.#task = undefined;
  }
}
