// Runs one sequence by the clock. It knows neither instrument nor link: both are in the functions that it is given. Where
// setting takes longer than a step lasts, or the thread was held up, steps whose time is over are not hurried after the
// others: what they say is set with the next one, and they are counted.

import type { Clock } from '../../base/clock.ts';
import { LabError, toError } from '../../base/errors.ts';
import type { ParameterValue } from '../../model/parameter.ts';
import type { Sequence, SequenceEnd, SequenceEndKind, SequenceProgress } from '../../model/sequence.ts';
import type { SetPoints } from './sequence-check.ts';
import { SequenceSchedule } from './sequence-schedule.ts';

export interface SequencerOptions {
  readonly clock: Clock;
  /** A sequence that was checked. */
  readonly sequence: Sequence;
  /** What the instrument is set to now. */
  readonly before: SetPoints;
  /** Resolves with what the instrument refused, in its own words. Rejects with `setup/invalid` or `device/…`. */
  set(parameterId: string, value: ParameterValue): Promise<readonly string[]>;
  /** What people call it, such as `CH1 Voltage`. */
  nameOf(parameterId: string): string;
  onChanged(): void;
}

export class Sequencer {
  readonly #options: SequencerOptions;
  readonly #schedule: SequenceSchedule;
  readonly #startMs: number;
  #place = 0;
  #passedOverCount = 0;
  #end: (SequenceEnd & { readonly elapsedMs: number }) | undefined;
  /** Outputs of the sequence that are on. */
  readonly #on: Set<string>;
  /** Ends the wait for the next step. */
  #wake: (() => void) | undefined;
  /** After its end, when also what was on its way to the instrument has settled. */
  readonly settled: Promise<void>;

  /** Begins with the first step at once. */
  constructor(options: SequencerOptions) {
    this.#options = options;
    this.#schedule = new SequenceSchedule(options.sequence);
    this.#startMs = options.clock.nowMs();
    const ids = options.sequence.steps.flatMap(({ values }) => Object.keys(values));
    this.#on = new Set(ids.filter((id) => options.before[id] === true));
    this.settled = this.#run();
  }

  get isRunning(): boolean {
    return this.#end === undefined;
  }

  get progress(): SequenceProgress {
    const { steps, roundCount } = this.#options.sequence;
    const leftS = (place: number) => Math.max(0, this.#schedule.startMs(place) - this.#elapsedMs) / 1000;
    const allLeftS = leftS(this.#schedule.placeCount);
    return {
      end: this.#end && { kind: this.#end.kind, reason: this.#end.reason, unixMs: this.#end.unixMs },
      stepIndex: this.#place % steps.length,
      stepCount: steps.length,
      roundIndex: Math.floor(this.#place / steps.length),
      roundCount,
      stepLeftS: leftS(this.#place + 1),
      leftS: Number.isFinite(allLeftS) ? allLeftS : undefined,
      passedOverCount: this.#passedOverCount,
    };
  }

  /** Nothing is set from now on, but for what is on its way to the instrument. Only the first end counts. */
  end(kind: SequenceEndKind, reason = ''): void {
    if (this.#end) return;
    this.#end = { kind, reason, unixMs: this.#options.clock.unixMs(), elapsedMs: this.#elapsedMs };
    this.#wake?.();
    this.#options.onChanged();
  }

  /** What the instrument has: an output that went off by itself, or by its own buttons, is not switched on again. */
  look(values: SetPoints): void {
    const off = [...this.#on].find((id) => values[id] === false);
    if (off === undefined) return;
    this.end('switched-off', `${this.#options.nameOf(off)} went off by itself or was switched off at the instrument.`);
  }

  get #elapsedMs(): number {
    return this.#end?.elapsedMs ?? this.#options.clock.nowMs() - this.#startMs;
  }

  async #run(): Promise<void> {
    const { placeCount } = this.#schedule;
    for (let next = 0; next < placeCount && this.isRunning; next = this.#place + 1) {
      await this.#until(next);
      if (!this.isRunning) return;
      this.#place = Math.max(next, this.#schedule.placeAt(this.#elapsedMs));
      this.#passedOverCount += this.#place - next;
      this.#options.onChanged();
      await this.#setAll(this.#valuesFrom(next));
    }
    await this.#until(placeCount);
    this.end('finished');
  }

  #until(place: number): Promise<void> {
    const { clock } = this.#options;
    return new Promise((resolve) => {
      const waitMs = this.#schedule.startMs(place) - this.#elapsedMs;
      if (waitMs <= 0 || !this.isRunning) {
        resolve();
        return;
      }
      const cancel = clock.after(waitMs, resolve);
      this.#wake = () => {
        cancel();
        resolve();
      };
    });
  }

  /** Of the steps from `first` on to where it is; more than a round of them says nothing new. */
  #valuesFrom(first: number): SetPoints {
    const { steps } = this.#options.sequence;
    let values: SetPoints = {};
    for (let place = Math.max(first, this.#place - steps.length + 1); place <= this.#place; place++) {
      values = { ...values, ...steps[place % steps.length]!.values };
    }
    return values;
  }

  async #setAll(values: SetPoints): Promise<void> {
    for (const [id, value] of inOrder(values)) {
      if (!this.isRunning) return;
      if (value === false) this.#on.delete(id);
      try {
        const refusals = await this.#options.set(id, value);
        if (refusals.length > 0) {
          this.end('refused', `${this.#options.nameOf(id)}: the instrument says ${refusals.join('; ')}.`);
        }
        if (value === true) this.#on.add(id);
      } catch (thrown) {
        const error = toError(thrown);
        this.end(endOf(error), error.message);
      }
    }
  }
}

/** What goes off goes first and what goes on last: no output gives what is half set. */
function inOrder(values: SetPoints): readonly (readonly [string, ParameterValue])[] {
  const rank = (value: ParameterValue) => (value === false ? 0 : value === true ? 2 : 1);
  return Object.entries(values).sort(([, a], [, b]) => rank(a) - rank(b));
}

function endOf(error: Error): SequenceEndKind {
  if (!(error instanceof LabError)) return 'failed';
  if (error.code === 'setup/invalid') return 'refused';
  return error.code === 'device/lost' ? 'lost' : 'failed';
}
