// A user's module and the little that drives it, inside the sandbox: a worker of a frame without an origin, a network or
// storage. Bundled as one classic script, because a module worker does not load there; the module itself stays one.
// Nothing here guards anything: the module shares this thread and may change what it likes. The walls are the frame's
// (workers/pipeline/module-frame.ts), and the thread outside checks every answer (module-proxy.ts).

import { LabError, toError } from '../../base/errors.ts';
import { WorkerConfig } from '../config.ts';
import { createDetachedEvent, EventView, METADATA_BYTES } from '../event-view.ts';
import { loadModule } from '../functions/load-module.ts';
import { createRandom } from '../functions/random.ts';
import type {
  BufferInfo,
  Exporter,
  Filter,
  Importer,
  Processor,
  WorkerContext,
  WorkerFunction,
} from '../functions/template.ts';
import {
  BATCH_MS,
  EMITTED_HEAD_BYTES,
  emittedBytes,
  type FromModule,
  type ModuleFailure,
  type ModuleStart,
  strideOf,
  type ToModule,
} from './batch.ts';

/** As often as an exporter's `tick` is promised. */
const TICK_MS = 100;

type Events = Extract<ToModule, { readonly type: 'events' }>;
type Done = Extract<FromModule, { readonly type: 'done' }>;

const NO_BYTES = new Uint8Array(0);
const NO_BUFFER = new ArrayBuffer(0);

let post: (message: FromModule, transfer?: readonly ArrayBuffer[]) => void = () => undefined;
/** The module closed its thread: what runs now is the last. */
let hasClosed = false;
/** An answer to a batch is due, and can say of a close. */
let isInBatch = false;

const now = (): number => (performance.timeOrigin + performance.now()) / 1000;

function causeOf(thrown: unknown): ModuleFailure {
  const error = toError(thrown);
  return { message: error.message, code: error instanceof LabError ? error.code : 'run/failed' };
}

const close = self.close.bind(self);
self.close = () => {
  hasClosed = true;
  if (!isInBatch) post({ type: 'crashed', reason: 'its thread ended' });
  close();
};
self.addEventListener('error', ({ message }) => post({ type: 'crashed', reason: message }));
self.addEventListener('unhandledrejection', ({ reason }) => {
  post({ type: 'crashed', reason: `Uncaught (in promise) ${toError(reason).message}` });
});

/** What there is outside the sandbox only. */
function closed(what: string): LabError {
  return new LabError(
    'setup/invalid',
    `A module of your own has no ${what} in the page: it gets events and gives events.`,
  );
}

function contextOf(start: ModuleStart): WorkerContext {
  return {
    name: start.name,
    processIndex: start.processIndex,
    config: new WorkerConfig(start.config),
    sources: start.sources,
    sinks: start.sinks,
    observes: start.observes,
    files: {
      create: () => Promise.reject(closed('files')),
      open: () => Promise.reject(closed('files')),
    },
    instruments: [],
    connect: () => Promise.reject(closed('network')),
    get workspace(): never {
      throw closed('workspace');
    },
    now,
    random: createRandom(start.randomSeed),
    print: (text) => post({ type: 'print', text: String(text) }),
    publish: (picture) => post({ type: 'picture', picture }),
  };
}

/** Events one behind the other in a batch, seen one at a time. */
class BatchEvents {
  readonly #event: EventView;
  readonly #strideBytes: number;

  constructor(shape: BufferInfo, buffer: ArrayBuffer) {
    this.#event = new EventView(shape, buffer);
    this.#strideBytes = strideOf(shape);
  }

  at(index: number): EventView {
    const address = index * this.#strideBytes;
    return this.#event.at(address, address + METADATA_BYTES);
  }
}

/** What a processor emits while it has a batch; grows as it must. */
class EmittedEvents {
  readonly #sinks: readonly BufferInfo[];
  #bytes = new Uint8Array(0);
  #usedBytes = 0;
  count = 0;

  constructor(sinks: readonly BufferInfo[]) {
    this.#sinks = sinks;
  }

