// A user's module as its pipeline thread has it: takes slots from the rings in batches, copies them into buffers that
// are handed over to the sandbox, and does with the slots what the answers say. More than one batch is on its way, so that
// neither side waits for the other; the first is one event, and they grow as long as the function keeps up with a frame.
// A slot is held until its event's answer is there: rings count as if the function ran here.
//
// Nothing that comes from the module is believed: an answer that does not fit ends it.

import { assert } from '../../base/assert.ts';
import { LabError } from '../../base/errors.ts';
import { EventRing, type ReadResult } from '../../core/event-ring.ts';
import type { EventSlot } from '../../core/event-slot.ts';
import { RING_FILLED } from '../../core/layout.ts';
import type { BufferEnd, ThreadJob, ThreadMessage } from '../engine/job.ts';
import { SourceClock } from '../engine/source-clock.ts';
import { pointAt, type ThreadBuffers } from '../engine/thread-buffers.ts';
import { EventView, eventBytes, METADATA_BYTES } from '../event-view.ts';
import { TEMPLATE_ARITY, type Template } from '../functions/arity.ts';
import {
  BATCH_MS,
  EMITTED_HEAD_BYTES,
  emittedBytes,
  type FromModule,
  maxBatchEvents,
  strideOf,
  type ToModule,
} from './batch.ts';
import { failureOf, reasonOf, Spoken } from './spoken.ts';

/** The way to a module, and what the host does when it died. */
export interface ModuleDoor {
  readonly port: MessagePort;
  /** Ends this thread without a last word, as an error that nobody handles does. */
  crash(reason: string): void;
}

interface ProxyHost {
  /** Unix time in seconds. */
  now(): number;
  post(message: ThreadMessage): void;
}

type Done = Extract<FromModule, { readonly type: 'done' }>;
type Filled = Extract<FromModule, { readonly type: 'filled' }>;
type Made = Extract<FromModule, { readonly type: 'made' }>;

/** Batches of a reader on their way: their events hold slots. */
const MAX_IN_FLIGHT = 2;
/** Batches that a source may fill ahead: they hold none, and hide how long a message takes on busy processors. */
const ROOM_COUNT = 4;
/** The frame, its worker and our script come out of memory: longer than this they take only when they are refused. */
const START_LIMIT_MS = 20_000;
/** Between two looks at the control word of the ring while the module has the word. */
const LOOK_INTERVAL_MS = 20;
/** So long a source may take to its end after a shutdown, and a function over a batch; then it is not coming back. */
const END_LIMIT_MS = 2_000;
const ANSWER_LIMIT_MS = 10_000;

export class ModuleProxy {
  /** Events that were taken out of the source and that the function never saw. */
  unreadCount = 0;
  readonly #job: ThreadJob;
  readonly #buffers: ThreadBuffers;
  readonly #door: ModuleDoor;
  readonly #host: ProxyHost;
  readonly #bytes: Uint8Array;
  #template: Template | undefined;
  #isReady = false;
  /** The end is near: no event is taken any more. */
  #isOver = false;
  #saidClosing = false;
  /** Since when an answer is due; `undefined` while none is. */
  #dueSinceMs: number | undefined;
  #isIdle = false;
  /** Hears of the next answers: of events, and of an importer. */
  #onDone: (message: Done) => void = () => this.#refuse();
  #onFilled: (message: Filled) => void = () => this.#refuse();
  #onFinished: () => void = () => this.#refuse();
  readonly #spoken = new Spoken();
  #resolve: () => void = () => undefined;
  #reject: (reason: unknown) => void = () => undefined;

  constructor(job: ThreadJob, buffers: ThreadBuffers, door: ModuleDoor, host: ProxyHost) {
    this.#job = job;
    this.#buffers = buffers;
    this.#door = door;
    this.#host = host;
    this.#bytes = new Uint8Array(job.seed.memory.buffer);
  }

