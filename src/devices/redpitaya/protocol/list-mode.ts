// Events of list mode (port 1002): 16 bytes each, without any mark, in pieces of any size. When the board's FIFO of 2048
// events overflows, words of 4 bytes are missing in the middle: the decoder finds the next event again and counts what
// was lost. Where the number of missing words is a multiple of an event's four, what is left of two events may look like one:
// nobody can tell. Pure; any thread.

export const LIST_EVENT_BYTES = 16;
const WORD_BYTES = 4;
const WORDS_PER_EVENT = 4;

/** Amplitudes have no more than 16 bits. */
const MOST_AMPLITUDE = 0xffff;
/** Timers count to 2^56 at most. */
const MOST_TICKS_HIGH = 2 ** 24;
/** Two hours and a half: no event is that far behind the last one. */
const MOST_GAP_TICKS = 2n ** 40n;
/** In search of the next event: an amplitude in the place of the time's upper half is later than this. */
const MOST_LOST_TICKS = 2n ** 32n;
/** After so many words in search of one that goes on, any that is one is taken: the clock was reset, too. */
const LONGEST_SEARCH_WORDS = 64;

export interface ListEvent {
  /** Of 8 ns, since the timers were reset. */
  readonly ticks: bigint;
  /** 0: no pulse in that input. Both: in the same sample. */
  readonly in1: number;
  readonly in2: number;
  /** Its time is before that of the event in front of it: the clock was reset, or events in between are lost. */
  readonly isBackward: boolean;
}

export class ListModeDecoder {
  /** Times that words were missing. */
  resyncCount = 0;
  /** Words that belong to no whole event. */
  skippedWordCount = 0;
  /** Events whose time is before that of the one in front of them. */
  backwardCount = 0;
  #rest: Uint8Array = new Uint8Array(0);
  #lastTicks = 0n;
  /** Words since the last event; 0 in step. */
  #searchedWords = 0;

  /** The whole events up to here, in order. The last one is kept until the next has shown that it is one. */
  push(bytes: Uint8Array): readonly ListEvent[] {
    return this.#take(joined(this.#rest, bytes), false);
  }

  /** Nothing more comes: what waited. */
  finish(): readonly ListEvent[] {
    const events = this.#take(this.#rest, true);
    this.skippedWordCount += Math.floor(this.#rest.byteLength / WORD_BYTES);
    this.#rest = new Uint8Array(0);
    return events;
  }

  #take(bytes: Uint8Array, isLast: boolean): readonly ListEvent[] {
    const words = new Words(bytes);
    const events: ListEvent[] = [];
    let at = 0;
    while (at + WORDS_PER_EVENT <= words.count) {
      const hasNext = at + 2 * WORDS_PER_EVENT <= words.count;
      if (!hasNext && !isLast) break;
      const isEvent = this.#follows(words, at, this.#lastTicks) && (!hasNext || this.#isGoingOn(words, at));
      const isBackward = !isEvent && hasNext && this.#isNewStart(words, at);
      if (!isEvent && !isBackward) {
        this.#lose();
        at++;
        continue;
      }
      this.#searchedWords = 0;
      if (isBackward) this.backwardCount++;
      this.#lastTicks = words.ticks(at);
      events.push({ ticks: this.#lastTicks, in1: words.word(at + 2), in2: words.word(at + 3), isBackward });
      at += WORDS_PER_EVENT;
    }
    this.#rest = bytes.slice(at * WORD_BYTES);
    return events;
  }

  #lose(): void {
    if (this.#searchedWords++ === 0) this.resyncCount++;
    this.skippedWordCount++;
  }

  /** An event can be here, after one at `ticks`. */
  #follows(words: Words, at: number, ticks: bigint): boolean {
    if (!words.isEvent(at)) return false;
    const gap = words.ticks(at) - ticks;
    return gap >= 0n && gap < (this.#isStrict ? MOST_LOST_TICKS : MOST_GAP_TICKS);
  }

  /** Only what goes on from the last event is one. */
  get #isStrict(): boolean {
    return this.#searchedWords > 0 && this.#searchedWords < LONGEST_SEARCH_WORDS;
  }

  /**
   * An event comes behind the one at `at`, too. Where words are missing in the event itself, the next one is not where it
   * should be; a whole event right before a loss goes with it, since nobody can tell the two apart.
   */
  #isGoingOn(words: Words, at: number): boolean {
    const next = at + WORDS_PER_EVENT;
    return this.#follows(words, next, words.ticks(at)) || this.#isBack(words, next, words.ticks(at));
  }

  /** Two events that follow each other, both well-formed, whose time is before the last one's. */
  #isNewStart(words: Words, at: number): boolean {
    if (this.#isStrict || !this.#isBack(words, at, this.#lastTicks)) return false;
    return this.#follows(words, at + WORDS_PER_EVENT, words.ticks(at));
  }

  /** Out of step the time's upper half, 0 for the first 34 s, stands in the place of the lower. */
  #isBack(words: Words, at: number, ticks: bigint): boolean {
    return words.isEvent(at) && words.ticks(at) < ticks && words.word(at) !== 0;
  }
}

class Words {
  readonly count: number;
  readonly #view: DataView;

  constructor(bytes: Uint8Array) {
    this.count = Math.floor(bytes.byteLength / WORD_BYTES);
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  word(index: number): number {
    return this.#view.getUint32(index * WORD_BYTES, true);
  }

  ticks(index: number): bigint {
    return this.#view.getBigUint64(index * WORD_BYTES, true);
  }

  isEvent(index: number): boolean {
    const in1 = this.word(index + 2);
    const in2 = this.word(index + 3);
    return (
      this.word(index + 1) < MOST_TICKS_HIGH && in1 <= MOST_AMPLITUDE && in2 <= MOST_AMPLITUDE && (in1 | in2) !== 0
    );
  }
}

function joined(first: Uint8Array, second: Uint8Array): Uint8Array {
  if (first.byteLength === 0) return second;
  const bytes = new Uint8Array(first.byteLength + second.byteLength);
  bytes.set(first);
  bytes.set(second, first.byteLength);
  return bytes;
}