  add(eventIndex: number, sinkIndex: number, output: EventView): void {
    const lengthBytes = emittedBytes(this.#sinks[sinkIndex]!);
    if (this.#usedBytes + lengthBytes > this.#bytes.length) {
      const grown = new Uint8Array(2 * (this.#usedBytes + lengthBytes));
      grown.set(this.#bytes);
      this.#bytes = grown;
    }
    const head = new DataView(this.#bytes.buffer, this.#usedBytes);
    head.setUint32(0, eventIndex, true);
    head.setUint32(4, sinkIndex, true);
    this.#bytes.set(output.dataBytes, this.#usedBytes + EMITTED_HEAD_BYTES);
    this.#usedBytes += lengthBytes;
    this.count++;
  }

  /** What was emitted since the last call. */
  take(): { readonly emitted: ArrayBuffer; readonly emittedCount: number } {
    const taken = { emitted: this.#bytes.buffer, emittedCount: this.count };
    this.#bytes = new Uint8Array(0);
    this.#usedBytes = 0;
    this.count = 0;
    return taken;
  }
}

/** Runs `see` over the events of a batch until it throws or closes the thread, and says how far it came. */
function throughBatch(
  { count }: Events,
  see: (index: number) => void,
  results: () => Pick<Done, 'decisions' | 'emitted' | 'emittedCount'>,
): void {
  let doneCount = 0;
  let failure: ModuleFailure | undefined;
  isInBatch = true;
  try {
    for (; doneCount < count && !hasClosed; doneCount++) see(doneCount);
  } catch (thrown) {
    failure = causeOf(thrown);
  }
  isInBatch = false;
  const { decisions, emitted, emittedCount } = results();
  post(
    { type: 'done', doneCount, decisions, emitted, emittedCount, failure, hasClosed },
    emitted.byteLength > 0 ? [emitted] : [],
  );
}

const noResults = () => ({ decisions: NO_BYTES, emitted: NO_BUFFER, emittedCount: 0 });

/** How a function with a source answers a batch. */
function seerOf(worker: Exporter | Filter | Processor, { sources, sinks }: ModuleStart): (batch: Events) => void {
  const source = sources[0]!;
  switch (worker.template) {
    case 'Exporter':
      return (batch) => {
        const events = new BatchEvents(source, batch.buffer);
        throughBatch(batch, (i) => worker.consume(events.at(i)), noResults);
      };
    case 'Filter':
      return (batch) => {
        const events = new BatchEvents(source, batch.buffer);
        const decisions = new Uint8Array(batch.count * sinks.length);
        const decide = (i: number): void => {
          const decision = worker.accept(events.at(i));
          if (typeof decision !== 'boolean' && !Array.isArray(decision)) {
            throw new LabError(
              'run/failed',
              `A filter answers true, false or a list of these, one for each sink, not ${String(decision)}.`,
            );
          }
          for (let sink = 0; sink < sinks.length; sink++) {
            if (typeof decision === 'boolean' ? decision : decision[sink]) decisions[i * sinks.length + sink] = 1;
          }
        };
        throughBatch(batch, decide, () => ({ ...noResults(), decisions }));
      };
    case 'Processor': {
      const outputs = sinks.map((shape) => createDetachedEvent(shape));
      const emitted = new EmittedEvents(sinks);
      return (batch) => {
        const events = new BatchEvents(source, batch.buffer);
        const see = (i: number): void => {
          worker.process(events.at(i), outputs, (sinkIndex) => emitted.add(i, sinkIndex, outputs[sinkIndex]!));
        };
        throughBatch(batch, see, () => ({ decisions: NO_BYTES, ...emitted.take() }));
      };
    }
  }
}

/** Fills batches with an importer's events. What it has stands in a batch no longer than a frame, or than its next wait. */
class ImporterDriver {
  readonly #importer: Importer;
  readonly #shape: BufferInfo;
  readonly #rooms: number[] = [];
  #tellRoom: () => void = () => undefined;
  #isClosing = false;
  #tellClosing: () => void = () => undefined;
  #batch: { readonly buffer: ArrayBuffer; readonly events: BatchEvents; readonly cells: DataView } | undefined;
  #count = 0;
  #batchEndS = 0;
  /** The waits of a simulated process before its next event, which the thread outside keeps. */
  #waitS = 0;
  /** For waits that block: nobody else can have this memory, and nobody wakes it. */
  #still: Int32Array | undefined;

  constructor(importer: Importer, shape: BufferInfo) {
    this.#importer = importer;
    this.#shape = shape;
  }

  addRoom(lengthBytes: number): void {
    this.#rooms.push(lengthBytes);
    this.#tellRoom();
  }

  close(): void {
    this.#isClosing = true;
    this.#tellRoom();
    this.#tellClosing();
  }

  async run(): Promise<void> {
    try {
      await this.#fill();
    } catch (thrown) {
      this.#flush();
      post({ type: 'failed', ...causeOf(thrown) });
    }
  }

  async #fill(): Promise<void> {
    while (!this.#isClosing) {
      this.#waitS = 0;
      const answer = this.#importer.next(this.#sleep, () => this.#isClosing);
      let isReady = answer;
      if (typeof answer !== 'boolean') {
        this.#flush();
        isReady = await this.#unlessClosing(answer);
      }
      const timeS = now();
      // No turn of the event loop per event.
      if (!isReady || !(this.#batch || (await this.#openBatch()))) break;
      this.#write(timeS);
    }
    this.#flush();
    this.#importer.finish?.();
    post({ type: 'finished' });
  }

  #write(timeS: number): void {
    const { events, cells } = this.#batch!;
    const address = this.#count * strideOf(this.#shape);
    this.#importer.write(events.at(this.#count));
    cells.setFloat64(address, this.#waitS, true);
    cells.setFloat64(address + 8, timeS, true);
    this.#count++;
    const isFull = (this.#count + 1) * strideOf(this.#shape) > cells.byteLength;
    if (isFull || this.#waitS * 1000 > BATCH_MS || timeS > this.#batchEndS) this.#flush();
  }

  /** A batch to write into; false when the run is shut down first. */
  async #openBatch(): Promise<boolean> {
    while (!this.#batch && !this.#isClosing) {
      const lengthBytes = this.#rooms.shift();
      if (lengthBytes !== undefined) {
        const buffer = new ArrayBuffer(lengthBytes);
        this.#batch = { buffer, events: new BatchEvents(this.#shape, buffer), cells: new DataView(buffer) };
        this.#count = 0;
        this.#batchEndS = now() + BATCH_MS / 1000;
      } else {
        await new Promise<void>((resolve) => {
          this.#tellRoom = resolve;
        });
      }
    }
    return this.#batch !== undefined;
  }

  /** Hands over what is written. */
  #flush(): void {
    if (!this.#batch) return;
    const usedBytes = this.#count * strideOf(this.#shape);
    const whole = this.#batch.buffer;
    const buffer = usedBytes < whole.byteLength ? whole.slice(0, usedBytes) : whole;
    this.#batch = undefined;
    post({ type: 'filled', buffer, count: this.#count }, [buffer]);
  }

  /** False as soon as no event is wanted any more. */
  #unlessClosing(awaited: Promise<boolean>): Promise<boolean> {
    return new Promise((resolve, reject) => {
      this.#tellClosing = () => resolve(false);
      if (this.#isClosing) resolve(false);
      awaited.then(resolve, reject);
    });
  }

  readonly #sleep = (seconds: number): void => {
    if (this.#importer.isSimulated) {
      this.#waitS += seconds;
      return;
    }
    this.#flush();
    this.#still ??= new Int32Array(new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true }).buffer);
    Atomics.wait(this.#still, 0, 0, Math.max(0, seconds * 1000));
  };
}

/** Drives the function; returns what hears the messages after `start`. */
function drive(worker: WorkerFunction, start: ModuleStart): (message: ToModule) => void {
  switch (worker.template) {
    case 'Importer': {
      const driver = new ImporterDriver(worker, start.sinks[0]!);
      void driver.run();
      return (message) => {
        if (message.type === 'room') driver.addRoom(message.lengthBytes);
        else driver.close();
      };
    }
    case 'Observer': {
      const [shape] = start.observes;
      return (message) => {
        if (message.type !== 'events') return;
        const events = new BatchEvents(shape!, message.buffer);
        throughBatch(message, (i) => worker.observe(events.at(i)), noResults);
      };
    }
    case 'IsAlive':
      return () =>
        throughBatch({ type: 'events', buffer: new ArrayBuffer(1), count: 1 }, () => worker.poll(), noResults);
    default: {
      const see = seerOf(worker, start);
      if (worker.template === 'Exporter' && worker.tick) {
        setInterval(() => attempt(() => worker.tick!()), TICK_MS);
      }
      return (message) => {
        if (message.type === 'events') see(message);
        else if (worker.template === 'Exporter') {
          attempt(() => {
            worker.finish?.();
            post({ type: 'finished' });
          });
        }
      };
    }
  }
}

function attempt(step: () => void): void {
  try {
    step();
  } catch (thrown) {
    post({ type: 'failed', ...causeOf(thrown) });
  }
}

async function begin(start: ModuleStart, moduleUrl: string): Promise<(message: ToModule) => void> {
  const factory = await loadModule(moduleUrl, start.exportName);
  const worker = (await factory(contextOf(start))) as WorkerFunction | undefined;
  post({
    type: 'made',
    template: worker?.template as WorkerFunction['template'],
    intervalS: worker && 'intervalS' in worker ? worker.intervalS : 0,
    isSimulated: worker?.template === 'Importer' && worker.isSimulated === true,
  });
  return worker ? drive(worker, start) : () => undefined;
}

/** The first message, from the frame: the module's text, and the way to the thread outside. */
self.addEventListener(
  'message',
  ({ data, ports }: MessageEvent<string>) => {
    const port = ports[0]!;
    const moduleUrl = URL.createObjectURL(new Blob([data], { type: 'text/javascript' }));
    let hear: Promise<(message: ToModule) => void> | undefined;
    post = (message, transfer = []) => port.postMessage(message, [...transfer]);
    port.addEventListener('message', ({ data: message }: MessageEvent<ToModule>) => {
      if (message.type === 'start') {
        hear = begin(message, moduleUrl);
        hear.catch((thrown: unknown) => post({ type: 'failed', ...causeOf(thrown) }));
      } else void hear?.then((answer) => answer(message));
    });
    port.start();
    post({ type: 'ready' });
  },
  { once: true },
);
