// Runs a setup: lays the buffers out in shared memory, starts a thread per process of every worker, watches them, and
// steers the run through the rings' control words (pause, resume, shut down, kill). Never blocks: page and Node alike.
// How threads come to be is handed in.

import { assert } from '../../base/assert.ts';
import { Emitter } from '../../base/emitter.ts';
import { type Core, type CoreSeed, instantiateCore } from '../../core/core.ts';
import { EventRing } from '../../core/event-ring.ts';
import { Arena, createMemory } from '../../core/memory.ts';
import { eventBytes, METADATA_BYTES } from '../event-view.ts';
import type { Picture } from '../functions/template.ts';
import type { Setup } from '../setup/setup.ts';
import type { BufferEnd, FunctionSource, ThreadJob, ThreadMessage } from './job.ts';
import { type BufferPlan, type EndPlan, planRun, type RunPlan, type ThreadPlan } from './plan.ts';
import { type SourceTimes, THREAD_TIMES_BYTES, ThreadTimesReader } from './thread-times.ts';

/** A started thread, as the engine needs it. */
export interface ThreadHandle {
  /** Ends the thread at once, wherever it is. */
  terminate(): void;
}

export interface ThreadListener {
  onMessage(message: ThreadMessage): void;
  /**
   * The thread is over, whoever ended it: it can touch no memory any more. The last call, in any case; sooner than that
   * what it holds cannot be taken from it. `why` is what is known of an end of its own.
   */
  onGone(why: string): void;
}

export interface EngineHost {
  readonly module: WebAssembly.Module;
  startThread(job: ThreadJob, listener: ThreadListener): ThreadHandle;
  /** Which code runs for a worker. Rejects with `setup/invalid` when there is none. */
  resolveFunction(worker: Setup['workers'][number]): FunctionSource;
  /** Unix time in seconds, the same clock as the threads'. */
  now(): number;
}

/** `failed`: its function threw. `crashed`: it ended without a last word. `killed`: the operator ended it. */
export type ThreadState = 'running' | 'done' | 'failed' | 'crashed' | 'killed';

/** How a thread ended. */
export interface ThreadEnd {
  readonly processIndex: number;
  readonly state: Exclude<ThreadState, 'running'>;
  /** `undefined` when it just finished. */
  readonly reason: string | undefined;
  /** Events that it had taken and that nobody will see. */
  readonly lostEventCount: number;
}

export interface WorkerStatus {
  readonly name: string;
  readonly functionName: string;
  readonly threads: readonly ThreadState[];
  /** Those of its threads that are over. */
  readonly ends: readonly ThreadEnd[];
  /** Share of a processor, 0..1 each, that the running threads did not spend waiting since the look before. */
  readonly processorShares: readonly number[];
}

/** Its times are the sums over the sources that write the buffer; 0 where none does. */
export interface BufferStatus extends SourceTimes {
  readonly name: string;
  readonly isRoot: boolean;
  readonly slotCount: number;
  readonly eventCount: number;
  /** Sum of the dead-time fractions of all events, as mimoCoRB2 defines them. */
  readonly totalDeadtime: number;
  readonly filledCount: number;
  readonly emptyCount: number;
  readonly inWorkCount: number;
  readonly pausedCount: number;
  /** Events that a thread had taken which failed, crashed or was killed. */
  readonly abandonedCount: number;
  /** Events that were thrown away because every worker that read the buffer was over. */
  readonly unreadCount: number;
  /** Events that threads had for the buffer when it took none any more. */
  readonly refusedCount: number;
  readonly isPaused: boolean;
  readonly isFlushed: boolean;
}

export interface RunStatus {
  /** Seconds since the run began, which it does when the functions of all threads are made; 0 before. */
  readonly activeS: number;
  readonly buffers: readonly BufferStatus[];
  readonly workers: readonly WorkerStatus[];
  readonly aliveThreadCount: number;
}

export interface LogLine {
  readonly workerName: string;
  readonly severity: 'info' | 'error';
  readonly text: string;
}

export interface WorkerPicture {
  readonly workerName: string;
  readonly picture: Picture;
}

/** A run begins without those that are not ready when for so long none has become it. */
const READY_LIMIT_MS = 10_000;
/** Memory beside the buffers themselves. */
const SPARE_BYTES = 1 << 20;
/** A writer that no thread has: such a buffer ends at once. */
const NO_WRITER = 0;

/** An instance over the smallest memory, one per module: it tells how much rings take. */
const probes = new WeakMap<WebAssembly.Module, Core>();

