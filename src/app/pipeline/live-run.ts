// A run on the screen: looks at it four times a second and keeps the last minute, its logs and its newest pictures.

import { batch, type ReadonlySignal, signal } from '@preact/signals-core';
import type { Clock } from '../../base/clock.ts';
import { toError } from '../../base/errors.ts';
import type { LogLine, RunStatus, WorkerPicture } from '../../pipeline/engine/engine.ts';
import { outcomeOf, type RunOutcome } from '../../pipeline/engine/outcome.ts';
import type { PipelineRun } from '../../pipeline/ports.ts';
import type { Setup } from '../../pipeline/setup/setup.ts';
import { figuresOf, type RunFigures } from './figures.ts';
import type { OpenedSetup } from './opened-setup.ts';
import { TableCounts } from './table-counts.ts';

const LOOK_INTERVAL_MS = 250;
/** Rates are taken over this many looks, so that slow streams do not flicker. */
const RATE_LOOKS = 4;
/** Looks of the last minute. */
const HISTORY_LOOKS = 240;
/** Log lines that are kept; older ones are counted. */
const LOG_LINES = 2000;

export interface Logs {
  readonly lines: readonly LogLine[];
  /** Older lines that are no longer here. */
  readonly forgottenCount: number;
}

export interface LiveRunOptions {
  readonly setup: Setup;
  readonly origin: RunOrigin;
  readonly clock: Clock;
}

/** What a run was started from. */
export interface RunOrigin {
  readonly opened: OpenedSetup;
  readonly setupPath: string;
  /** Its edits at the start. */
  readonly edits: ReadonlyMap<string, string>;
}

/** The table of a visualizers.csv worker. */
interface FollowedTable {
  readonly workerName: string;
  readonly counts: TableCounts;
  readonly intervalS: number;
  dueMs: number;
}

export class LiveRun {
  readonly name: string;
  readonly setup: Setup;
  readonly origin: RunOrigin;
  readonly #run: PipelineRun;
  readonly #clock: Clock;
  readonly #figures: ReturnType<typeof signal<RunFigures>>;
  readonly #history = signal<readonly RunFigures[]>([]);
  readonly #logs = signal<Logs>({ lines: [], forgottenCount: 0 });
  readonly #pictures = signal<ReadonlyMap<string, WorkerPicture>>(new Map());
  readonly #outcome: ReturnType<typeof signal<RunOutcome>>;
  readonly #isOver = signal(false);
  readonly #looks: RunStatus[] = [];
  readonly #tables: FollowedTable[] = [];
  #tableReading: Promise<void> | undefined;
  #newLines: LogLine[] = [];
  #newPictures = new Map<string, WorkerPicture>();
  #cancelLook: () => void = () => {};

