// Runs without threads: a test sets the status, prints and publishes, and ends the run. Examples are the program's own
// files, handed in by the test.

import { Emitter } from '../../src/base/emitter.ts';
import { LabError } from '../../src/base/errors.ts';
import type { LogLine, RunStatus, WorkerPicture } from '../../src/pipeline/engine/engine.ts';
import type {
  ExampleFilesPort,
  PipelinePorts,
  PipelineRun,
  RunFolder,
  RunsPort,
  SetupFiles,
} from '../../src/pipeline/ports.ts';
import type { Setup } from '../../src/pipeline/setup/setup.ts';

export class FakeRun implements PipelineRun {
  readonly name: string;
  readonly setup: Setup;
  readonly setupFiles: SetupFiles;
  readonly calls: string[] = [];
  /** Files of the run directory that are there so far. */
  readonly files = new Map<string, File>();
  status: RunStatus;
  readonly finished: Promise<void>;
  readonly unwritten: Promise<LabError>;
  end: () => void = () => {};
  /** Its directory takes nothing more. */
  refuse: (error: LabError) => void = () => {};
  readonly #log = new Emitter<LogLine>();
  readonly #picture = new Emitter<WorkerPicture>();

  constructor(name: string, setup: Setup, setupFiles: SetupFiles) {
    this.name = name;
    this.setup = setup;
    this.setupFiles = setupFiles;
    this.finished = new Promise((resolve) => {
      this.end = resolve;
    });
    this.unwritten = new Promise((resolve) => {
      this.refuse = resolve;
    });
    this.status = {
      activeS: 0,
      buffers: setup.buffers.map(({ name: bufferName, slotCount }) => ({
        name: bufferName,
        isRoot: setup.rootBuffers.includes(bufferName),
        slotCount,
        eventCount: 0,
        totalDeadtime: 0,
        filledCount: 0,
        emptyCount: slotCount,
        inWorkCount: 0,
        pausedCount: 0,
        abandonedCount: 0,
        unreadCount: 0,
        refusedCount: 0,
        isPaused: false,
        isFlushed: false,
        deadS: 0,
        elapsedS: 0,
      })),
      workers: setup.workers.map(({ name: workerName, function: functionName, processCount }) => ({
        name: workerName,
        functionName,
        threads: Array.from({ length: processCount }, () => 'running' as const),
        ends: [],
        processorShares: Array.from({ length: processCount }, () => 0.25),
      })),
      aliveThreadCount: setup.workers.reduce((sum, { processCount }) => sum + processCount, 0),
    };
  }

  readonly engine = this.#engine();

  async file(path: string): Promise<File | undefined> {
    return this.files.get(path);
  }

  print(workerName: string, text: string): void {
    this.#log.emit({ workerName, severity: 'info', text });
  }

  publish(picture: WorkerPicture): void {
    this.#picture.emit(picture);
  }

  /** Changes the buffers' figures and lets time pass. */
  advance(seconds: number, change: Partial<RunStatus['buffers'][number]>): void {
    this.status = {
      ...this.status,
      activeS: this.status.activeS + seconds,
      buffers: this.status.buffers.map((buffer) => ({ ...buffer, ...change })),
    };
  }

  #engine(): PipelineRun['engine'] {
    const run = this;
    const setPaused = (isPaused: boolean) => run.advance(0, { isPaused });
    return {
      get status() {
        return run.status;
      },
      onLog: run.#log,
      onPicture: run.#picture,
      pause: (which) => {
        run.calls.push(`pause ${which}`);
        setPaused(true);
      },
      resume: (which) => {
        run.calls.push(`resume ${which}`);
        setPaused(false);
      },
      shutdown: (which) => run.calls.push(`shutdown ${which}`),
      kill: () => run.calls.push('kill'),
    };
  }
}

export class FakeRuns implements RunsPort {
  readonly started: FakeRun[] = [];
  readonly directories = new Map<string, ReadonlyMap<string, File>>();
  readonly saved: string[] = [];
  refusal: Error | undefined;

  async start(setup: Setup, files: SetupFiles): Promise<PipelineRun> {
    if (this.refusal) throw this.refusal;
    const run = new FakeRun(`run_2026-01-02_03-04-0${this.started.length}`, setup, files);
    this.started.push(run);
    this.directories.set(run.name, new Map([['setup.yaml', new File(['x'], 'setup.yaml')]]));
    return run;
  }

  async list(): Promise<readonly string[]> {
    return [...this.directories.keys()].sort().reverse();
  }

  async files(name: string): Promise<ReadonlyMap<string, File>> {
    return this.directories.get(name) ?? new Map();
  }

  async saveZip(name: string): Promise<boolean> {
    this.saved.push(name);
    return true;
  }

  readonly canPickFolder = true;
  readonly copied: string[] = [];
  /** What copying to the picked folder does; by default it goes well. */
  copying: RunFolder['copy'] = async (runName, { onProgress }) => {
    onProgress({ doneBytes: 1, totalBytes: 2 });
    this.copied.push(runName);
  };

  async pickFolder(): Promise<RunFolder> {
    return { name: 'physics-lab', copy: (runName, options) => this.copying(runName, options) };
  }

  async remove(name: string): Promise<void> {
    this.directories.delete(name);
  }
}

export class FakePipelines implements PipelinePorts {
  readonly runs = new FakeRuns();
  unavailable: string | undefined;
  /** By path below the examples' folder. */
  readonly examples = new Map<string, Blob>();

  readonly exampleFiles: ExampleFilesPort = {
    read: async (path) => {
      const blob = this.examples.get(path);
      if (!blob) throw new LabError('storage/unavailable', `${path} cannot be loaded.`);
      return blob;
    },
  };
}