function probeOf(module: WebAssembly.Module): Core {
  let probe = probes.get(module);
  if (!probe) {
    probe = instantiateCore({ module, memory: createMemory(SPARE_BYTES) });
    probes.set(module, probe);
  }
  return probe;
}

interface Buffer {
  readonly plan: BufferPlan;
  readonly ring: EventRing;
  unreadCount: number;
  refusedCount: number;
}

interface Thread {
  readonly plan: ThreadPlan;
  readonly job: ThreadJob;
  readonly times: ThreadTimesReader;
  handle: ThreadHandle | undefined;
  state: ThreadState;
  /** Unix time of its end; `undefined` while it runs. */
  endedS: number | undefined;
  reason: string | undefined;
  lostEventCount: number;
  /** It can touch nothing any more. */
  isGone: boolean;
}

/** One run of one setup. */
export class Engine {
  readonly onLog = new Emitter<LogLine>();
  readonly onPicture = new Emitter<WorkerPicture>();
  /** Resolves when every thread is gone and all is told. */
  readonly finished: Promise<void>;
  readonly #host: EngineHost;
  readonly #setup: Setup;
  readonly #buffers = new Map<string, Buffer>();
  readonly #threads: Thread[] = [];
  /** Streams that are emptied because nobody reads them; each ends when its writers have. */
  readonly #drains: Promise<void>[] = [];
  /** Threads whose functions are not made yet. */
  readonly #unready = new Set<Thread>();
  /** The word that sources wait for. */
  readonly #begin: Int32Array;
  #readyLimit: ReturnType<typeof setTimeout> | undefined;
  /** Unix time; `undefined` until the run begins. */
  #beganS: number | undefined;
  #resolveFinished: () => void = () => {};