  constructor(run: PipelineRun, { setup, origin, clock }: LiveRunOptions) {
    this.name = run.name;
    this.setup = setup;
    this.origin = origin;
    this.#run = run;
    this.#clock = clock;
    run.engine.onLog.on((line) => this.#newLines.push(line));
    run.engine.onPicture.on((picture) => this.#take(picture));
    this.#figures = signal(figuresOf(run.engine.status, undefined));
    this.#outcome = signal(outcomeOf(run.engine.status));
    this.#lookLater();
  }

  /** Whether it was started from this setup as it is chosen now. Read within an effect it keeps up. */
  isOf(opened: OpenedSetup | undefined): boolean {
    return opened === this.origin.opened && opened.setupPath.value === this.origin.setupPath;
  }

  /** Whether what it runs, or ran, is this setup as it is now. Read within an effect it keeps up. */
  isOfText(opened: OpenedSetup): boolean {
    const { edits } = this.origin;
    const now = opened.edits.value;
    return this.isOf(opened) && now.size === edits.size && [...now].every(([path, text]) => edits.get(path) === text);
  }

  /** While it runs with the rates of the last second, when it is over with the means of the whole run. */
  get figures(): ReadonlySignal<RunFigures> {
    return this.#figures as ReadonlySignal<RunFigures>;
  }

  /** The last minute, oldest first. */
  get history(): ReadonlySignal<readonly RunFigures[]> {
    return this.#history;
  }

  get logs(): ReadonlySignal<Logs> {
    return this.#logs;
  }

  /** The newest picture of every worker, and of every channel of a histogram, by `pictureKey`. */
  get pictures(): ReadonlySignal<ReadonlyMap<string, WorkerPicture>> {
    return this.#pictures;
  }

  /** Which workers have failed and what is lost: so far, or, when the run is over, for good. */
  get outcome(): ReadonlySignal<RunOutcome> {
    return this.#outcome as ReadonlySignal<RunOutcome>;
  }

  get isOver(): ReadonlySignal<boolean> {
    return this.#isOver;
  }

  /** True when every root buffer is paused. */
  get arePaused(): boolean {
    const roots = this.figures.value.buffers.filter(({ isRoot }) => isRoot);
    return roots.length > 0 && roots.every(({ isPaused }) => isPaused);
  }

  pauseRoots(): void {
    this.#run.engine.pause('roots');
    this.#look();
  }

  resumeRoots(): void {
    this.#run.engine.resume('roots');
    this.#look();
  }

  shutdown(which: 'roots' | 'all'): void {
    this.#run.engine.shutdown(which);
    this.#look();
  }

  kill(): void {
    this.#run.engine.kill();
    this.#look();
  }

  /** Resolves when the run directory is complete and the last figures are taken. */
  async untilOver(): Promise<void> {
    try {
      await this.#run.finished;
    } finally {
      this.#cancelLook();
      await this.#tableReading;
      for (const table of this.#tables) await this.#readTable(table);
      this.#look();
      batch(() => {
        this.#figures.value = figuresOf(this.#run.engine.status, undefined);
        this.#isOver.value = true;
      });
    }
  }

  #lookLater(): void {
    this.#cancelLook = this.#clock.after(LOOK_INTERVAL_MS, () => {
      this.#look();
      this.#tableReading ??= this.#readDueTables().finally(() => {
        this.#tableReading = undefined;
      });
      this.#lookLater();
    });
  }

  #take(entry: WorkerPicture): void {
    const { picture, workerName } = entry;
    if (picture.kind !== 'table') {
      this.#newPictures.set(pictureKey(entry), entry);
      return;
    }
    const counts = new TableCounts(() => this.#run.file(picture.path), picture.edges);
    this.#tables.push({ workerName, counts, intervalS: picture.intervalS, dueMs: 0 });
  }

  async #readDueTables(): Promise<void> {
    for (const table of this.#tables) {
      if (this.#clock.nowMs() < table.dueMs) continue;
      table.dueMs = this.#clock.nowMs() + 1000 * table.intervalS;
      await this.#readTable(table);
    }
  }

  async #readTable({ workerName, counts }: FollowedTable): Promise<void> {
    try {
      while (await counts.update());
    } catch (error) {
      const text = `The table could not be read now: ${toError(error).message}`;
      this.#newLines.push({ workerName, severity: 'error', text });
    }
    for (const column of counts.columns) this.#take({ workerName, picture: { kind: 'histogram', ...column } });
  }

  #look(): void {
    const { status } = this.#run.engine;
    const figures = figuresOf(status, this.#looks[0]);
    this.#looks.push(status);
    if (this.#looks.length > RATE_LOOKS) this.#looks.shift();
    batch(() => {
      this.#figures.value = figures;
      this.#outcome.value = outcomeOf(status);
      this.#history.value = [...this.#history.value, figures].slice(-HISTORY_LOOKS);
      if (this.#newLines.length > 0) {
        const { lines, forgottenCount } = this.#logs.value;
        const all = [...lines, ...this.#newLines];
        const tooMany = Math.max(0, all.length - LOG_LINES);
        this.#logs.value = { lines: all.slice(tooMany), forgottenCount: forgottenCount + tooMany };
        this.#newLines = [];
      }
      if (this.#newPictures.size > 0) {
        this.#pictures.value = new Map([...this.#pictures.value, ...this.#newPictures]);
        this.#newPictures = new Map();
      }
    });
  }
}

/** One place on the screen: a worker's trace, or one channel of its histograms. */
export function pictureKey({ workerName, picture }: WorkerPicture): string {
  return picture.kind === 'histogram' ? `${workerName}: ${picture.channel}` : workerName;
}
