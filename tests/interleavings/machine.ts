// Threads as instances of one module over one memory, played by one JavaScript thread. A thread stands before its next
// atomic operation; `run` lets it do that one and go on to before the next at which it has to stop. All that the threads
// know lies in one span of memory (ring, notes, what the scheduler knows of them, unwound stacks), so a state can be
// kept, compared and gone back to.

/** What one thread does: an export of core/threads.ts with what it gets after the ring and its notes. */
export interface Program {
  readonly name: string;
  readonly entry: string;
  readonly args: readonly number[];
  /** Index of the thread at whose death this one begins: the host that cleans up. Otherwise it begins at once. */
  readonly afterDeathOf?: number;
  /** Index of the thread that does the same under another number: this one begins after it (search.ts says why). */
  readonly twin?: number;
}

export type Exports = Record<string, (...args: number[]) => number>;

/** A thread's state: not begun, about to take a step, asleep on a word, for a death to come, and three ways not to go on. */
export type Status = 'fresh' | 'ready' | 'asleep' | 'waiting' | 'done' | 'dead' | 'frozen';
const STATUS: readonly Status[] = ['fresh', 'ready', 'asleep', 'waiting', 'done', 'dead', 'frozen'];
const FRESH = STATUS.indexOf('fresh');
const READY = STATUS.indexOf('ready');
const ASLEEP = STATUS.indexOf('asleep');
const WAITING = STATUS.indexOf('waiting');
const DONE = STATUS.indexOf('done');

/** Before which operations a running thread stops: each, those that other threads can notice, none until it sleeps. */
export type Stops = 'each' | 'shared' | 'none';

/** Bytes of a thread's notes, of its unwound stack, of the notes that all share. */
const NOTES_BYTES = 16;
const STACK_BYTES = 1024;
const SHARED_BYTES = 32;
/** Words in which the scheduler keeps a thread: status, word slept on, next step's kind and address, hash of its stack. */
const [STATUS_WORD, SLEEP_WORD, KIND_WORD, ADDRESS_WORD, HASH_WORD, CONTROL_WORDS] = [0, 1, 2, 3, 4, 6];
/** What spans are aligned to; in front of the span lies the hash of a state. */
const ALIGNMENT = 128;
const PAGE_BYTES = 65_536;
/** States that the memory grows by when more are kept. */
const KEPT_PER_GROWTH = 64;

/** What a program of core/threads.ts calls `fail` with, in words. */
const FAILURES = [
  'a reader or observer got a torn event',
  'events of a writer came out of order',
  'samples of two generations, or not in their places, were said to be whole',
  'a clock was torn',
];

const KINDS = ['load', 'store', 'add', 'sub', 'and', 'or', 'cmpxchg', 'wait', 'notify', 'data'];
const LOAD = KINDS.indexOf('load');
const WAIT = KINDS.indexOf('wait');
const DATA = KINDS.indexOf('data');
const UNBROKEN = 16;

/** No thread of these small scenarios does so much without sleeping, unless it goes round for ever. */
const MAX_RUN = 1000;

/** A rule that did not hold; the schedule that led there is added by the search. */
export class Violation extends Error {}

export class EndlessLoop extends Violation {
  constructor(name: string) {
    super(`${name} is in a loop that never ends`);
  }
}

export interface MachineOptions {
  readonly module: WebAssembly.Module;
  readonly programs: readonly Program[];
  readonly ringBytes: (exports: Exports) => number;
  /** Lays the ring out. */
  readonly lay: (exports: Exports, ring: number, memory: WebAssembly.Memory) => void;
  /** From this offset on, words of the ring are also touched by plain stores of several threads. */
  readonly plainFrom?: (view: DataView, ring: number) => number;
  /** What programs call `fail` with does not count: somebody writes into slots that are others'. */
  readonly isLax?: boolean;
}

