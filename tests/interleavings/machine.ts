// Threads as instances of one module over one memory, played by one JavaScript thread. A thread stands before its next
// atomic operation; `step` lets it do that one and go on to before the next. All that the threads know lies in one
// span of memory (ring, notes, unwound stacks, what the scheduler knows of them), so a state can be kept, compared
// and gone back to.

/** What one thread does: an export of core/threads.ts with what it gets after the ring and its notes. */
export interface Program {
  readonly name: string;
  readonly entry: string;
  readonly args: readonly number[];
  /** Index of the thread at whose death this one begins: the host that cleans up. Otherwise it begins at once. */
  readonly afterDeathOf?: number;
}

export type Exports = Record<string, (...args: number[]) => number>;

/** A thread's state: about to take a step, asleep on a word, not begun, and three ways not to go on. */
export type Status = 'ready' | 'asleep' | 'waiting' | 'done' | 'dead' | 'frozen';
const STATUS: readonly Status[] = ['ready', 'asleep', 'waiting', 'done', 'dead', 'frozen'];
const READY = STATUS.indexOf('ready');
const ASLEEP = STATUS.indexOf('asleep');
const WAITING = STATUS.indexOf('waiting');
const DONE = STATUS.indexOf('done');

/** Bytes of a thread's notes, of its unwound stack, of the notes that all share. */
const NOTES_BYTES = 16;
const STACK_BYTES = 1024;
const SHARED_BYTES = 32;
/** Words in which the scheduler keeps a thread: status, word slept on, kind and address of the next step. */
const [STATUS_WORD, SLEEP_WORD, KIND_WORD, ADDRESS_WORD, CONTROL_WORDS] = [0, 1, 2, 3, 4];

/** What a program of core/threads.ts calls `fail` with, in words. */
const FAILURES = [
  'a reader or observer got a torn event',
  'events of a writer came out of order',
  'samples of two generations, or not in their places, were said to be whole',
  'a clock was torn',
];

const KINDS = ['load', 'store', 'add', 'sub', 'and', 'or', 'cmpxchg', 'wait', 'notify', 'data'];
const UNBROKEN = 16;

/** States of asyncify (its documentation): nothing, unwinding, rewinding. */
const REWINDING = 2;

/** A rule that did not hold; the schedule that led there is added by the search. */
export class Violation extends Error {}

export class Machine {
  readonly programs: readonly Program[];
  readonly ring: number;
  /** Address of the notes that all threads share. */
  readonly shared: number;
  readonly view: DataView;
  readonly #memory: WebAssembly.Memory;
  readonly #exports: Exports[];
  readonly #control: number;
  readonly #stacks: number;
  /** The span as words, and those of them that hold no stack. */
  readonly #span: Int32Array;
  readonly #plain: Int32Array;
  readonly #all: Int32Array;
  #initial: Int32Array = new Int32Array();