  /** Runs the module to its end. Rejects when it failed or broke the rules; never settles when it crashed. */
  async run(): Promise<void> {
    const { port } = this.#door;
    const look = setInterval(() => this.#attempt(() => this.#look()), LOOK_INTERVAL_MS);
    const startLimit = setTimeout(() => {
      if (!this.#isReady) this.#door.crash('its sandbox did not start');
    }, START_LIMIT_MS);
    try {
      await new Promise<void>((resolve, reject) => {
        this.#resolve = resolve;
        this.#reject = reject;
        port.onmessage = ({ data }: MessageEvent<unknown>) => this.#attempt(() => this.#hear(data as FromModule));
        port.onmessageerror = () => this.#attempt(() => this.#refuse());
      });
    } finally {
      this.#isOver = true;
      clearInterval(look);
      clearTimeout(startLimit);
      port.close();
    }
  }

  /** What a step throws is the end. */
  #attempt(step: () => void): void {
    try {
      if (!this.#isOver) step();
    } catch (thrown) {
      this.#isOver = true;
      this.#reject(thrown);
    }
  }

  #send(message: ToModule, transfer: Transferable[] = []): void {
    this.#door.port.postMessage(message, transfer);
  }

  #hear(message: FromModule): void {
    if (Object(message) !== message) this.#refuse();
    switch (message.type) {
      case 'ready':
        if (this.#isReady) this.#refuse();
        this.#isReady = true;
        this.#start();
        break;
      case 'made':
        this.#begin(message);
        break;
      case 'done':
        this.#onDone(message);
        break;
      case 'filled':
        this.#onFilled(message);
        break;
      case 'finished':
        this.#onFinished();
        break;
      case 'failed':
        throw failureOf(message);
      case 'crashed':
        this.#isOver = true;
        this.#door.crash(reasonOf(message.reason));
        break;
      case 'print': {
        const text = this.#spoken.line(message.text);
        if (text === undefined) this.#refuse();
        this.#host.post({ type: 'print', text });
        break;
      }
      case 'picture': {
        const picture = this.#spoken.picture(message.picture);
        if (!picture) this.#refuse();
        this.#host.post({ type: 'picture', picture });
        break;
      }
      default:
        this.#refuse();
    }
  }

  #refuse(): never {
    throw new LabError('run/failed', 'its module answered what it was not asked');
  }

