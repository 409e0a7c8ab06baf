// Scenarios of the event ring, and what must hold when no thread can go on (docs/event-ring.md).

import * as layout from '../../src/core/layout.ts';
import { type Exports, Machine, type Program, Violation } from './machine.ts';
import type { Scenario } from './search.ts';

export interface EventRingShape {
  readonly slots: number;
  /** Events that each writer commits. */
  readonly writers: readonly number[];
  readonly readers?: number;
  readonly observers?: number;
  /** Bits of the control word that an operator sets, and then those that it clears. */
  readonly control?: readonly { readonly set: number; readonly clear: number }[];
  /** Threads of which one dies anywhere and is recovered then. */
  readonly dies?: Endangered;
  /** Threads of which one stops anywhere for ever, without anybody knowing. */
  readonly freezes?: Endangered;
  /** Thread whose slots the host gives back at any time, although it still runs, and again after its death. */
  readonly recoveredEarly?: string;
}

/** Writers, readers and observers by their names, such as `writer 0`. */
type Endangered = 'anyone' | readonly string[];

const EVENTS_PER_WRITER = 4;
const METADATA_BYTES = 8;

export function eventRingScenario(module: WebAssembly.Module, shape: EventRingShape): Scenario {
  const { slots, writers, readers = 1, observers = 0, control = [], recoveredEarly } = shape;
  const programs: Program[] = [];
  const isIn = (names: Endangered = [], name: string) => names === 'anyone' || names.includes(name);
  /** Adds a thread; it is the twin of the one before when that does the same and has the same dangers. */
  const add = (name: string, entry: string, args: readonly number[], isLikePrevious: boolean): void => {
    const previous = programs.length - 1;
    const dangers = (of: string) => [isIn(shape.dies, of), isIn(shape.freezes, of), recoveredEarly === of].join();
    const isTwin = isLikePrevious && dangers(name) === dangers(programs[previous]!.name);
    programs.push({ name, entry, args, ...(isTwin && { twin: previous }) });
  };
  writers.forEach((count, index) => {
    add(`writer ${index}`, 'writeEvents', [index, count], index > 0 && writers[index - 1] === count);
  });
  for (let index = 0; index < readers; index++)
    add(`reader ${index}`, 'readEvents', [index, Machine.SHARED], index > 0);
  for (let index = 0; index < observers; index++) add(`observer ${index}`, 'observeEvents', [index], false);
  const names = programs.map(({ name }) => name);
  for (const { set, clear } of control) add('operator', 'controlRing', [set, clear], false);

  const indexOf = (name: string) => programs.findIndex((program) => program.name === name);
  const recover = (victim: string): Omit<Program, 'name'> => {
    const index = indexOf(victim);
    return { entry: 'recoverThread', args: [index + 1, index < writers.length ? index : -1] };
  };
  const mortals = recoveredEarly ? [recoveredEarly] : names.filter((name) => isIn(shape.dies, name));
  if (recoveredEarly) programs.push({ name: 'early host', ...recover(recoveredEarly) });
  for (const victim of mortals)
    programs.push({ name: `host of ${victim}`, ...recover(victim), afterDeathOf: indexOf(victim) });

  const args = [slots, METADATA_BYTES, 0, writers.length, observers] as const;
  const machine = new Machine({
    module,
    programs,
    ringBytes: (exports: Exports) => exports['ringBytes']!(...args),
    isLax: recoveredEarly !== undefined,
    lay: (exports, ring) => void exports['ringInit']!(ring, ...args),
    // Snapshots and owners of slots.
    plainFrom: (view, ring) => view.getUint32(ring + layout.RING_OBSERVERS_OFFSET, true),
  });
  return {
    name: nameOfEventRing(shape),
    machine,
    mortals: mortals.map(indexOf),
    freezables: names.filter((name) => isIn(shape.freezes, name)).map(indexOf),
    checkEnd: () => new EndCheck(machine, shape, programs).run(),
    nameOf: (offset) => nameOf(machine, offset),
  };
}

/** A shape in words. */
export function nameOfEventRing(shape: EventRingShape): string {
  const { slots, writers, readers = 1, observers = 0, control = [] } = shape;
  const parts = [`${slots} slots`, `${writers.join('+')} events`, `${readers} readers`];
  if (observers) parts.push(`${observers} observers`);
  for (const { set, clear } of control) parts.push(`control +${set} -${clear}`);
  const inWords = (names: Endangered) => (names === 'anyone' ? names : names.join(' or '));
  if (shape.dies) parts.push(`${inWords(shape.dies)} dies`);
  if (shape.freezes) parts.push(`${inWords(shape.freezes)} freezes`);
  if (shape.recoveredEarly) parts.push(`${shape.recoveredEarly} recovered early`);
  return parts.join(', ');
}

