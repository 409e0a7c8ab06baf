// Searches schedules for one that breaks a rule: all of them, depth first, or seeded random ones.
//
// All means: of each set of schedules that cannot differ in what they lead to, one. Why nothing is left out:
//
// - States. What can follow depends on the state, on who ran last and on the switches that are left; a state that was
//   gone into with as few is not gone into again.
// - Words. A thread is not stopped before an operation on a word that nobody else touches, or that all only load: done
//   before the switch instead of after it, it leads to the same, with no more switches. Who touches what is learned; a
//   search in which something was learned is done again, so in the last one it was true of each step.
// - Switches. Who was switched away from goes on only after somebody has touched the word of its next step: otherwise
//   that step could as well have come before the switch. Moving steps to the front like this comes to an end, so each
//   schedule has one like it that is played.
// - Twins. Threads that differ only in their number begin in the order of their numbers: every schedule is one of those
//   with the numbers exchanged, and the core only compares numbers for being equal.
// - Last runs. Who runs when no switch is left runs until it sleeps or ends, without looking whether its states are known.
// - Deaths. Whether a thread stops for ever now or later is the same to the others, so it does right after a step of its
//   own; where it stood does not belong to the state.

import { seededRandom } from '../support/random.ts';
import { EndlessLoop, type Machine, type Stops, Violation } from './machine.ts';
import { StateTable } from './state-table.ts';

export interface Scenario {
  readonly name: string;
  readonly machine: Machine;
  /** Threads that may die at any step where an engine can end them; who begins at their death then does. */
  readonly mortals?: readonly number[];
  /** Threads that may stop at any step for ever, without anybody knowing. */
  readonly freezables?: readonly number[];
  /** Throws a `Violation` when the state is wrong in which no thread can go on. */
  readonly checkEnd: () => void;
  /** Name of the word at an offset from the ring, for messages. */
  readonly nameOf: (offset: number) => string;
}

export interface SearchReport {
  /** States that were told apart, and how often a thread ran on from one. */
  readonly stateCount: number;
  readonly runCount: number;
  readonly endCount: number;
}

export interface SearchOptions {
  /** Leaves out nothing but what follows from a state gone into before: to see that the rest leads to the same ends. */
  readonly isPlain?: boolean;
  /** Called in each state in which no thread can go on. */
  readonly onEnd?: () => void;
}

/** No schedule of these small scenarios is longer than this, unless something in it goes round for ever. */
const MAX_STEPS = 2000;

/** What a thread does in a schedule. */
const KINDS = ['run', 'kill', 'freeze'] as const;
type Kind = (typeof KINDS)[number];
const [RUN, KILL, FREEZE] = [0, 1, 2];

interface Move {
  readonly kind: Kind;
  readonly thread: number;
  /** Operations of a run. */
  readonly opCount: number;
}

/**
 * All schedules with at most `preemptions` switches away from a thread that could go on (a switch from one that ended,
 * died or sleeps is free); Infinity for all there are. At most one thread dies or freezes. Throws a `Violation`
 * with the schedule.
 */
export function searchAll(scenario: Scenario, preemptions: number, options: SearchOptions = {}): SearchReport {
  const { machine } = scenario;
  let report: SearchReport | undefined;
  // Those with few switches teach nearly all that there is to learn.
  for (const bound of [0, 1, preemptions]) {
    do {
      machine.hasLearned = false;
      report = new Search(scenario, Math.min(bound, preemptions), options).run();
    } while (machine.hasLearned);
  }
  return report!;
}

class Search {
  readonly #scenario: Scenario;
  readonly #machine: Machine;
  readonly #preemptions: number;
  readonly #isBounded: boolean;
  readonly #isPlain: boolean;
  readonly #threads: readonly number[];
  readonly #mortals: number;
  readonly #freezables: number;
  readonly #seen = new StateTable();
  /** The schedule at hand: state before each move, the move (kind and thread), operations of it. */
  readonly #keys = new Int32Array(2 * MAX_STEPS + 4);
  readonly #moves = new Int32Array(MAX_STEPS + 2);
  readonly #opCounts = new Int32Array(MAX_STEPS + 2);
  #depth = 0;
  #runCount = 0;
  readonly #onEnd: () => void;
  #endCount = 0;