  #start(): void {
    const { workerName, processIndex, config, source, sources, sinks, observes, randomSeed } = this.#job;
    assert(source.kind === 'sandboxed', 'only a module has a proxy');
    const shapes = (ends: readonly BufferEnd[]) => ends.map(({ buffer }) => buffer);
    this.#send({
      type: 'start',
      exportName: source.exportName,
      name: workerName,
      processIndex,
      config,
      sources: shapes(sources),
      sinks: shapes(sinks),
      observes: shapes(observes),
      randomSeed,
    });
  }

  #begin({ template, intervalS, isSimulated }: Made): void {
    if (this.#template) this.#refuse();
    if (typeof template !== 'string' || !Object.hasOwn(TEMPLATE_ARITY, template)) {
      const names = Object.keys(TEMPLATE_ARITY).join(', ');
      throw new LabError(
        'setup/invalid',
        `The function of ${this.#job.workerName} returns no template. It must return an object whose template is one of ${names}.`,
      );
    }
    this.#buffers.checkShapes(template);
    this.#template = template;
    this.#host.post({ type: 'ready' });
    this.#buffers.waitForBegin();
    switch (template) {
      case 'Importer':
        this.#runImporter(isSimulated === true);
        break;
      case 'Exporter':
      case 'Filter':
      case 'Processor':
        this.#runReader(template);
        break;
      case 'Observer':
        void this.#runObserver(Number(intervalS)).then(this.#resolve, this.#reject);
        break;
      case 'IsAlive':
        void this.#runIsAlive(Number(intervalS)).then(this.#resolve, this.#reject);
        break;
    }
  }

  /** The ring whose end is this thread's. */
  get #ring(): EventRing {
    const { sources, sinks, observes } = this.#job;
    return EventRing.attach(this.#buffers.core, (sources[0] ?? observes[0] ?? sinks[0])!.ring);
  }

  /** A shutdown reaches the module only between two messages: who does not come back then is given up. */
  #look(): void {
    const ring = this.#ring;
    const isSource = this.#job.sources.length === 0 && this.#job.observes.length === 0;
    if (!ring.isClosing && !ring.isStopped && (isSource || !ring.isFlushed)) return;
    const nowMs = performance.now();
    if (isSource && !this.#saidClosing) {
      this.#saidClosing = true;
      this.#dueSinceMs = nowMs;
      if (!this.#template) this.#resolve();
      else this.#send({ type: 'closing' });
    }
    const limitMs = isSource ? END_LIMIT_MS : ANSWER_LIMIT_MS;
    if (this.#dueSinceMs === undefined || nowMs - this.#dueSinceMs < limitMs) return;
    throw new LabError('run/failed', `its function did not come back within ${limitMs / 1000} s of the end`);
  }

  #runImporter(isSimulated: boolean): void {
    const { buffer: shape, ring: descriptor } = this.#job.sinks[0]!;
    const ring = EventRing.attach(this.#buffers.core, descriptor);
    const writer = this.#buffers.writers[0]!;
    const event = this.#buffers.sinkEvents[0]!;
    const { times } = this.#buffers;
    const now = () => this.#host.now();
    const clock = new SourceClock(now, (seconds) => times.waitDuring(() => ring.sleepUntilClosing(seconds)));
    const strideBytes = strideOf(shape);
    const dataBytes = eventBytes(shape);
    const roomBytes = strideBytes * maxBatchEvents(shape, descriptor.slotCount);
    let counter = 0;
    let previousS = now();
    let previousTimeS = previousS;
    times.startSource(previousS);
    /** False when the sink takes no event any more. */
    const take = (cells: DataView, address: number): boolean => {
      if (isSimulated) clock.sleep(cells.getFloat64(address, true));
      if (ring.isClosing) return false;
      const readyS = now();
      const timeS = isSimulated ? clock.eventTimeS : cells.getFloat64(address + 8, true);
      times.dead.begin(readyS);
      let slot = writer.tryClaim();
      if (slot === 'would-block') {
        slot = this.#buffers.claim(writer);
        clock.pass(now() - readyS);
      }
      if (typeof slot === 'string') return false;
      pointAt(event, slot).dataBytes.set(new Uint8Array(cells.buffer, address + METADATA_BYTES, dataBytes));
      const doneS = now();
      times.dead.end(doneS);
      const deadS = doneS - readyS;
      // The cycle of a source that does not simulate was in the sandbox; here its events come in batches.
      const cycleS = isSimulated ? doneS - previousS : Math.max(0, timeS - previousTimeS) + deadS;
      const deadtime = cycleS > 0 ? Math.min(1, deadS / cycleS) : 0;
      event.stamp(counter++, timeS, deadtime);
      writer.commit(slot, deadtime);
      previousS = doneS;
      previousTimeS = timeS;
      return true;
    };
    let roomCount = 0;
    const giveRoom = (): void => {
      roomCount++;
      this.#send({ type: 'room', lengthBytes: roomBytes });
    };
    this.#onFilled = ({ buffer, count }) => {
      const isRight =
        buffer instanceof ArrayBuffer &&
        buffer.byteLength <= roomBytes &&
        Number.isInteger(count) &&
        count >= 0 &&
        count * strideBytes <= buffer.byteLength;
      if (!isRight || --roomCount < 0) this.#refuse();
      const cells = new DataView(buffer);
      times.endWait();
      let isTaken = true;
      for (let i = 0; i < count && isTaken; i++) isTaken = take(cells, i * strideBytes);
      times.beginWait();
      // Frees its memory now: left to the garbage collector, every batch would take pages that nobody has touched yet.
      buffer.transfer(0);
      if (isTaken) giveRoom();
    };
    this.#onFinished = this.#resolve;
    // What the module does meanwhile nobody can tell.
    times.beginWait();
    for (let i = 0; i < ROOM_COUNT; i++) giveRoom();
  }

  #runReader(template: 'Exporter' | 'Filter' | 'Processor'): void {
    const { buffer: shape, ring: descriptor, index } = this.#job.sources[0]!;
    const ring = EventRing.attach(this.#buffers.core, descriptor);
    const reader = ring.reader(index);
    const event = new EventView(shape, this.#job.seed.memory.buffer);
    const strideBytes = strideOf(shape);
    const maxCount = maxBatchEvents(shape, descriptor.slotCount);
    const inFlight: EventSlot[][] = [];
    let limit = 1;
    let isAsleep = false;
    let next: ReadResult = 'would-block';
    const read = (): ReadResult => {
      const result = next;
      next = 'would-block';
      if (result !== 'would-block') return result;
      return isAsleep ? 'would-block' : reader.tryRead();
    };
    const sleep = (): void => {
      if (isAsleep) return;
      isAsleep = true;
      const attempt = (): ReadResult => (this.#isOver ? 'stopped' : reader.tryRead());
      void ring.untilUnblocked(RING_FILLED, attempt).then((result) => {
        isAsleep = false;
        next = result;
        this.#attempt(pump);
      });
    };
    const pump = (): void => {
      while (inFlight.length < (limit > 1 ? MAX_IN_FLIGHT : 1)) {
        const slots: EventSlot[] = [];
        let result: ReadResult = 'would-block';
        while (slots.length < limit) {
          result = read();
          if (typeof result === 'string') break;
          slots.push(result);
        }
        if (slots.length > 0) give(slots);
        if (typeof result === 'string' && result !== 'would-block') {
          next = result;
          if (inFlight.length === 0) finish();
          return;
        }
        if (slots.length === 0) {
          sleep();
          return;
        }
      }
    };
    const give = (slots: EventSlot[]): void => {
      const buffer = new ArrayBuffer(slots.length * strideBytes);
      const target = new Uint8Array(buffer);
      for (let i = 0; i < slots.length; i++) this.#copyEvent(slots[i]!, target, i * strideBytes);
      if (inFlight.length === 0) this.#expect(true);
      inFlight.push(slots);
      this.#send({ type: 'events', buffer, count: slots.length }, [buffer]);
    };
    const finish = (): void => {
      if (template !== 'Exporter' || ring.isStopped) {
        this.#resolve();
        return;
      }
      this.#onFinished = this.#resolve;
      this.#dueSinceMs = performance.now();
      this.#send({ type: 'finish' });
    };
    this.#onDone = (done) => {
      const slots = inFlight.shift();
      if (!slots || this.#dueSinceMs === undefined) this.#refuse();
      const { doneCount, failure, hasClosed } = done;
      const isWhole = doneCount === slots.length;
      const isPart =
        Number.isInteger(doneCount) && doneCount >= 0 && doneCount < slots.length && (failure || hasClosed);
      if (!isWhole && !isPart) this.#refuse();
      const workMs = performance.now() - this.#dueSinceMs;
      this.#apply(template, done, slots, event);
      for (let i = 0; i < doneCount; i++) reader.release(slots[i]!);
      if (failure || hasClosed) {
        const unseen = [slots.slice(failure ? doneCount + 1 : doneCount), ...inFlight].flat();
        for (const slot of unseen) reader.release(slot);
        this.unreadCount = unseen.length;
        throw failure ? failureOf(failure) : new LabError('run/failed', 'its function closed the thread');
      }
      if (workMs > BATCH_MS) limit = Math.max(1, limit >> 1);
      else if (slots.length === limit) limit = Math.min(maxCount, 2 * limit);
      this.#expect(inFlight.length > 0);
      pump();
    };
    this.#expect(false);
    pump();
  }

  #copyEvent({ metadataAddress, dataAddress, data }: EventSlot, target: Uint8Array, at: number): void {
    assert(dataAddress === metadataAddress + METADATA_BYTES, 'data lies behind its metadata');
    target.set(this.#bytes.subarray(metadataAddress, dataAddress + data.length), at);
  }

  /** The time from now on is the module's, or nobody's: then the thread waits, and costs no processor. */
  #expect(isDue: boolean): void {
    this.#dueSinceMs = isDue ? performance.now() : undefined;
    if (isDue !== this.#isIdle) return;
    this.#isIdle = !isDue;
    if (isDue) this.#buffers.times.endWait();
    else this.#buffers.times.beginWait();
  }

  /** Sends on what the answer says, in the order of the events. */
  #apply(
    template: 'Exporter' | 'Filter' | 'Processor',
    done: Done,
    slots: readonly EventSlot[],
    event: EventView,
  ): void {
    const sinkCount = this.#job.sinks.length;
    if (template === 'Processor') {
      this.#sendEmitted(done, slots, event);
      return;
    }
    const { doneCount, decisions, failure } = done;
    if (template === 'Filter' && !(decisions instanceof Uint8Array && decisions.length >= doneCount * sinkCount)) {
      this.#refuse();
    }
    // An exporter's sinks get every event before the function sees it.
    const count = template === 'Exporter' && failure ? doneCount + 1 : doneCount;
    for (let i = 0; i < count; i++) {
      for (let sink = 0; sink < sinkCount; sink++) {
        if (template === 'Filter' && decisions[i * sinkCount + sink] !== 1) continue;
        pointAt(event, slots[i]!);
        this.#buffers.send(sink, event.metadataBytes, event.dataBytes, event.deadtime);
      }
    }
  }

  #sendEmitted({ emitted, emittedCount }: Done, slots: readonly EventSlot[], event: EventView): void {
    if (!(emitted instanceof ArrayBuffer && Number.isInteger(emittedCount))) this.#refuse();
    const view = new DataView(emitted);
    let previous = 0;
    let at = 0;
    for (let i = 0; i < emittedCount; i++) {
      if (at + EMITTED_HEAD_BYTES > emitted.byteLength) this.#refuse();
      const eventIndex = view.getUint32(at, true);
      const sink = view.getUint32(at + 4, true);
      const shape = this.#job.sinks[sink]?.buffer;
      if (!shape || eventIndex < previous || eventIndex >= slots.length) this.#refuse();
      if (at + emittedBytes(shape) > emitted.byteLength) this.#refuse();
      pointAt(event, slots[eventIndex]!);
      const data = new Uint8Array(emitted, at + EMITTED_HEAD_BYTES, eventBytes(shape));
      this.#buffers.send(sink, event.metadataBytes, data, event.deadtime);
      previous = eventIndex;
      at += emittedBytes(shape);
    }
  }

  async #runObserver(intervalS: number): Promise<void> {
    const { ring: descriptor, index, buffer: shape } = this.#job.observes[0]!;
    const ring = EventRing.attach(this.#buffers.core, descriptor);
    const observer = ring.observer(index);
    this.#expect(false);
    for (;;) {
      const slot = await observer.observeAsync();
      if (typeof slot === 'string') return;
      const buffer = new ArrayBuffer(strideOf(shape));
      this.#copyEvent(slot, new Uint8Array(buffer), 0);
      await this.#ask({ type: 'events', buffer, count: 1 });
      await this.#pause(ring, intervalS);
    }
  }

  async #runIsAlive(intervalS: number): Promise<void> {
    const ring = EventRing.attach(this.#buffers.core, this.#job.observes[0]!.ring);
    this.#expect(false);
    while (!ring.isFlushed && !ring.isStopped) {
      await this.#ask({ type: 'poll' });
      await this.#pause(ring, intervalS);
    }
    await this.#ask({ type: 'poll' });
  }

  /** One question, one answer. */
  #ask(message: ToModule): Promise<void> {
    this.#expect(true);
    this.#send(message, message.type === 'events' ? [message.buffer] : []);
    return new Promise((resolve, reject) => {
      this.#onDone = ({ failure, hasClosed }) => {
        this.#onDone = () => this.#refuse();
        this.#expect(false);
        if (failure) reject(failureOf(failure));
        else if (hasClosed) reject(new LabError('run/failed', 'its function closed the thread'));
        else resolve();
      };
    });
  }

  /** Waits, at most until the run is shut down. */
  async #pause(ring: EventRing, seconds: number): Promise<void> {
    const endMs = performance.now() + seconds * 1000;
    for (;;) {
      const leftMs = endMs - performance.now();
      if (!(leftMs > 0) || ring.isClosing || ring.isStopped || ring.isFlushed) return;
      await new Promise((resolve) => setTimeout(resolve, Math.min(leftMs, LOOK_INTERVAL_MS)));
    }
  }
}
