// One thread of a run: makes its function and drives it, event by event, until its stream ends. Blocks in the rings'
// waits, so never on the page.
//
// Where mimoCoRB2's worker_templates.py has defects this differs on purpose: a sink's stream ends when its last writer is
// done (not the first), a `false` in a Filter's list sends nothing (not a stale event), and every error ends the
// thread's streams, so that nothing downstream waits for ever.

import { type ErrorCode, LabError, toError } from '../../base/errors.ts';
import { type EventObserver, type EventReader, EventRing } from '../../core/event-ring.ts';
import { createWorkspace, type Workspace } from '../../core/workspace.ts';
import type { ByteStream } from '../../transports/byte-stream.ts';
import { WorkerConfig } from '../config.ts';
import { createDetachedEvent, EventView } from '../event-view.ts';
import { TEMPLATE_ARITY } from '../functions/arity.ts';
import { createRandom } from '../functions/random.ts';
import type {
  Exporter,
  Filter,
  Importer,
  IsAlive,
  Observer,
  Processor,
  SourceInstrument,
  WorkerContext,
  WorkerFactory,
  WorkerFiles,
  WorkerFunction,
} from '../functions/template.ts';
import { type ModuleDoor, ModuleProxy } from '../sandbox/module-proxy.ts';
import type { BufferEnd, ThreadJob, ThreadMessage } from './job.ts';
import { SourceClock } from './source-clock.ts';
import { pointAt, ThreadBuffers } from './thread-buffers.ts';
import type { ThreadTimes } from './thread-times.ts';
import { UntilClosing } from './until-closing.ts';

/** What a thread needs from its host (a browser worker or a Node thread). */
export interface ThreadHost {
  readonly files: WorkerFiles & { closeAll(): Promise<void> | void };
  /** Unix time in seconds with the best resolution at hand. */
  now(): number;
  loadFunction(job: ThreadJob): Promise<WorkerFactory>;
  connect(host: string, port: number): Promise<ByteStream>;
  readonly instruments: readonly SourceInstrument[];
  post(message: ThreadMessage): void;
  /** The way to a user's module in its sandbox, if that is what the job runs: `loadFunction` is not called then. */
  readonly module?: ModuleDoor | undefined;
}

/** Memory of a thread's own core: a base for histograms, and what peak search takes per sample of the longest event. */
const WORKSPACE_BYTES = 32 * 2 ** 20;
const WORKSPACE_BYTES_PER_SAMPLE = 128;
/** Events between two looks at the clock. */
const TICK_EVENT_COUNT = 256;

/**
 * Runs the job to its end. Never rejects: a failure is a message. Whatever the end, the thread gives back all that it
 * holds, its streams are ended and its files closed.
 */
export async function runThread(job: ThreadJob, host: ThreadHost): Promise<void> {
  let buffers: ThreadBuffers | undefined;
  let lostEventCount = 0;
  let unreadCount = 0;
  const failures: unknown[] = [];
  const attempt = async (step: () => unknown): Promise<void> => {
    try {
      await step();
    } catch (thrown) {
      failures.push(thrown);
    }
  };
  await attempt(async () => {
    buffers = new ThreadBuffers(job, () => host.now());
    if (!host.module) return new Thread(job, host, buffers).run();
    const proxy = new ModuleProxy(job, buffers, host.module, host);
    await proxy.run().finally(() => {
      unreadCount = proxy.unreadCount;
    });
  });
  await attempt(() => {
    lostEventCount = buffers?.giveBack() ?? 0;
  });
  await attempt(() => host.files.closeAll());
  // Last of all: the engine ends the thread when it hears this.
  const refusedCounts = buffers?.refusedCounts ?? [];
  if (failures.length === 0) host.post({ type: 'done', refusedCounts });
  else host.post({ type: 'failed', ...causeOf(failures[0]), lostEventCount, unreadCount, refusedCounts });
}

function causeOf(thrown: unknown): { readonly message: string; readonly code: ErrorCode } {
  const error = toError(thrown);
  return { message: error.message, code: error instanceof LabError ? error.code : 'run/failed' };
}

