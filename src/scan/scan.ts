// The engine: runs one planned scan once. Everything that it touches is handed in; what happened is in the report, also
// after a stop or a failure.

import { type Clock, delay } from '../base/clock.ts';
import { LabError, toError } from '../base/errors.ts';
import type { Axis } from './axis.ts';
import { findChannel } from './channels.ts';
import type { Counter } from './counter.ts';
import { type BoundCounter, bindCounter, type DerivedCounter } from './derived-counter.ts';
import { moveAxis } from './move.ts';
import { checkLimits, type ScanPlan } from './plan.ts';
import { reportOf, SCAN_STATES, type ScanReport, type ScanState, STOP_KINDS, type StopKind } from './scan-report.ts';
import { reasonOf, type Suspender, type Suspension } from './suspender.ts';
import type { TrajectoryColumn } from './trajectory.ts';

/** One taken point. */
export interface ScanRow {
  readonly point: number;
  /** Where its time went, in seconds. */
  readonly times: PointTimes;
  /** By channel, in the order of `Scan.channels`. */
  readonly values: readonly number[];
}

export interface PointTimes {
  readonly moveS: number;
  /** Counting, with whatever the slowest counter takes beyond the count time. */
  readonly countS: number;
}

export interface ScanChannel {
  readonly fullName: string;
  readonly unit: string;
}

/** Something that is done around all scans of a kind: a shutter, a cover. Presets of a scan run at the same time. */
export interface ScanPreset {
  prepare?(): Promise<void>;
  start?(): Promise<void>;
  /** Before each try of a point. */
  point?(point: number): Promise<void>;
  stop?(): Promise<void>;
}

/** Where data are kept. */
export interface ScanRecord {
  /** Makes the entry and gives its name. When this rejects, nothing else happens. */
  create(scan: Scan): Promise<string>;
  append(row: ScanRow): Promise<void>;
  /** Everything is written, and what is known only now. */
  close(): Promise<void>;
}

export interface ScanSetting {
  readonly clock: Clock;
  /** Those that the plan moves, at least. */
  readonly axes: ReadonlyMap<string, Axis>;
  readonly counters: readonly Counter[];
  /** Calculated from axes, clock and counters of each point; not from each other. */
  readonly derived?: readonly DerivedCounter[];
  readonly presets?: readonly ScanPreset[];
  readonly suspenders?: readonly Suspender[];
  /** None for a scan that leaves nothing behind. */
  readonly record?: ScanRecord;
  readonly onState?: (state: ScanState) => void;
  /** The entry exists, nothing has happened yet. */
  readonly onNew?: () => void;
  readonly onPoint?: (row: ScanRow) => void;
  readonly onEnd?: (report: ScanReport) => void;
  /** Asked when a point failed. Without it, and for `end`, the scan ends. */
  readonly onFailure?: (error: Error, point: number) => Promise<'repeat' | 'end'>;
}

const ELAPSED = 'timer:elapsed_time';
const EPOCH = 'timer:epoch';

export class Scan {
  readonly plan: ScanPlan;
  /** Axes first, then the clock, counters, and what is calculated from those. */
  readonly channels: readonly ScanChannel[];
  readonly #setting: ScanSetting;
  readonly #axes: readonly Axis[];
  readonly #derived: readonly BoundCounter[];
  readonly #data: ReadonlyMap<string, number[]>;
  readonly #suspensions: Suspension[] = [];
  #columns: readonly TrajectoryColumn[];
  #pointCount: number;
  #takenCount = 0;
  #state: ScanState = 'IDLE';
  #hasRun = false;
  #stopKind: StopKind | undefined;
  #isPaused = false;
  #tripped: string | undefined;
  #runStartMs = 0;
  #firstPointMs: number | undefined;
  /** The point, or the way back, that a stop ends. */
  #underWay: AbortController | undefined;
  /** Called when something that the scan waits for may have changed. */
  #wake: () => void = () => {};