/** The rules, over a state in which every thread has ended, died, frozen or sleeps. */
class EndCheck {
  readonly #machine: Machine;
  readonly #shape: EventRingShape;
  readonly #programs: readonly Program[];
  readonly #slotCount: number;

  constructor(machine: Machine, shape: EventRingShape, programs: readonly Program[]) {
    this.#machine = machine;
    this.#shape = shape;
    this.#programs = programs;
    this.#slotCount = shape.slots;
  }

  run(): void {
    const empty = this.#tokensIn(layout.RING_EMPTY_CELLS_OFFSET);
    const filled = this.#tokensIn(layout.RING_FILLED_CELLS_OFFSET);
    const frozen = this.#programs.filter((_, thread) => this.#machine.status(thread) === 'frozen').length;
    this.#checkTokens(empty, filled, frozen);
    if (!this.#shape.recoveredEarly) this.#checkEvents(filled);
    this.#checkSleepers(empty, filled, frozen);
  }

  /** Each token is in one queue or with one owner; a frozen thread may have one between the two. */
  #checkTokens(empty: readonly number[], filled: readonly number[], frozen: number): void {
    let missing = 0;
    for (let token = 0; token < this.#slotCount; token++) {
      const owner = this.#word(this.#slot(token) + layout.RING_SLOT_OWNER);
      const queued = [...empty, ...filled].filter((other) => other === token).length;
      if (queued > 1) throw new Violation(`token ${token} is in the queues ${queued} times`);
      if (queued === 1 && owner !== 0) throw new Violation(`token ${token} is in a queue and with owner ${owner}`);
      if (queued === 0 && owner === 0) missing++;
      if (queued === 0 && owner !== 0 && !this.#mayHold(owner))
        throw new Violation(`token ${token} is still with owner ${owner}`);
    }
    if (missing > frozen) throw new Violation(`${missing} tokens are lost`);
  }

  /** A thread that ended or was recovered holds nothing. */
  #mayHold(owner: number): boolean {
    const status = this.#machine.status(owner - 1);
    return status === 'frozen' || this.#word(layout.RING_CONTROL) === layout.RING_STOPPED;
  }

