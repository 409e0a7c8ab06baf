// Getting in step again with an instrument on a stream of bytes, where a late answer looks like any other.
//
// Instruments answer in the order in which they are asked. So an answer that cannot be an old one proves that all old ones
// have come. Such is the answer to `*ESE n;*ESE?` with an n that was not used lately: the event-enable register of IEEE
// 488.2 is set and read back. An old answer may happen to be n, so three such questions are asked one after the other:
// only three old answers with just these numbers in this order could be taken for them, and no exchange leaves three.

import type { Clock } from '../base/clock.ts';
import { LabError, toError } from '../base/errors.ts';
import { timedOut, within } from './limits.ts';

export type Resync =
  /** For all that know IEEE 488.2. The register gets back what was last written to it over this link, or 0. */
  | { readonly kind: 'event-enable' }
  /**
   * For those that do not: nothing comes for `silenceMs`, then `probe` (such as `*IDN?`) is asked and answered, then
   * nothing comes for `silenceMs` again. An answer that is late by more than `silenceMs` could still be taken for a later
   * one: it must be longer than the instrument ever takes.
   */
  | { readonly kind: 'silence'; readonly silenceMs: number; readonly probe?: string | undefined };

export interface ResyncStream {
  readonly clock: Clock;
  readonly label: string;
  /** Sends one line. */
  readonly say: (text: string) => Promise<void>;
  /** Lines since the last call, cut at every CR and LF, whatever else is in them. */
  readonly takeLines: () => string[];
  /** Resolves when something has come since the last call of `takeLines`; rejects when nothing can come any more. */
  readonly arrival: () => Promise<void>;
}

const ROUNDS = 3;
/** Silence after which a question is asked anew: what is left of an answer may have spoilt the first; or it is busy. */
const ATTEMPTS_MS = [1000, 2000, 4000, 8000, 16_000];
/** For the answer of an instrument that is asked once. */
const PROBE_MS = 4000;
/** Time for all that is under way to come. */
const MAX_WAIT_MS = 30_000;
/** Markers run through 1 to 255 in steps of this, so that none comes again soon. */
const STEP = 98;
const MODULUS = 255;

export class Resynchroniser {
  readonly #stream: ResyncStream;
  #marker: number;
  /** What the register is to hold, as far as this link knows. */
  #eventEnable = 0;

  constructor(stream: ResyncStream) {
    this.#stream = stream;
    // Programs that ran before ours have begun elsewhere.
    this.#marker = Math.floor(stream.clock.unixMs()) % MODULUS;
  }

  /** To be told of all that is sent. */
  noteSent(text: string): void {
    const match = /\*ESE\s+(\d+)\s*$/i.exec(text);
    if (match) this.#eventEnable = Number(match[1]);
  }

  /** Rejects with `device/timeout` when the instrument does not answer, or `device/lost`. */
  async run(way: Resync): Promise<void> {
    if (way.kind === 'silence') await this.#bySilence(way.silenceMs, way.probe);
    else await this.#byMarkers();
  }

  async #byMarkers(): Promise<void> {
    for (let round = 0; round < ROUNDS; round++) await this.#byMarker();
    await this.#stream.say(`*ESE ${this.#eventEnable}`);
  }

  async #byMarker(): Promise<void> {
    const { clock, label, say } = this.#stream;
    for (const attemptMs of ATTEMPTS_MS) {
      this.#marker = (this.#marker + STEP) % MODULUS;
      const marker = this.#marker + 1;
      await say(`*ESE ${marker};*ESE?`);
      const untilMs = clock.nowMs() + MAX_WAIT_MS;
      while (clock.nowMs() < untilMs && (await this.#hasArrived(attemptMs))) {
        if (this.#stream.takeLines().some((line) => isNumber(line, marker))) return;
      }
    }
    throw timedOut(label, MAX_WAIT_MS);
  }

  async #bySilence(silenceMs: number, probe: string | undefined): Promise<void> {
    const { clock, label, say } = this.#stream;
    await this.#awaitSilence(silenceMs);
    if (probe === undefined) return;
    await say(probe);
    const untilMs = clock.nowMs() + MAX_WAIT_MS;
    do {
      if (clock.nowMs() > untilMs || !(await this.#hasArrived(PROBE_MS))) {
        throw timedOut(label, PROBE_MS);
      }
    } while (this.#stream.takeLines().length === 0);
    await this.#awaitSilence(silenceMs);
  }

  async #awaitSilence(silenceMs: number): Promise<void> {
    const { clock, label } = this.#stream;
    const untilMs = clock.nowMs() + MAX_WAIT_MS;
    do {
      this.#stream.takeLines();
      if (clock.nowMs() > untilMs) throw timedOut(label, MAX_WAIT_MS);
    } while (await this.#hasArrived(silenceMs));
  }

  /** False when nothing has come for so long. */
  async #hasArrived(limitMs: number): Promise<boolean> {
    const { clock, label, arrival } = this.#stream;
    try {
      await within(arrival(), { timeoutMs: limitMs }, clock, label);
      return true;
    } catch (thrown) {
      const error = toError(thrown);
      if (error instanceof LabError && error.code === 'device/timeout') return false;
      throw error;
    }
  }
}

const isNumber = (line: string, value: number): boolean => /^\s*\+?\d+\s*$/.test(line) && Number(line) === value;