  constructor(scenario: Scenario, preemptions: number, { isPlain = false, onEnd = () => {} }: SearchOptions) {
    const { machine, mortals = [], freezables = [] } = scenario;
    this.#scenario = scenario;
    this.#machine = machine;
    this.#preemptions = preemptions;
    this.#isPlain = isPlain;
    this.#onEnd = onEnd;
    machine.isReduced = !isPlain;
    this.#isBounded = Number.isFinite(preemptions);
    this.#threads = machine.programs.map((_, thread) => thread);
    this.#mortals = maskOf(mortals);
    this.#freezables = maskOf(freezables);
  }

  run(): SearchReport {
    this.#machine.reset();
    try {
      this.#enter(-1, 0, true);
    } catch (error) {
      throw explain(this.#scenario, this.#path(), error);
    }
    return { stateCount: this.#seen.size, runCount: this.#runCount, endCount: this.#endCount };
  }

  /** Goes on from the state that `last` has led to, unless that was done. `isWhole`: nobody has died or frozen yet. */
  #enter(last: number, used: number, isWhole: boolean): void {
    const machine = this.#machine;
    const runner = last >= 0 && machine.isReady(last) ? last : -1;
    machine.makeKey(this.#isBounded ? (runner + 1) | (machine.held << 8) : 0);
    const { keyLow, keyHigh } = machine;
    if (!this.#seen.enter(keyLow, keyHigh, this.#isBounded ? used : 0)) {
      if (runner >= 0) this.#checkProgress(runner, keyLow, keyHigh);
      return;
    }
    const depth = this.#depth;
    if (depth > MAX_STEPS) throw new EndlessLoop('somebody');
    this.#keys[2 * depth] = keyLow;
    this.#keys[2 * depth + 1] = keyHigh;
    const ready = machine.readyThreads;
    if (ready === 0) {
      this.#endCount++;
      this.#scenario.checkEnd();
      this.#onEnd();
    }
    this.#follow(last, runner, used, isWhole, ready);
  }

  /** All moves from the state at hand. */
  #follow(last: number, runner: number, used: number, isWhole: boolean, ready: number): void {
    const machine = this.#machine;
    const { held } = machine;
    const depth = this.#depth;
    machine.save(depth + 1);
    const back = () => {
      machine.restore(depth + 1);
      machine.held = held;
      this.#depth = depth;
    };
    const go = (thread: number, cost: number) => {
      this.#moves[depth] = move(RUN, thread);
      this.#opCounts[depth] = -1;
      this.#depth = depth + 1;
      this.#runCount++;
      machine.run(thread, this.#stopsOf(thread, cost, isWhole));
      this.#opCounts[depth] = machine.opCount;
      this.#enter(thread, cost, isWhole);
      back();
    };
    if (runner >= 0) go(runner, used);
    if (runner < 0 || (used < this.#preemptions && (this.#isPlain || machine.isPendingShared(runner)))) {
      const cost = used + (runner >= 0 ? 1 : 0);
      const heldThen = runner >= 0 && this.#isBounded && !this.#isPlain ? held | (1 << runner) : held;
      for (const thread of this.#threads) {
        if (thread === runner || (ready & ~held & (1 << thread)) === 0) continue;
        machine.held = heldThen;
        go(thread, cost);
      }
    }
    if (!isWhole) return;
    const stop = (kind: number, thread: number) => {
      this.#moves[depth] = move(kind, thread);
      this.#opCounts[depth] = 0;
      this.#depth = depth + 1;
      machine[KINDS[kind] as 'kill' | 'freeze'](thread);
      this.#enter(-1, used, false);
      back();
    };
    for (const thread of depth > 0 ? [last] : this.#threads) {
      if (!machine.isAlive(thread)) continue;
      if (this.#mortals & (1 << thread) && !machine.pending(thread).isUnbroken) stop(KILL, thread);
      if (this.#freezables & (1 << thread)) stop(FREEZE, thread);
    }
  }

  #stopsOf(thread: number, cost: number, isWhole: boolean): Stops {
    if (this.#isPlain) return 'each';
    if (isWhole && (this.#mortals | this.#freezables) & (1 << thread)) return 'each';
    return cost < this.#preemptions ? 'shared' : 'none';
  }

  /** A thread that comes back to a state without the others having done anything never ends. */
  #checkProgress(thread: number, low: number, high: number): void {
    for (let depth = this.#depth - 1; depth >= 0 && this.#moves[depth] === move(RUN, thread); depth--) {
      if (this.#keys[2 * depth] === low && this.#keys[2 * depth + 1] === high) {
        throw new EndlessLoop(this.#machine.programs[thread]!.name);
      }
    }
  }

  #path(): Move[] {
    return Array.from({ length: this.#depth }, (_, depth) => ({
      kind: KINDS[this.#moves[depth]! & 3]!,
      thread: this.#moves[depth]! >> 2,
      opCount: this.#opCounts[depth]! < 0 ? this.#machine.opCount : this.#opCounts[depth]!,
    }));
  }
}

function move(kind: number, thread: number): number {
  return kind | (thread << 2);
}

function maskOf(threads: readonly number[]): number {
  return threads.reduce((mask, thread) => mask | (1 << thread), 0);
}

/** `count` random schedules, some with a death or a freeze. Throws a `Violation` with the schedule. */
export function searchRandom(scenario: Scenario, seed: number, count: number): SearchReport {
  const { machine, mortals = [], freezables = [] } = scenario;
  machine.isReduced = false;
  const random = seededRandom(seed);
  const pick = (limit: number) => Math.floor(random() * limit);
  const victims = [
    ...mortals.map((thread) => ({ kind: 'kill' as const, thread, opCount: 0 })),
    ...freezables.map((thread) => ({ kind: 'freeze' as const, thread, opCount: 0 })),
  ];
  let runCount = 0;
  for (let run = 0; run < count; run++) {
    machine.reset();
    const path: Move[] = [];
    // A thread goes on for a while, so that long runs of one thread come up as well as close fights.
    const stay = random();
    let victim = victims.length > 0 && random() < 0.7 ? victims[pick(victims.length)] : undefined;
    const fate = pick(120);
    let thread = -1;
    try {
      for (;;) {
        if (victim && path.length >= fate && canStop(machine, victim)) {
          path.push(victim);
          machine[victim.kind](victim.thread);
          victim = undefined;
        }
        const ready = machine.programs.map((_, index) => index).filter((index) => machine.isReady(index));
        if (ready.length === 0) break;
        const next = thread >= 0 && machine.isReady(thread) && random() < stay ? thread : ready[pick(ready.length)]!;
        if (path.length > MAX_STEPS) throw new EndlessLoop('somebody');
        thread = next;
        path.push({ kind: 'run', thread, opCount: 1 });
        machine.run(thread, 'each');
        runCount++;
      }
      scenario.checkEnd();
    } catch (error) {
      throw explain(scenario, path, error);
    }
  }
  return { stateCount: 0, runCount, endCount: count };
}

function canStop(machine: Machine, { kind, thread }: Move): boolean {
  return machine.isAlive(thread) && !(kind === 'kill' && machine.pending(thread).isUnbroken);
}

/** The violation with the schedule that led to it, played again to name its steps. */
function explain(scenario: Scenario, path: readonly Move[], error: unknown): unknown {
  if (!(error instanceof Violation)) return error;
  const { machine, nameOf, name } = scenario;
  machine.isReduced = false;
  machine.reset();
  const lines: string[] = [];
  for (const { kind, thread, opCount } of path) {
    const { name: who } = machine.programs[thread]!;
    const where = () => `${machine.pending(thread).kind} ${nameOf(machine.pending(thread).offset)}`;
    if (kind !== 'run') {
      lines.push(`${kind} ${who} before ${where()}`);
      machine[kind](thread);
      continue;
    }
    let done = 0;
    do {
      lines.push(`${who}: ${where()}`);
      try {
        machine.run(thread, 'each');
      } catch {
        lines.push('(here)');
        break;
      }
      done += machine.opCount;
    } while (done < opCount);
  }
  return new Violation(`${name}: ${error.message}\n${lines.join('\n')}`, { cause: error });
}