  /** Each event whose commit came back was read once, waits, or was given up with its reader; none came twice. */
  #checkEvents(filled: readonly number[]): void {
    const waiting = filled.map((token) => this.#word(this.#slot(token) + layout.RING_SLOT_METADATA));
    let lostCount = 0;
    let countedCount = 0;
    let begunCount = 0;
    let pausedCount = 0;
    this.#shape.writers.forEach((count, writer) => {
      const begun = this.#view.getUint32(this.#machine.notes(writer), true);
      const finished = this.#view.getUint32(this.#machine.notes(writer) + 4, true);
      const line = this.#word(layout.RING_WRITERS_OFFSET) + writer * layout.RING_WRITER_BYTES;
      countedCount += this.#word(line + layout.RING_WRITER_EVENTS);
      pausedCount += this.#word(line + layout.RING_WRITER_PAUSED);
      for (let n = 0; n < count; n++) {
        const event = writer * EVENTS_PER_WRITER + n + 1;
        const readCount = this.#view.getUint8(this.#machine.shared + event);
        const waitingCount = waiting.filter((other) => other === event).length;
        if (readCount + waitingCount > 1) throw new Violation(`event ${event} comes ${readCount + waitingCount} times`);
        if ((begun >> n) & 1) begunCount++;
        else if (readCount + waitingCount > 0) throw new Violation(`event ${event} was not committed and comes`);
        if ((finished >> n) & 1 && readCount + waitingCount === 0) lostCount++;
        if (waitingCount > 0 && this.#hasEndedReader()) throw new Violation(`event ${event} waits after the end`);
      }
    });
    const abandonedCount = this.#word(layout.RING_ABANDONED_COUNT);
    const heldCount = this.#heldByFrozenReader();
    if (lostCount > abandonedCount + heldCount + pausedCount) throw new Violation(`${lostCount} events are lost`);
    if (countedCount + pausedCount > begunCount) throw new Violation('more events are counted than were committed');
  }

  #hasEndedReader(): boolean {
    return this.#programs.some(
      ({ entry }, thread) =>
        entry === 'readEvents' && this.#view.getInt32(this.#machine.notes(thread) + 8, true) === layout.RING_ENDED,
    );
  }

  #heldByFrozenReader(): number {
    return this.#programs.filter(
      ({ entry }, thread) => entry === 'readEvents' && this.#machine.status(thread) === 'frozen',
    ).length;
  }

  /** Nobody sleeps who has something to do: what a frozen thread has not told yet is its own last token at most. */
  #checkSleepers(empty: readonly number[], filled: readonly number[], frozen: number): void {
    const control = this.#word(layout.RING_CONTROL);
    const left = this.#word(layout.RING_WRITERS_LEFT);
    this.#programs.forEach(({ name, entry }, thread) => {
      if (this.#machine.status(thread) !== 'asleep') return;
      if (control & layout.RING_STOPPED) throw new Violation(`${name} sleeps after the stop`);
      if (entry === 'readEvents') {
        for (const token of filled) {
          if (this.#isFinished(this.#word(this.#slot(token) + layout.RING_SLOT_METADATA)))
            throw new Violation(`${name} sleeps although an event waits`);
        }
        if (left === 0 && frozen === 0) throw new Violation(`${name} sleeps after the end`);
      } else if (entry === 'writeEvents') {
        if (control & layout.RING_CLOSING) throw new Violation(`${name} sleeps although the ring is closing`);
        for (const token of empty) {
          if (!this.#isBeingReleased(token)) throw new Violation(`${name} sleeps although slot ${token} is empty`);
        }
      } else if (left === 0 && frozen === 0) throw new Violation(`${name} sleeps after the end`);
      else if (frozen === 0) throw new Violation(`${name} sleeps and nobody is left to wake it`);
    });
  }

  #isFinished(event: number): boolean {
    const writer = Math.floor((event - 1) / EVENTS_PER_WRITER);
    const finished = this.#view.getUint32(this.#machine.notes(writer) + 4, true);
    return ((finished >> ((event - 1) % EVENTS_PER_WRITER)) & 1) === 1;
  }

  #isBeingReleased(token: number): boolean {
    return this.#programs.some(
      ({ entry }, thread) =>
        entry === 'readEvents' &&
        this.#machine.status(thread) === 'frozen' &&
        this.#view.getUint32(this.#machine.notes(thread), true) === token + 1,
    );
  }

  /** Tokens in the cells of a queue. */
  #tokensIn(cellsOffset: number): number[] {
    const mask = this.#word(layout.RING_CELL_MASK);
    const tokens: number[] = [];
    for (let cell = 0; cell <= mask; cell++) {
      const offset = this.#word(cellsOffset) + cell * 8;
      // The sequence is one more than the position while a token lies there.
      if (((this.#word(offset) - 1) & mask) === cell) tokens.push(this.#word(offset + 4));
    }
    return tokens;
  }

  #slot(token: number): number {
    return this.#word(layout.RING_SLOTS_OFFSET) + token * this.#word(layout.RING_SLOT_STRIDE);
  }

  get #view(): DataView {
    return this.#machine.view;
  }

  #word(offset: number): number {
    return this.#machine.view.getUint32(this.#machine.ring + offset, true);
  }
}

/** Words of the ring by their offset. */
function nameOf(machine: Machine, offset: number): string {
  const word = (at: number) => machine.view.getUint32(machine.ring + at, true);
  for (const [queue, name, cells] of [
    [layout.RING_EMPTY, 'empty', layout.RING_EMPTY_CELLS_OFFSET],
    [layout.RING_FILLED, 'filled', layout.RING_FILLED_CELLS_OFFSET],
  ] as const) {
    if (offset === queue + layout.RING_QUEUE_TAIL) return `${name} tail`;
    if (offset === queue + layout.RING_QUEUE_HEAD) return `${name} head`;
    if (offset === queue + layout.RING_QUEUE_SIGNAL) return `${name} signal`;
    if (offset === queue + layout.RING_QUEUE_SLEEPERS) return `${name} sleepers`;
    const cell = (offset - word(cells)) / 8;
    if (cell >= 0 && cell <= word(layout.RING_CELL_MASK)) return `${name} cell ${cell}`;
  }
  if (offset >= word(layout.RING_SLOTS_OFFSET)) {
    const [at, stride] = [offset - word(layout.RING_SLOTS_OFFSET), word(layout.RING_SLOT_STRIDE)];
    return `slot ${Math.floor(at / stride)} + ${at % stride}`;
  }
  const words: Record<number, string> = {
    [layout.RING_CONTROL]: 'control',
    [layout.RING_WRITERS_LEFT]: 'writers left',
    [layout.RING_OBSERVERS_WANTING]: 'observers wanting',
    [layout.RING_ABANDONED_COUNT]: 'abandoned count',
  };
  return words[offset] ?? `word ${offset}`;
}