  constructor(plan: ScanPlan, setting: ScanSetting) {
    this.plan = plan;
    this.#setting = setting;
    this.#axes = plan.axes.map(({ name }) => {
      const axis = setting.axes.get(name);
      if (!axis) throw new LabError('setup/invalid', `There is no axis "${name}" any more. Plan the scan anew.`);
      return axis;
    });
    const measured = [
      ...this.#axes.map(({ name, unit }) => ({ fullName: `axis:${name}`, unit })),
      { fullName: ELAPSED, unit: 's' },
      { fullName: EPOCH, unit: 's' },
      ...setting.counters.map(({ fullName, unit }) => ({ fullName, unit })),
    ];
    this.#derived = (setting.derived ?? []).map((counter) => bindCounter(counter, measured));
    this.channels = [...measured, ...this.#derived.map(({ fullName, unit }) => ({ fullName, unit }))];
    this.#data = new Map(this.channels.map(({ fullName }) => [fullName, []]));
    this.#columns = plan.trajectory.columns;
    this.#pointCount = plan.trajectory.pointCount;
  }

  get state(): ScanState {
    return this.#state;
  }

  get takenCount(): number {
    return this.#takenCount;
  }

  get isPaused(): boolean {
    return this.#isPaused;
  }

  get suspensions(): readonly Suspension[] {
    return this.#suspensions;
  }

  /** Values of one channel so far, by any name that `findChannel` understands. Throws as that does. */
  data(key: string): readonly number[] {
    return this.#data.get(findChannel([...this.#data.keys()], key))!;
  }

  /**
   * Resolves when all points are taken. Rejects with `cancelled` after a stop and with the error of a device otherwise, both
   * only when everything has been stopped and the axes stand; the report says where. A second call rejects with `run/state`
   * and changes nothing.
   */
  async run(): Promise<ScanReport> {
    if (this.#hasRun) {
      throw new LabError('run/state', 'This scan has run already. Its data are safe. Give the command again.');
    }
    this.#hasRun = true;
    this.#runStartMs = this.#setting.clock.nowMs();
    const before = this.#axes.map(({ position }) => position);
    let savedAs: string | undefined;
    try {
      savedAs = await this.#setting.record?.create(this);
    } catch (error) {
      this.#enter('KILLED');
      throw error;
    }
    this.#setting.onNew?.();
    const failures: Error[] = [];
    const attempt = async (work: () => Promise<void>) => {
      try {
        await work();
      } catch (error) {
        failures.push(toError(error));
      }
    };
    await attempt(() => this.#prepareAndTakePoints(attempt));
    await attempt(async () => this.#setting.record?.close());
    await attempt(() => this.#eachPreset((preset) => preset.stop?.()));
    const returned = new Set<string>();
    if (this.plan.returnsAxes) await attempt(() => this.#returnAxes(before, returned));
    return this.#end(failures, returned, savedAs);
  }

  /** A harder stop replaces a softer one; a softer one after it does nothing. After the end it does nothing at all. */
  requestStop(kind: StopKind): void {
    if (this.#stopKind !== undefined && STOP_KINDS.indexOf(kind) <= STOP_KINDS.indexOf(this.#stopKind)) return;
    this.#stopKind = kind;
    if (kind === 'emergency' || (kind === 'stop' && this.#state !== 'STOPPING')) this.#underWay?.abort(stopped());
    this.#wake();
  }

  /** No further point begins until `resume`; the one under way is finished. */
  pause(): void {
    this.#isPaused = true;
  }

  resume(): void {
    this.#isPaused = false;
    this.#wake();
  }

  /**
   * Goes on for so many more points, in the last step of every axis. Throws `run/state` when no point is to come any more,
   * `setup/invalid` for a grid, which has no last step, and as `planScan` does for points outside of the limits.
   */
  extend(addedCount: number): void {
    if (SCAN_STATES.indexOf(this.#state) > SCAN_STATES.indexOf('STARTING') || this.#stopKind !== undefined) {
      throw new LabError(
        'run/state',
        'The scan has ended and cannot be extended. Its data are safe. Start another one.',
      );
    }
    if (!Number.isInteger(addedCount) || addedCount < 1 || this.#pointCount === Number.POSITIVE_INFINITY) {
      throw new LabError('setup/invalid', `The scan cannot be extended by ${addedCount} points. It goes on as it was.`);
    }
    if (this.#columns.length > 0 && (this.plan.command.points.kind === 'mesh' || this.#pointCount < 2)) {
      throw new LabError(
        'setup/invalid',
        'A grid or a single point has no step to go on with. The scan goes on as it was.',
      );
    }
    const columns = this.#columns.map(({ axis, positions }) => {
      const last = positions.at(-1)!;
      const step = last - positions.at(-2)!;
      return { axis, positions: Float64Array.from({ length: addedCount }, (_, i) => last + (i + 1) * step) };
    });
    const fromLast = this.#axes.map((axis, k) => ({ ...factsOf(axis), position: this.#columns[k]!.positions.at(-1)! }));
    checkLimits({ pointCount: addedCount, columns }, fromLast);
    this.#columns = this.#columns.map(({ axis, positions }, k) => {
      const longer = new Float64Array(positions.length + addedCount);
      longer.set(positions);
      longer.set(columns[k]!.positions, positions.length);
      return { axis, positions: longer };
    });
    this.#pointCount += addedCount;
  }

  #enter(state: ScanState): void {
    this.#state = state;
    this.#setting.onState?.(state);
  }

  async #prepareAndTakePoints(attempt: (work: () => Promise<void>) => Promise<void>): Promise<void> {
    this.#enter('PREPARING');
    await this.#eachPreset((preset) => preset.prepare?.());
    await Promise.all(this.#setting.counters.map(async (counter) => counter.prepare?.()));
    this.#enter('STARTING');
    await attempt(async () => {
      await this.#eachPreset((preset) => preset.start?.());
      await this.#takePoints();
    });
    this.#enter('STOPPING');
    // each on its own: one that does not stop must not keep the others from it
    await Promise.all(this.#setting.counters.map((counter) => attempt(async () => counter.stop?.())));
  }

  async #eachPreset(work: (preset: ScanPreset) => Promise<void> | undefined): Promise<void> {
    await Promise.all((this.#setting.presets ?? []).map(async (preset) => work(preset)));
  }

  async #takePoints(): Promise<void> {
    const suspenders = this.#setting.suspenders ?? [];
    const onChange = () => {
      const reason = reasonOf(suspenders);
      if (reason !== undefined) {
        this.#tripped ??= reason;
        this.#underWay?.abort(new LabError('cancelled', reason));
      }
      this.#wake();
    };
    const ends = suspenders.map((suspender) => suspender.watch(onChange));
    try {
      while (this.#takenCount < this.#pointCount) {
        await this.#waitWhile(() => this.#isPaused);
        if (this.#stopKind !== undefined) throw stopped();
        const row = await this.#goodPoint(this.#takenCount);
        await this.#setting.record?.append(row);
        row.values.forEach((value, k) => {
          this.#data.get(this.channels[k]!.fullName)!.push(value);
        });
        this.#takenCount++;
        this.#setting.onPoint?.(row);
        await this.#sleep();
      }
    } finally {
      for (const end of ends) end();
    }
  }

  /** Between points; a stop ends it, a trip does not matter. */
  async #sleep(): Promise<void> {
    const { sleepTimeS } = this.plan.command;
    if (sleepTimeS === 0 || this.#takenCount === this.#pointCount) return;
    let isOver = false;
    const cancel = this.#setting.clock.after(sleepTimeS * 1000, () => {
      isOver = true;
      this.#wake();
    });
    await this.#waitWhile(() => !isOver);
    cancel();
  }

  /** Tries a point until nothing was wrong while it was taken. */
  async #goodPoint(point: number): Promise<ScanRow> {
    for (;;) {
      await this.#waitUntilClear(point);
      if (this.#stopKind !== undefined) throw stopped();
      const underWay = new AbortController();
      this.#underWay = underWay;
      this.#tripped = reasonOf(this.#setting.suspenders ?? []);
      if (this.#tripped !== undefined) continue;
      try {
        return await this.#measure(point, underWay);
      } catch (error) {
        // a soft stop lets the point go on: what failed then is the device
        if (this.#stopKind !== undefined && this.#stopKind !== 'finish') throw stopped();
        if (this.#tripped === undefined) {
          const decision = await this.#setting.onFailure?.(toError(error), point);
          if (decision !== 'repeat') throw error;
        }
      } finally {
        this.#underWay = undefined;
      }
    }
  }

  /** Waits for the suspenders and notes how long; at once where none has tripped. */
  async #waitUntilClear(point: number): Promise<void> {
    const suspenders = this.#setting.suspenders ?? [];
    const reason = this.#tripped ?? reasonOf(suspenders);
    if (reason !== undefined) {
      const startS = this.#elapsedS();
      await this.#waitWhile(() => reasonOf(suspenders) !== undefined);
      this.#suspensions.push({ point, reason, startS, endS: this.#elapsedS() });
    }
  }

  /** Returns early when a stop is asked for. */
  async #waitWhile(condition: () => boolean): Promise<void> {
    while (this.#stopKind === undefined && condition()) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  async #measure(point: number, underWay: AbortController): Promise<ScanRow> {
    const { clock, counters } = this.#setting;
    const { countTimeS } = this.plan.command;
    const moveStartMs = clock.nowMs();
    await this.#eachPreset((preset) => preset.point?.(point));
    underWay.signal.throwIfAborted();
    await allOrNone(
      this.#axes.map((axis, k) => moveAxis(axis, this.#columns[k]!.positions[point]!, clock, underWay.signal)),
      underWay,
    );
    underWay.signal.throwIfAborted();
    const countStartMs = clock.nowMs();
    const epochS = clock.unixMs() / 1000;
    const counted = await allOrNone(
      counters.length > 0
        ? counters.map((counter) => counter.read(countTimeS, underWay.signal))
        : [delay(clock, countTimeS * 1000, underWay.signal).then(() => Number.NaN)],
      underWay,
    );
    underWay.signal.throwIfAborted();
    this.#firstPointMs ??= countStartMs;
    const values = [
      ...this.#axes.map((axis) => axis.read()),
      (countStartMs - this.#firstPointMs) / 1000,
      epochS,
      ...(counters.length > 0 ? counted : []),
    ];
    return {
      point,
      times: { moveS: (countStartMs - moveStartMs) / 1000, countS: (clock.nowMs() - countStartMs) / 1000 },
      values: [...values, ...this.#derived.map((counter) => counter.valueOf(values))],
    };
  }

  async #returnAxes(before: readonly number[], returned: Set<string>): Promise<void> {
    if (this.#stopKind === 'emergency') return;
    const underWay = new AbortController();
    this.#underWay = underWay;
    const moves = this.#axes.map(async (axis, k) => {
      await moveAxis(axis, before[k]!, this.#setting.clock, underWay.signal);
      returned.add(axis.name);
    });
    // each on its own: one that is stuck must not keep the others from going back
    const failed = (await Promise.allSettled(moves)).find(({ status }) => status === 'rejected');
    this.#underWay = undefined;
    if (failed?.status === 'rejected') throw failed.reason;
  }

  #end(failures: readonly Error[], returned: ReadonlySet<string>, savedAs: string | undefined): ScanReport {
    const failure = failures.find((error) => !isStopped(error));
    const isStoppedOnly = failures.length > 0 && failure === undefined;
    const state = failure ? 'KILLED' : isStoppedOnly ? 'USER_ABORTED' : 'DONE';
    const report = reportOf({
      state,
      takenCount: this.#takenCount,
      pointCount: this.#pointCount,
      // where they are said to be, which is not where they were sent when something holds them
      axes: this.#axes.map((axis) => ({ ...factsOf(axis), position: axis.read() })),
      returned,
      savedAs,
      failure: failure?.message,
    });
    this.#enter(state);
    this.#setting.onEnd?.(report);
    if (failure) throw failure;
    if (isStoppedOnly) throw new LabError('cancelled', report.message);
    return report;
  }

  #elapsedS(): number {
    return (this.#setting.clock.nowMs() - this.#runStartMs) / 1000;
  }
}

/** What a stop makes of the work under way; it never leaves the engine. */
class Stopped extends LabError {}

function stopped(): Stopped {
  return new Stopped('cancelled', 'The scan was stopped.');
}

function isStopped(error: Error): boolean {
  return error instanceof Stopped;
}

/** Members of a class do not spread. */
function factsOf({ name, unit, position, tolerance, limits, backlash }: Axis) {
  return { name, unit, position, tolerance, ...(limits && { limits }), ...(backlash !== undefined && { backlash }) };
}

/** All results; the first that fails ends the others, and it is waited until none goes on. */
async function allOrNone<T>(works: readonly Promise<T>[], underWay: AbortController): Promise<readonly T[]> {
  let first: { readonly error: unknown } | undefined;
  const results = await Promise.allSettled(
    works.map((work) =>
      work.catch((error: unknown) => {
        first ??= { error };
        underWay.abort(error);
        throw error;
      }),
    ),
  );
  if (first) throw first.error;
  return results.map((result) => (result as PromiseFulfilledResult<T>).value);
}