export class Machine {
  readonly programs: readonly Program[];
  readonly ring: number;
  /** Address of the notes that all threads share. */
  readonly shared: number;
  readonly view: DataView;
  /** The words of the ring. */
  readonly words: Int32Array;
  /** Threads, one bit each, for whom nobody has done yet what touches the word of their next step. */
  held = 0;
  /** Operations since the last `run` began. */
  opCount = 0;
  /** Twins begin one after the other, and a thread that was woken does not stop before it has taken a step. */
  isReduced = true;
  /** A thread has touched a word in a way in which it had not before. */
  hasLearned = false;
  readonly #memory: WebAssembly.Memory;
  readonly #exports: Exports[];
  readonly #calls: (() => void)[];
  readonly #host: Exports;
  readonly #all: Int32Array;
  readonly #control: number;
  readonly #stacks: number;
  readonly #spanBytes: number;
  readonly #kept: number;
  #keptCount = 0;
  /** Threads that have loaded a word of the ring, and that have done anything else to it: one bit each. */
  readonly #loaders: Int32Array;
  readonly #changers: Int32Array;
  readonly #plainFrom: number;
  #stops: Stops = 'each';
  #isResuming = false;
  #isPassing = false;
  #hasParked = false;

  constructor({ module, programs, ringBytes, lay, plainFrom, isLax = false }: MachineOptions) {
    this.programs = programs;
    this.#memory = new WebAssembly.Memory({ initial: 2, maximum: PAGE_BYTES, shared: true });
    this.#exports = programs.map((_, thread) => this.#instantiate(module, thread, isLax));
    // An instance that no thread is in: its steps are not to be scheduled.
    this.#host = this.#instantiate(module, undefined, isLax);
    this.ring = alignUp(this.#host['heapBase']!()) + ALIGNMENT;
    const bytes = ringBytes(this.#host);
    this.shared = this.ring + Math.ceil(bytes / 8) * 8;
    this.#control = this.shared + SHARED_BYTES + programs.length * NOTES_BYTES;
    this.#stacks = alignUp(this.#control + programs.length * CONTROL_WORDS * 4);
    this.#kept = this.#stacks + programs.length * STACK_BYTES;
    this.#spanBytes = this.#kept - this.ring;
    const { buffer } = this.#memory;
    this.view = new DataView(buffer);
    this.#all = new Int32Array(buffer);
    this.words = new Int32Array(buffer, this.ring, Math.ceil(bytes / 4));
    this.#loaders = new Int32Array(Math.ceil(bytes / 4));
    this.#changers = new Int32Array(Math.ceil(bytes / 4));
    this.#calls = programs.map(({ entry, args }, thread) => this.#caller(thread, entry, args));
    lay(this.#host, this.ring, this.#memory);
    this.#plainFrom = plainFrom?.(this.view, this.ring) ?? Infinity;
    this.#begin();
  }

  /** Address of a thread's notes. */
  notes(thread: number): number {
    return this.shared + SHARED_BYTES + thread * NOTES_BYTES;
  }

  status(thread: number): Status {
    return STATUS[this.#word(thread, STATUS_WORD)]!;
  }

  isReady(thread: number): boolean {
    const status = this.#word(thread, STATUS_WORD);
    if (status !== FRESH) return status === READY;
    const { twin } = this.programs[thread]!;
    return twin === undefined || !this.isReduced || this.#word(twin, STATUS_WORD) !== FRESH;
  }

  /** The threads that are ready, one bit each. */
  get readyThreads(): number {
    let ready = 0;
    for (let thread = 0; thread < this.programs.length; thread++) if (this.isReady(thread)) ready |= 1 << thread;
    return ready;
  }

  isAlive(thread: number): boolean {
    return this.#word(thread, STATUS_WORD) <= ASLEEP;
  }

  /** The word that a sleeping thread sleeps on, from the ring on. */
  sleepOffset(thread: number): number {
    return this.#word(thread, SLEEP_WORD) - this.ring;
  }

  /** The step that the thread stands before, from the ring on. */
  pending(thread: number): { kind: string; offset: number; isUnbroken: boolean } {
    const kind = this.#word(thread, KIND_WORD);
    return {
      kind: KINDS[kind & ~UNBROKEN]!,
      offset: this.#word(thread, ADDRESS_WORD) - this.ring,
      isUnbroken: kind >= UNBROKEN,
    };
  }

  /** Whether another thread has been seen to touch the word of the step that the thread stands before, so that order matters. */
  isPendingShared(thread: number): boolean {
    return this.#isShared(thread, this.#word(thread, KIND_WORD) & ~UNBROKEN, this.#word(thread, ADDRESS_WORD));
  }

  /** Whether another thread has been seen to do an atomic operation on the word at this offset. */
  isTouchedByOthers(thread: number, offset: number): boolean {
    return ((this.#loaders[offset >>> 2]! | this.#changers[offset >>> 2]!) & ~(1 << thread)) !== 0;
  }

  /** Whether plain stores of several threads may touch the word at this offset. */
  isPlain(offset: number): boolean {
    return offset >= this.#plainFrom;
  }

  /** Lets a ready thread do the operation that it stands before, and go on to before the next of those that `stops` says. */
  run(thread: number, stops: Stops): void {
    this.#stops = stops;
    this.opCount = 0;
    this.#isResuming = true;
    this.#isPassing = false;
    this.#exports[thread]!['asyncify_start_rewind']!(this.#stack(thread));
    this.#call(thread);
  }

  /** Ends the thread. Who was to begin at its death is ready. */
  kill(thread: number): void {
    this.#leave(thread, STATUS.indexOf('dead'));
    this.programs.forEach(({ afterDeathOf }, other) => {
      if (afterDeathOf === thread) this.#set(other, STATUS_WORD, READY);
    });
  }

  /** Suspends the thread for ever, and nobody knows. */
  freeze(thread: number): void {
    this.#leave(thread, STATUS.indexOf('frozen'));
  }

  reset(): void {
    this.restore(0);
    this.held = 0;
  }

  /** Keeps the state under a number from 1 on; 0 is the beginning. */
  save(number: number): void {
    if (number >= this.#keptCount) this.#grow(number);
    this.#host['copySpan']!(this.#kept + number * this.#spanBytes, this.ring, this.#spanBytes);
  }

  restore(number: number): void {
    this.#host['copySpan']!(this.ring, this.#kept + number * this.#spanBytes, this.#spanBytes);
  }

  /** Makes `keyLow` and `keyHigh`: 64 bits that two different states do not share, save by a chance of about states² / 2^65. */
  makeKey(salt: number): void {
    this.#host['hashSpan']!(this.ring - ALIGNMENT, this.ring, this.#stacks, salt);
  }

  get keyLow(): number {
    return this.#all[(this.ring - ALIGNMENT) >>> 2]!;
  }

  get keyHigh(): number {
    return this.#all[((this.ring - ALIGNMENT) >>> 2) + 1]!;
  }

  #instantiate(module: WebAssembly.Module, thread: number | undefined, isLax: boolean): Exports {
    const scheduler =
      thread === undefined
        ? { step: () => {}, sleep: () => {}, wake: () => {}, fail: () => {} }
        : {
            step: (kind: number, address: number) => this.#step(thread, kind, address),
            sleep: (address: number) => this.#sleep(thread, address),
            wake: (address: number) => this.#wake(address),
            fail: (what: number) => {
              if (!isLax) throw new Violation(FAILURES[what]);
            },
          };
    const instance = new WebAssembly.Instance(module, { env: { memory: this.#memory }, scheduler });
    return instance.exports as unknown as Exports;
  }

  #caller(thread: number, entry: string, args: readonly number[]): () => void {
    const call = this.#exports[thread]![entry]!;
    const { ring } = this;
    const notes = this.notes(thread);
    const [first = 0, second = 0, third = 0] = args.map((value) => this.#argument(value));
    return () => void call(ring, notes, first, second, third);
  }

  #argument(value: number): number {
    if (value === Machine.SHARED) return this.shared;
    return value >= Machine.RING ? this.ring + value - Machine.RING : value;
  }

  /** Brings every thread to before its first step. */
  #begin(): void {
    this.programs.forEach(({ afterDeathOf }, thread) => {
      this.#call(thread);
      this.#set(thread, STATUS_WORD, afterDeathOf === undefined ? FRESH : WAITING);
    });
    this.save(0);
  }

  #call(thread: number): void {
    this.#hasParked = false;
    this.#calls[thread]!();
    if (!this.#hasParked) {
      this.#leave(thread, DONE);
      return;
    }
    this.#exports[thread]!['asyncify_stop_unwind']!();
    this.#host['hashStack']!(this.#controlOf(thread) + HASH_WORD * 4, this.#stack(thread));
  }

  #step(thread: number, kind: number, address: number): void {
    if (this.#isResuming) {
      this.#isResuming = false;
      this.#exports[thread]!['asyncify_stop_rewind']!();
    } else if (this.#isPassing) {
      // To have been woken is no step: whoever is stopped between that and the next might as well not have run.
      this.#isPassing = false;
    } else if (this.#mustStop(thread, kind & ~UNBROKEN, address)) {
      this.#park(thread, READY, kind, address);
      return;
    }
    if (++this.opCount > MAX_RUN) throw new EndlessLoop(this.programs[thread]!.name);
    this.#touch(thread, kind & ~UNBROKEN, address);
  }

  #sleep(thread: number, address: number): void {
    if (this.#isResuming) {
      this.#isResuming = false;
      this.#isPassing = this.isReduced;
      this.#exports[thread]!['asyncify_stop_rewind']!();
    } else {
      this.#set(thread, SLEEP_WORD, address);
      this.#park(thread, ASLEEP, WAIT, address);
    }
  }

  #wake(address: number): void {
    for (let thread = 0; thread < this.programs.length; thread++) {
      if (this.#word(thread, STATUS_WORD) !== ASLEEP || this.#word(thread, SLEEP_WORD) !== address) continue;
      this.#set(thread, SLEEP_WORD, 0);
      this.#set(thread, STATUS_WORD, READY);
    }
  }

  #park(thread: number, status: number, kind: number, address: number): void {
    const stack = this.#stack(thread);
    this.#all[stack >>> 2] = stack + 8;
    this.#all[(stack >>> 2) + 1] = stack + STACK_BYTES;
    this.#set(thread, STATUS_WORD, status);
    this.#set(thread, KIND_WORD, kind);
    this.#set(thread, ADDRESS_WORD, address);
    this.#hasParked = true;
    this.#exports[thread]!['asyncify_start_unwind']!(stack);
  }

  /** The thread does not go on: where it stood makes no difference any more. */
  #leave(thread: number, status: number): void {
    this.#all.fill(0, this.#controlOf(thread) >>> 2, (this.#controlOf(thread) >>> 2) + CONTROL_WORDS);
    this.#set(thread, STATUS_WORD, status);
  }

  #mustStop(thread: number, kind: number, address: number): boolean {
    if (this.#stops === 'shared') return this.#isShared(thread, kind, address);
    return this.#stops === 'each';
  }

  #isShared(thread: number, kind: number, address: number): boolean {
    const offset = address - this.ring;
    if (kind === DATA || this.isPlain(offset)) return true;
    const others = ~(1 << thread);
    const changers = this.#changers[offset >>> 2]!;
    return ((kind === LOAD ? changers : changers | this.#loaders[offset >>> 2]!) & others) !== 0;
  }

  /** Notes who touches which word, and lets those go on whose next step is not independent of this one. */
  #touch(thread: number, kind: number, address: number): void {
    if (kind !== DATA) {
      const touchers = kind === LOAD ? this.#loaders : this.#changers;
      const word = (address - this.ring) >>> 2;
      if ((touchers[word]! & (1 << thread)) === 0) {
        touchers[word]! |= 1 << thread;
        this.hasLearned = true;
      }
    }
    for (let other = 0; this.held >>> other !== 0; other++) {
      if ((this.held & (1 << other)) === 0) continue;
      const otherKind = this.#word(other, KIND_WORD) & ~UNBROKEN;
      const isSameWord = this.#word(other, ADDRESS_WORD) === address && (kind !== LOAD || otherKind !== LOAD);
      if (isSameWord || kind === DATA || otherKind === DATA) this.held &= ~(1 << other);
    }
  }

  #grow(number: number): void {
    this.#keptCount = number + KEPT_PER_GROWTH;
    const end = this.#kept + this.#keptCount * this.#spanBytes;
    const missing = Math.ceil((end - this.#memory.buffer.byteLength) / PAGE_BYTES);
    if (missing > 0) this.#memory.grow(missing);
  }

  #stack(thread: number): number {
    return this.#stacks + thread * STACK_BYTES;
  }

  #controlOf(thread: number): number {
    return this.#control + thread * CONTROL_WORDS * 4;
  }

  #word(thread: number, word: number): number {
    return this.#all[(this.#controlOf(thread) >>> 2) + word]!;
  }

  #set(thread: number, word: number, value: number): void {
    this.#all[(this.#controlOf(thread) >>> 2) + word] = value;
  }

  /** Stands in a program's arguments for the address of the notes that all share. */
  static readonly SHARED = 0x6000_0000;
  /** Stands there, with an offset added, for an address in the ring's memory. */
  static readonly RING = 0x7000_0000;
}

function alignUp(address: number): number {
  return Math.ceil(address / ALIGNMENT) * ALIGNMENT;
}