class Thread {
  readonly #job: ThreadJob;
  readonly #host: ThreadHost;
  readonly #buffers: ThreadBuffers;
  readonly #times: ThreadTimes;
  #untilClosing: UntilClosing | undefined;

  constructor(job: ThreadJob, host: ThreadHost, buffers: ThreadBuffers) {
    this.#job = job;
    this.#host = host;
    this.#buffers = buffers;
    this.#times = buffers.times;
  }

  async run(): Promise<void> {
    try {
      await this.#drive();
    } finally {
      this.#untilClosing?.[Symbol.dispose]();
    }
  }

  async #drive(): Promise<void> {
    const worker = await this.#unlessClosing(this.#makeFunction());
    if (worker === 'closing') return;
    if (!worker || !Object.hasOwn(TEMPLATE_ARITY, worker.template)) {
      const names = Object.keys(TEMPLATE_ARITY).join(', ');
      throw new LabError(
        'setup/invalid',
        `The function of ${this.#job.workerName} returns no template. It must return an object whose template is one of ${names}.`,
      );
    }
    this.#buffers.checkShapes(worker.template);
    this.#host.post({ type: 'ready' });
    this.#buffers.waitForBegin();
    switch (worker.template) {
      case 'Importer':
        await this.#runImporter(worker);
        break;
      case 'Exporter':
        this.#runExporter(worker);
        break;
      case 'Filter':
        this.#runFilter(worker);
        break;
      case 'Processor':
        this.#runProcessor(worker);
        break;
      case 'Observer':
        this.#runObserver(worker);
        break;
      case 'IsAlive':
        this.#runIsAlive(worker);
        break;
    }
  }

  async #makeFunction(): Promise<WorkerFunction | undefined> {
    const factory = await this.#host.loadFunction(this.#job);
    return factory(this.#context());
  }

  /** A source's wait ends when no event is wanted any more; other threads' streams end by themselves. */
  async #unlessClosing<T>(awaited: Promise<T>): Promise<T | 'closing'> {
    const [sink] = this.#job.sinks;
    if (this.#job.sources.length > 0 || !sink) return awaited;
    this.#untilClosing ??= new UntilClosing(EventRing.attach(this.#buffers.core, sink.ring));
    return this.#untilClosing.wait(awaited);
  }

  #context(): WorkerContext {
    const { workerName, processIndex, config, sources, sinks, observes, seed, randomSeed } = this.#job;
    const buffers = (ends: readonly BufferEnd[]) => ends.map(({ buffer }) => buffer);
    let workspace: Workspace | undefined;
    const longest = Math.max(0, ...buffers(sources).map(({ dataLength }) => dataLength));
    return {
      name: workerName,
      processIndex,
      config: new WorkerConfig(config),
      sources: buffers(sources),
      sinks: buffers(sinks),
      observes: buffers(observes),
      files: this.#host.files,
      connect: (host, port) => this.#host.connect(host, port),
      instruments: this.#host.instruments,
      // Made on first use: a memory is scarce in a browser, and most functions need none of their own.
      get workspace() {
        workspace ??= createWorkspace(seed.module, WORKSPACE_BYTES + longest * WORKSPACE_BYTES_PER_SAMPLE);
        return workspace;
      },
      now: () => this.#host.now(),
      random: createRandom(randomSeed),
      print: (text) => this.#host.post({ type: 'print', text }),
      publish: (picture) => this.#host.post({ type: 'picture', picture }),
    };
  }

  async #runImporter(importer: Importer): Promise<void> {
    const { ring: descriptor } = this.#job.sinks[0]!;
    const ring = EventRing.attach(this.#buffers.core, descriptor);
    const writer = this.#buffers.writers[0]!;
    const event = this.#buffers.sinkEvents[0]!;
    const now = () => this.#host.now();
    const clock = new SourceClock(now, (seconds) => this.#times.waitDuring(() => ring.sleepUntilClosing(seconds)));
    const sleep = (seconds: number): void => clock.sleep(seconds);
    const isClosing = () => ring.isClosing || ring.isStopped;
    let counter = 0;
    let previous = now();
    this.#times.startSource(previous);
    while (!isClosing()) {
      const answer = importer.next(sleep, isClosing);
      // Waiting for a plain boolean would cost a turn of the event loop per event.
      const isReady = typeof answer === 'boolean' ? answer : await this.#unlessClosing(Promise.resolve(answer));
      if (!isReady || isReady === 'closing' || ring.isClosing) break;
      const ready = now();
      const timeS = importer.eventTimeS?.() ?? (importer.isSimulated ? clock.eventTimeS : ready);
      this.#times.dead.begin(ready);
      let slot = writer.tryClaim();
      if (slot === 'would-block') {
        slot = this.#buffers.claim(writer);
        clock.pass(now() - ready);
      }
      if (typeof slot === 'string') break;
      pointAt(event, slot);
      importer.write(event);
      const done = now();
      this.#times.dead.end(done);
      const deadtime = done > previous ? (done - ready) / (done - previous) : 0;
      event.stamp(counter++, timeS, deadtime);
      writer.commit(slot, deadtime);
      previous = done;
    }
    importer.finish?.();
  }

  #runExporter(exporter: Exporter): void {
    const event = this.#sourceEvent();
    this.#forEachEvent(
      event,
      () => {
        for (let i = 0; i < this.#buffers.writers.length; i++) this.#copyTo(i, event);
        exporter.consume(event);
      },
      () => exporter.tick?.(),
    );
    exporter.finish?.();
  }

  #runFilter(filter: Filter): void {
    const event = this.#sourceEvent();
    this.#forEachEvent(event, () => {
      const decision = filter.accept(event);
      if (typeof decision !== 'boolean' && !Array.isArray(decision)) {
        throw new LabError(
          'run/failed',
          `A filter answers true, false or a list of these, one for each sink, not ${String(decision)}.`,
        );
      }
      for (let i = 0; i < this.#buffers.writers.length; i++) {
        if (typeof decision === 'boolean' ? decision : decision[i]) this.#copyTo(i, event);
      }
    });
  }

  #runProcessor(processor: Processor): void {
    const event = this.#sourceEvent();
    const outputs = this.#job.sinks.map(({ buffer }) => createDetachedEvent(buffer));
    const emit = (sinkIndex: number): void => {
      const output = outputs[sinkIndex]!;
      output.copyMetadataFrom(event);
      this.#copyTo(sinkIndex, output);
    };
    this.#forEachEvent(event, () => processor.process(event, outputs, emit));
  }

  #runObserver(observer: Observer): void {
    const { ring: descriptor, index, buffer } = this.#job.observes[0]!;
    const ring = EventRing.attach(this.#buffers.core, descriptor);
    const handle: EventObserver = ring.observer(index);
    const event = new EventView(buffer, this.#buffers.core.memory.buffer);
    for (;;) {
      const slot = this.#times.waitDuring(() => handle.observe());
      if (typeof slot === 'string') return;
      observer.observe(pointAt(event, slot));
      this.#times.waitDuring(() => ring.sleepUntilClosing(observer.intervalS));
    }
  }

  #runIsAlive(worker: IsAlive): void {
    const ring = EventRing.attach(this.#buffers.core, this.#job.observes[0]!.ring);
    while (!ring.isFlushed && !ring.isStopped) {
      worker.poll();
      this.#times.waitDuring(() => ring.sleepUntilClosing(worker.intervalS));
    }
    worker.poll();
  }

  #sourceEvent(): EventView {
    return new EventView(this.#job.sources[0]!.buffer, this.#buffers.core.memory.buffer);
  }

  #forEachEvent(event: EventView, body: () => void, tick?: () => void): void {
    const { ring, index } = this.#job.sources[0]!;
    const reader: EventReader = EventRing.attach(this.#buffers.core, ring).reader(index);
    for (let count = 1; ; count++) {
      let slot = reader.tryRead();
      if (slot === 'would-block') {
        tick?.();
        slot = this.#times.waitDuring(() => reader.read());
      }
      if (typeof slot === 'string') return;
      pointAt(event, slot);
      body();
      reader.release(slot);
      if (count % TICK_EVENT_COUNT === 0) tick?.();
    }
  }

  #copyTo(i: number, event: EventView): void {
    this.#buffers.send(i, event.metadataBytes, event.dataBytes, event.deadtime);
  }
}
