// Searches schedules for one that breaks a rule: all of them, depth first, or seeded random ones. States that were seen
// before are not gone into again, so two schedules that meet cost one.

import { seededRandom } from '../support/random.ts';
import { type Machine, Violation } from './machine.ts';
import { StateMap } from './state-map.ts';

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
  readonly stateCount: number;
  readonly stepCount: number;
  readonly endCount: number;
}

/** No schedule of these small scenarios is longer than this, unless something in it goes round for ever. */
const MAX_STEPS = 2000;

const ENDLESS = 'somebody is in a loop that never ends';

type Move = { readonly kind: 'step' | 'kill' | 'freeze'; readonly thread: number };

/**
 * All schedules with at most `preemptions` switches away from a thread that could go on (a switch from one that ended,
 * died or sleeps is free); Infinity for all there are. At most one thread dies or freezes. Throws a `Violation`
 * with the schedule.
 */
export function searchAll(scenario: Scenario, preemptions: number): SearchReport {
  const { machine, mortals = [], freezables = [] } = scenario;
  const isBounded = Number.isFinite(preemptions);
  const threadCount = machine.programs.length;
  const seen = new StateMap();
  const alone = machine.programs.map(() => new StateMap());
  const saved: Int32Array[] = [];
  const path: Move[] = [];
  let stepCount = 0;
  let endCount = 0;

  const visit = (last: number, used: number, isWhole: boolean, state: number): void => {
    const depth = path.length;
    if (depth > MAX_STEPS) throw new Violation(ENDLESS);
    saved[depth] = machine.save(saved[depth]);
    let canGoOn = false;
    const lastIsReady = last >= 0 && machine.isReady(last);
    for (let turn = 0; turn < threadCount; turn++) {
      const thread = lastIsReady ? (last + turn) % threadCount : turn;
      if (!machine.isReady(thread)) continue;
      canGoOn = true;
      const cost = used + (lastIsReady && thread !== last ? 1 : 0);
      if (cost > preemptions) continue;
      path.push({ kind: 'step', thread });
      machine.step(thread);
      stepCount++;
      const next = machine.key(0);
      if (machine.isReady(thread)) alone[thread]!.set(state, next);
      enter(thread, cost, isWhole, next);
      path.pop();
      machine.restore(saved[depth]);
    }
    if (!canGoOn) {
      endCount++;
      scenario.checkEnd();
    }
    if (!isWhole) return;
    // Whether it stops now or later is the same to the others: only where it stands matters.
    for (const [kind, threads] of [
      ['kill', mortals],
      ['freeze', freezables],
    ] as const) {
      for (const thread of threads) {
        if ((depth > 0 && thread !== last) || !isAlive(machine, thread)) continue;
        if (kind === 'kill' && machine.pending(thread).isUnbroken) continue;
        path.push({ kind, thread });
        machine[kind](thread);
        enter(thread, used, false, machine.key(0));
        path.pop();
        machine.restore(saved[depth]!);
      }
    }
  };
  const enter = (last: number, used: number, isWhole: boolean, state: number): void => {
    const key = isBounded ? machine.key(last + 1) : state;
    const before = seen.get(key);
    if (before !== undefined && before <= used) return;
    seen.set(key, isBounded ? used : 0);
    visit(last, used, isWhole, state);
  };

  machine.reset();
  try {
    enter(-1, 0, true, machine.key(0));
    findEndlessLoop(scenario, alone);
  } catch (error) {
    throw explain(scenario, path, error);
  }
  return { stateCount: seen.size, stepCount, endCount };
}

/** A thread that comes back to a state without the others having done anything never ends. */
function findEndlessLoop(scenario: Scenario, alone: readonly StateMap[]): void {
  alone.forEach((next, thread) => {
    const checked = new StateMap();
    for (const start of next.keys()) {
      const run = new Set<number>();
      for (let at: number | undefined = start; at !== undefined && checked.get(at) === undefined; at = next.get(at)) {
        if (run.has(at)) throw new Violation(`${scenario.machine.programs[thread]!.name} is in a loop that never ends`);
        run.add(at);
      }
      for (const state of run) checked.set(state, 1);
    }
  });
}

/** `count` random schedules, some with a death or a freeze. Throws a `Violation` with the schedule. */
export function searchRandom(scenario: Scenario, seed: number, count: number): SearchReport {
  const { machine, mortals = [], freezables = [] } = scenario;
  const random = seededRandom(seed);
  const pick = (limit: number) => Math.floor(random() * limit);
  const victims: Move[] = [
    ...mortals.map((thread) => ({ kind: 'kill' as const, thread })),
    ...freezables.map((thread) => ({ kind: 'freeze' as const, thread })),
  ];
  let stepCount = 0;
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
          machine[victim.kind as 'kill' | 'freeze'](victim.thread);
          victim = undefined;
        }
        const ready = machine.programs.map((_, index) => index).filter((index) => machine.isReady(index));
        if (ready.length === 0) break;
        const next = thread >= 0 && machine.isReady(thread) && random() < stay ? thread : ready[pick(ready.length)]!;
        if (path.length > MAX_STEPS) throw new Violation(ENDLESS);
        thread = next;
        path.push({ kind: 'step', thread });
        machine.step(thread);
        stepCount++;
      }
      scenario.checkEnd();
    } catch (error) {
      throw explain(scenario, path, error);
    }
  }
  return { stateCount: 0, stepCount, endCount: count };
}

function isAlive(machine: Machine, thread: number): boolean {
  const status = machine.status(thread);
  return status === 'ready' || status === 'asleep';
}

function canStop(machine: Machine, { kind, thread }: Move): boolean {
  return isAlive(machine, thread) && !(kind === 'kill' && machine.pending(thread).isUnbroken);
}

/** The violation with the schedule that led to it, played again to name its steps. */
function explain(scenario: Scenario, path: readonly Move[], error: unknown): unknown {
  if (!(error instanceof Violation)) return error;
  const { machine, nameOf, name } = scenario;
  machine.reset();
  const lines: string[] = [];
  for (const { kind, thread } of path) {
    const { name: who } = machine.programs[thread]!;
    const { kind: operation, offset } = machine.pending(thread);
    lines.push(
      kind === 'step'
        ? `${who}: ${operation} ${nameOf(offset)}`
        : `${kind} ${who} before ${operation} ${nameOf(offset)}`,
    );
    try {
      if (kind === 'step') machine.step(thread);
      else machine[kind](thread);
    } catch {
      lines.push('(here)');
    }
  }
  return new Violation(`${name}: ${error.message}\n${lines.join('\n')}`, { cause: error });
}
