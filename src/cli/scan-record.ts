// Where a scan without a screen keeps its data: the next entry of one NeXus file in a folder. The file there is always a
// whole one: with each point a new one takes its place, as far as a quarter of the time allows.

import { existsSync, mkdirSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import type { Clock } from '../base/clock.ts';
import { localIsoText } from '../base/local-time.ts';
import { ScanFile, type ScanFilePlace } from '../formats/hdf5/scan-file.ts';
import type { Axis } from '../scan/axis.ts';
import { shortName } from '../scan/counter.ts';
import type { Scan, ScanRecord, ScanRow } from '../scan/scan.ts';
import { writeWhole } from './convert.ts';
import { lockFile } from './file-lock.ts';
import { readInput } from './session.ts';

/** After a save that took so long, the next one is this many times as long away. */
const REST_PER_SAVE = 3;

export class NexusRecord implements ScanRecord {
  readonly path: string;
  readonly #clock: Clock;
  readonly #axes: ReadonlyMap<string, Axis>;
  #unlock: () => void = () => {};
  #file: ScanFile | undefined;
  #number = 0;
  /** Before it no save begins. */
  #nextSaveMs = 0;
  #cancelSave: (() => void) | undefined;
  /** All saves, one behind the other; rejects from the first that failed on. */
  #saved: Promise<void> = Promise.resolve();

  /** `axes`: all of them, as positions of those that stand are data, too. */
  constructor(path: string, clock: Clock, axes: ReadonlyMap<string, Axis>) {
    this.path = path;
    this.#clock = clock;
    this.#axes = axes;
  }

  /** Of the scan's entry. */
  get number(): number {
    return this.#number;
  }

  /** Rejects with `storage/denied` while another process writes there; what is in the file already stays. */
  async create(scan: Scan): Promise<string> {
    mkdirSync(dirname(this.path), { recursive: true });
    this.#unlock = lockFile(this.path);
    try {
      const startTime = this.#now();
      const file = existsSync(this.path)
        ? await ScanFile.open(readInput(this.path), this.path)
        : await ScanFile.create(basename(this.path), startTime);
      this.#file = file;
      this.#number = file.lastNumber + 1;
      const { title, trajectory } = scan.plan;
      const name = file.begin({
        title,
        startTime,
        channels: scan.channels.map(({ fullName, unit }) => ({
          name: shortName(fullName),
          unit,
          kind: /^(axis|timer):/.test(fullName) ? 'positioner' : 'detector',
        })),
        places: this.#places(),
        plotAxes: plotAxesOf(scan),
        pointCount: trajectory.pointCount,
      });
      await this.#save();
      // the first write of a process is a slow one, and tells nothing of the next
      this.#nextSaveMs = 0;
      return name;
    } catch (error) {
      this.#end();
      throw error;
    }
  }

  async append({ values }: ScanRow): Promise<void> {
    this.#file!.append(values);
    const waitMs = this.#nextSaveMs - this.#clock.nowMs();
    if (waitMs <= 0) return this.#save();
    this.#cancelSave ??= this.#clock.after(waitMs, () => {
      // the next point, or the end, tells of an error
      this.#save().then(undefined, () => {});
    });
  }

  async close(): Promise<void> {
    try {
      this.#file!.finish(this.#now(), this.#places());
      await this.#save();
    } finally {
      this.#end();
    }
  }

  #save(): Promise<void> {
    this.#cancelSave?.();
    this.#cancelSave = undefined;
    this.#saved = this.#saved.then(async () => {
      const startMs = this.#clock.nowMs();
      await writeWhole(this.path, async (sink) => sink.append(this.#file!.bytes()));
      const endMs = this.#clock.nowMs();
      this.#nextSaveMs = endMs + REST_PER_SAVE * (endMs - startMs);
    });
    return this.#saved;
  }

  #end(): void {
    this.#cancelSave?.();
    this.#file?.close();
    this.#file = undefined;
    this.#unlock();
  }

  #now(): string {
    return localIsoText(this.#clock.unixMs());
  }

  #places(): readonly ScanFilePlace[] {
    return [...this.#axes.values()].map((axis) => ({ name: axis.name, unit: axis.unit, position: axis.read() }));
  }
}

/** A grid lies over all of its axes, a line over the first, points at which nothing moves over time. */
function plotAxesOf({ plan, channels }: Scan): readonly number[] {
  const moved = plan.axes.map((_, index) => index);
  if (plan.command.points.kind === 'mesh') return moved;
  return moved.length > 0 ? [0] : [channels.findIndex(({ fullName }) => fullName === 'timer:elapsed_time')];
}