  /** Lays out and starts the run. Rejects with `wasm/memory` when the buffers do not fit, `setup/invalid` for unknown code. */
  constructor(setup: Setup, host: EngineHost) {
    this.#host = host;
    this.#setup = setup;
    this.finished = new Promise((resolve) => {
      this.#resolveFinished = resolve;
    });
    const plan = planRun(setup);
    const { seed, arena } = this.#createBuffers(plan);
    const times = arena.reserve('times of threads', Math.max(1, plan.threads.length) * THREAD_TIMES_BYTES);
    const begin = arena.reserve('begin of the run', 4);
    this.#begin = new Int32Array(seed.memory.buffer, begin.address, 1);
    const sources = new Map(setup.workers.map((worker) => [worker.name, host.resolveFunction(worker)]));
    for (const [i, thread] of plan.threads.entries()) {
      const timesAddress = times.address + i * THREAD_TIMES_BYTES;
      const source = sources.get(thread.worker.name)!;
      const job = this.#job(thread, { source, seed, timesAddress, beginAddress: begin.address, randomSeed: i + 1 });
      this.#threads.push({
        plan: thread,
        job,
        times: new ThreadTimesReader(seed.memory.buffer, timesAddress, host.now()),
        handle: undefined,
        state: 'running',
        endedS: undefined,
        reason: undefined,
        lostEventCount: 0,
        isGone: false,
      });
    }
    for (const thread of this.#threads) this.#unready.add(thread);
    for (const thread of this.#threads) this.#start(thread);
    if (this.#threads.length === 0) this.#beginRun();
    else this.#limitReady();
    this.#checkFinished();
  }

  get status(): RunStatus {
    return {
      activeS: this.#beganS === undefined ? 0 : this.#host.now() - this.#beganS,
      buffers: [...this.#buffers.values()].map((buffer) => this.#bufferStatus(buffer)),
      workers: this.#setup.workers.map(({ name, function: functionName }) => {
        const threads = this.#threads.filter(({ plan }) => plan.worker.name === name);
        return {
          name,
          functionName,
          threads: threads.map(({ state }) => state),
          ends: threads.flatMap(({ plan, state, reason, lostEventCount }) =>
            state === 'running' ? [] : [{ processIndex: plan.processIndex, state, reason, lostEventCount }],
          ),
          processorShares: threads.flatMap(({ state, times }) =>
            state === 'running' ? [times.processorShare(this.#host.now())] : [],
          ),
        };
      }),
      aliveThreadCount: this.#threads.filter(({ state }) => state === 'running').length,
    };
  }

  /** Writers' events are counted and discarded from now on. */
  pause(which: 'roots' | 'all'): void {
    for (const { ring } of this.#select(which)) ring.pause();
  }

  resume(which: 'roots' | 'all'): void {
    for (const { ring } of this.#select(which)) ring.resume();
  }

  /** No new events; what was committed still runs through. `roots` is the normal end of a run. */
  shutdown(which: 'roots' | 'all'): void {
    for (const { ring } of this.#select(which)) ring.close();
    this.#beginRun();
  }

  /** Ends every thread now. Events in buffers and in work are lost; what was written to files stays. */
  kill(): void {
    for (const { ring } of this.#buffers.values()) ring.stop();
    this.#beginRun();
    for (const thread of this.#threads) this.#end(thread, { state: 'killed', reason: 'It was killed.' });
  }

  #select(which: 'roots' | 'all'): readonly Buffer[] {
    return [...this.#buffers.values()].filter(({ plan }) => which === 'all' || plan.isRoot);
  }

  #createBuffers({ buffers: plans, threads }: RunPlan): { readonly seed: CoreSeed; readonly arena: Arena } {
    const { module } = this.#host;
    const probe = probeOf(module);
    let lengthBytes = SPARE_BYTES + threads.length * THREAD_TIMES_BYTES;
    for (const { info, slotCount, writerCount, observerCount } of plans) {
      const writers = Math.max(1, writerCount);
      lengthBytes += probe.exports.ringBytes(slotCount, METADATA_BYTES, eventBytes(info), writers, observerCount) + 256;
    }
    const core = instantiateCore({ module, memory: createMemory(lengthBytes) });
    const arena = new Arena(core.memory, core.exports.heapBase());
    for (const plan of plans) {
      const shape = {
        slotCount: plan.slotCount,
        metadataBytes: METADATA_BYTES,
        dataBytes: eventBytes(plan.info),
        writerCount: Math.max(1, plan.writerCount),
        observerCount: plan.observerCount,
      };
      const ring = EventRing.create(core, arena, shape, plan.info.name);
      if (plan.writerCount === 0) ring.writer(NO_WRITER).close();
      this.#buffers.set(plan.info.name, { plan, ring, unreadCount: 0, refusedCount: 0 });
    }
    return { seed: { module, memory: core.memory }, arena };
  }

  #job(
    plan: ThreadPlan,
    rest: Pick<ThreadJob, 'source' | 'seed' | 'timesAddress' | 'beginAddress' | 'randomSeed'>,
  ): ThreadJob {
    const ends = (list: readonly EndPlan[]): BufferEnd[] =>
      list.map(({ bufferName, index }) => {
        const buffer = this.#buffers.get(bufferName);
        assert(buffer, `buffer ${bufferName} was planned`);
        return { buffer: buffer.plan.info, ring: buffer.ring.descriptor, index };
      });
    return {
      workerName: plan.worker.name,
      processIndex: plan.processIndex,
      config: plan.worker.config,
      sources: ends(plan.sources),
      sinks: ends(plan.sinks),
      observes: ends(plan.observes),
      ...rest,
    };
  }

  #start(thread: Thread): void {
    const { name } = thread.plan.worker;
    thread.handle = this.#host.startThread(thread.job, {
      onMessage: (message) => {
        switch (message.type) {
          case 'ready':
            this.#ready(thread);
            break;
          case 'print':
            this.onLog.emit({ workerName: name, severity: 'info', text: message.text });
            break;
          case 'picture':
            this.onPicture.emit({ workerName: name, picture: message.picture });
            break;
          case 'done':
            this.#countRefused(thread.plan, message.refusedCounts);
            this.#end(thread, { state: 'done', reason: undefined });
            break;
          case 'failed':
            this.#countRefused(thread.plan, message.refusedCounts);
            for (const { bufferName } of thread.plan.sources) {
              this.#buffers.get(bufferName)!.unreadCount += message.unreadCount;
            }
            this.#end(thread, { state: 'failed', reason: message.message, lostEventCount: message.lostEventCount });
            break;
        }
      },
      onGone: (why) => this.#leave(thread, why),
    });
  }

  /** Its function is made, or will never be. */
  #ready(thread: Thread): void {
    if (!this.#unready.delete(thread) || this.#beganS !== undefined) return;
    if (this.#unready.size === 0) this.#beginRun();
    else this.#limitReady();
  }

  /** One that hangs while it starts holds the others up for a while only. */
  #limitReady(): void {
    clearTimeout(this.#readyLimit);
    this.#readyLimit = setTimeout(() => {
      for (const { plan } of this.#unready) {
        const text = `Not ready after ${READY_LIMIT_MS / 1000} s: the run begins without it.`;
        this.onLog.emit({ workerName: plan.worker.name, severity: 'error', text });
      }
      this.#beginRun();
    }, READY_LIMIT_MS);
  }

  /** Starts the clock and lets the sources go. */
  #beginRun(): void {
    if (this.#beganS !== undefined) return;
    clearTimeout(this.#readyLimit);
    this.#beganS = this.#host.now();
    Atomics.store(this.#begin, 0, 1);
    Atomics.notify(this.#begin, 0);
  }

  #countRefused({ sinks }: ThreadPlan, counts: readonly number[]): void {
    for (const [i, { bufferName }] of sinks.entries()) this.#buffers.get(bufferName)!.refusedCount += counts[i] ?? 0;
  }

  /** It has said its last word, or is not asked for one: it will be gone soon. */
  #end(thread: Thread, end: Pick<ThreadEnd, 'state' | 'reason'> & { readonly lostEventCount?: number }): void {
    if (thread.state !== 'running') return;
    thread.state = end.state;
    thread.endedS = this.#host.now();
    this.#ready(thread);
    thread.reason = end.reason;
    thread.lostEventCount = end.lostEventCount ?? 0;
    thread.handle?.terminate();
    for (const { bufferName } of thread.plan.sources) this.#drainIfUnread(bufferName, thread.plan.worker.name);
  }

  /** A thread that is gone leaves what it held to the others; only now, because until now it could have used it. */
  #leave(thread: Thread, why: string): void {
    const lostEventCount = this.#recover(thread);
    const { name } = thread.plan.worker;
    this.#end(thread, { state: 'crashed', reason: `${name} stopped unexpectedly: ${why}` });
    thread.lostEventCount += lostEventCount;
    thread.isGone = true;
    if (thread.reason !== undefined) {
      const severity = thread.state === 'killed' ? 'info' : 'error';
      this.onLog.emit({ workerName: name, severity, text: sentence(thread.reason) + lostText(thread.lostEventCount) });
    }
    this.#checkFinished();
  }

  /** Gives back what a thread held that is gone; returns the number of events lost with it. */
  #recover({ plan }: Thread): number {
    let lostEventCount = 0;
    for (const { bufferName, index } of plan.sinks) this.#buffers.get(bufferName)!.ring.recoverWriter(index);
    for (const { bufferName, index } of plan.sources) {
      lostEventCount += this.#buffers.get(bufferName)!.ring.recoverReader(index);
    }
    return lostEventCount;
  }

  /** A stream whose last reader ended is emptied here (it may have failed), so that what fills it can end; the log says so. */
  #drainIfUnread(bufferName: string, workerName: string): void {
    const isRead = this.#threads.some(
      ({ state, plan }) => state === 'running' && plan.sources.some((end) => end.bufferName === bufferName),
    );
    if (isRead) return;
    const buffer = this.#buffers.get(bufferName)!;
    const reader = buffer.ring.reader(this.#threads.length);
    const drain = async (): Promise<void> => {
      for (let slot = await reader.readAsync(); typeof slot !== 'string'; slot = await reader.readAsync()) {
        reader.release(slot);
        buffer.unreadCount++;
      }
      const count = buffer.unreadCount;
      const text = `Nobody read ${bufferName} any more: ${count === 1 ? 'an event was' : `${count} events were`} discarded.`;
      if (count > 0) this.onLog.emit({ workerName, severity: 'info', text });
    };
    this.#drains.push(drain());
  }

  #checkFinished(): void {
    if (this.#threads.every(({ isGone }) => isGone)) void Promise.all(this.#drains).then(this.#resolveFinished);
  }

  #bufferStatus({ plan, ring, unreadCount, refusedCount }: Buffer): BufferStatus {
    const statistics = ring.statistics();
    return {
      name: plan.info.name,
      isRoot: plan.isRoot,
      slotCount: plan.slotCount,
      eventCount: statistics.eventCount,
      totalDeadtime: statistics.totalDeadtime,
      filledCount: statistics.filledCount,
      emptyCount: statistics.emptyCount,
      inWorkCount: statistics.inWorkCount,
      pausedCount: statistics.pausedCount,
      abandonedCount: statistics.abandonedCount,
      unreadCount,
      refusedCount,
      isPaused: statistics.isPaused,
      isFlushed: statistics.isFlushed,
      ...this.#sourceTimes(plan.info.name),
    };
  }

  #sourceTimes(bufferName: string): SourceTimes {
    let deadS = 0;
    let elapsedS = 0;
    for (const { plan, times, endedS } of this.#threads) {
      if (!plan.sinks.some((end) => end.bufferName === bufferName)) continue;
      const own = times.sourceTimes(endedS ?? this.#host.now());
      deadS += own.deadS;
      elapsedS += own.elapsedS;
    }
    return { deadS, elapsedS };
  }
}

function sentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}

function lostText(eventCount: number): string {
  if (eventCount === 0) return '';
  return eventCount === 1
    ? ' The event that it had taken is lost.'
    : ` ${eventCount} events that it had taken are lost.`;
}