  /** `lay` lays the ring of `ringBytes` out. */
  constructor(options: {
    readonly module: WebAssembly.Module;
    readonly programs: readonly Program[];
    readonly ringBytes: (exports: Exports) => number;
    readonly lay: (exports: Exports, ring: number, memory: WebAssembly.Memory) => void;
    /** What programs call `fail` with does not count: somebody writes into slots that are others'. */
    readonly isLax?: boolean;
  }) {
    const { module, programs, ringBytes, lay, isLax = false } = options;
    this.programs = programs;
    this.#memory = new WebAssembly.Memory({ initial: 2, maximum: 65_536, shared: true });
    this.#exports = programs.map((_, thread) => this.#instantiate(module, thread, isLax));
    const host = this.#exports[0]!;
    const base = Math.ceil(host['heapBase']!() / 128) * 128;
    this.ring = base;
    const ringEnd = base + Math.ceil(ringBytes(host) / 8) * 8;
    this.shared = ringEnd;
    this.#control = this.shared + SHARED_BYTES + programs.length * NOTES_BYTES;
    this.#stacks = this.#control + programs.length * CONTROL_WORDS * 4;
    const end = this.#stacks + programs.length * STACK_BYTES;
    const { buffer } = this.#memory;
    this.view = new DataView(buffer);
    this.#all = new Int32Array(buffer);
    this.#span = new Int32Array(buffer, base, (end - base) / 4);
    this.#plain = new Int32Array(buffer, base, (this.#stacks - base) / 4);
    // Laid out by an instance that no thread is in: its steps are not to be scheduled.
    lay(this.#instantiate(module, undefined, isLax), base, this.#memory);
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
    return this.#word(thread, STATUS_WORD) === READY;
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

  /** Lets a ready thread do the operation that it stands before. */
  step(thread: number): void {
    const exports = this.#exports[thread]!;
    exports['asyncify_start_rewind']!(this.#stack(thread));
    this.#call(thread);
  }

  /** Ends the thread. Who was to begin at its death is ready. */
  kill(thread: number): void {
    this.#set(thread, STATUS_WORD, STATUS.indexOf('dead'));
    this.programs.forEach(({ afterDeathOf }, other) => {
      if (afterDeathOf === thread) this.#set(other, STATUS_WORD, READY);
    });
  }

  /** Suspends the thread for ever, and nobody knows. */
  freeze(thread: number): void {
    this.#set(thread, STATUS_WORD, STATUS.indexOf('frozen'));
  }

  reset(): void {
    this.#span.set(this.#initial);
  }

  save(into: Int32Array = new Int32Array(this.#span.length)): Int32Array {
    into.set(this.#span);
    return into;
  }

  restore(state: Int32Array): void {
    this.#span.set(state);
  }

  /** 53 bits that two different states do not share, save by a chance of about states² / 2^54. */
  key(salt: number): number {
    let low = salt | 0;
    let high = 0x9e3779b9;
    const mix = (word: number): void => {
      low = Math.imul(low ^ word, 0x85ebca6b);
      low ^= low >>> 15;
      high = Math.imul(high ^ word, 0xc2b2ae35) + low;
      high ^= high >>> 13;
    };
    const plain = this.#plain;
    for (let i = 0; i < plain.length; i++) mix(plain[i]!);
    for (let thread = 0; thread < this.programs.length; thread++) {
      // What lies above the top of an unwound stack is left over from before.
      const first = this.#stack(thread) >>> 2;
      const top = this.#all[first]! >>> 2;
      for (let i = first; i < top; i++) mix(this.#all[i]!);
    }
    return (low >>> 0) * 2 ** 21 + (high >>> 11);
  }

  #instantiate(module: WebAssembly.Module, thread: number | undefined, isLax: boolean): Exports {
    const scheduler =
      thread === undefined
        ? { step: () => {}, sleep: () => {}, wake: () => {}, fail: () => {} }
        : {
            step: (kind: number, address: number) => {
              const exports = this.#exports[thread]!;
              if (exports['asyncify_get_state']!() === REWINDING) exports['asyncify_stop_rewind']!();
              else this.#park(thread, READY, kind, address);
            },
            sleep: (address: number) => {
              const exports = this.#exports[thread]!;
              if (exports['asyncify_get_state']!() === REWINDING) exports['asyncify_stop_rewind']!();
              else {
                this.#set(thread, SLEEP_WORD, address);
                this.#park(thread, ASLEEP, KINDS.indexOf('wait'), address);
              }
            },
            wake: (address: number) => this.#wake(address),
            fail: (what: number) => {
              if (!isLax) throw new Violation(FAILURES[what]);
            },
          };
    const instance = new WebAssembly.Instance(module, { env: { memory: this.#memory }, scheduler });
    return instance.exports as unknown as Exports;
  }

  /** Brings every thread to before its first step. */
  #begin(): void {
    this.programs.forEach(({ afterDeathOf }, thread) => {
      this.#call(thread);
      if (afterDeathOf !== undefined) this.#set(thread, STATUS_WORD, WAITING);
    });
    this.#initial = this.save();
  }

  #call(thread: number): void {
    const exports = this.#exports[thread]!;
    const { entry, args } = this.programs[thread]!;
    const notes = this.notes(thread);
    exports[entry]!(this.ring, notes, ...args.map((value) => this.#argument(value)));
    if (exports['asyncify_get_state']!() !== 0) exports['asyncify_stop_unwind']!();
    else this.#set(thread, STATUS_WORD, DONE);
  }

  #argument(value: number): number {
    if (value === Machine.SHARED) return this.shared;
    return value >= Machine.RING ? this.ring + value - Machine.RING : value;
  }

  #park(thread: number, status: number, kind: number, address: number): void {
    const stack = this.#stack(thread);
    this.view.setUint32(stack, stack + 8, true);
    this.view.setUint32(stack + 4, stack + STACK_BYTES, true);
    this.#set(thread, STATUS_WORD, status);
    this.#set(thread, KIND_WORD, kind);
    this.#set(thread, ADDRESS_WORD, address);
    this.#exports[thread]!['asyncify_start_unwind']!(stack);
  }

  #wake(address: number): void {
    for (let thread = 0; thread < this.programs.length; thread++) {
      if (this.#word(thread, STATUS_WORD) !== ASLEEP || this.#word(thread, SLEEP_WORD) !== address) continue;
      this.#set(thread, SLEEP_WORD, 0);
      this.#set(thread, STATUS_WORD, READY);
    }
  }

  #stack(thread: number): number {
    return this.#stacks + thread * STACK_BYTES;
  }

  #word(thread: number, word: number): number {
    return this.#all[(this.#control >>> 2) + thread * CONTROL_WORDS + word]!;
  }

  #set(thread: number, word: number, value: number): void {
    this.#all[(this.#control >>> 2) + thread * CONTROL_WORDS + word] = value;
  }

  /** Stands in a program's arguments for the address of the notes that all share. */
  static readonly SHARED = 0x6000_0000;
  /** Stands there, with an offset added, for an address in the ring's memory. */
  static readonly RING = 0x7000_0000;
}
