// What goes wrong with answers on real benches, put in front of a talker that does nothing wrong.

import type { Clock } from '../../../base/clock.ts';
import type { Talker } from './talker.ts';
import { block } from './values.ts';

export interface TalkerFaults {
  /** The first answer comes so late: an instrument that is still starting. */
  readonly firstAnswerMs?: number | undefined;
  /** Every other answer comes so late. */
  readonly answerMs?: number | undefined;
  /** So many answers are given; after them messages are taken and nothing is said. */
  readonly answersUntilMute?: number | undefined;
  /** Every second answer comes together with the one behind it, a line end between them. */
  readonly areAnswersGlued?: boolean | undefined;
  /** Blocks are cut to so many bytes, with a count that fits what is sent. */
  readonly maxBlockBytes?: number | undefined;
}

const LINE_END = 0x0a;

/** `talker` as a bad day makes it; device clear forgets what is on its way, as it should. */
export function withFaults(talker: Talker, faults: TalkerFaults, clock: Clock): Talker {
  const pending = new Set<() => void>();
  let held: Uint8Array<ArrayBuffer> | undefined;
  let answerCount = 0;
  const faulty: Talker = {
    get identity() {
      return talker.identity;
    },
    get statusByte() {
      return talker.statusByte;
    },
    lineEnd: talker.lineEnd,
    onAnswer: undefined,
    tell: (message) => talker.tell(message),
    trigger: () => talker.trigger(),
    clear: () => {
      for (const cancel of pending) cancel();
      pending.clear();
      held = undefined;
      talker.clear();
    },
  };
  const send = (answer: Uint8Array<ArrayBuffer>): void => {
    if (faults.areAnswersGlued && held === undefined) {
      held = answer;
      return;
    }
    const whole = held === undefined ? answer : Uint8Array.of(...held, LINE_END, ...answer);
    held = undefined;
    faulty.onAnswer?.(whole);
  };
  talker.onAnswer = (answer) => {
    const index = answerCount++;
    if (faults.answersUntilMute !== undefined && index >= faults.answersUntilMute) return;
    const delayMs = (index === 0 ? faults.firstAnswerMs : faults.answerMs) ?? 0;
    const cut = faults.maxBlockBytes === undefined ? answer : shortened(answer, faults.maxBlockBytes);
    if (delayMs === 0) {
      send(cut);
      return;
    }
    const cancel = clock.after(delayMs, () => {
      pending.delete(cancel);
      send(cut);
    });
    pending.add(cancel);
  };
  return faulty;
}

/** An answer that begins with a block of definite length, cut to `maxBytes` of content; any other as it is. */
function shortened(answer: Uint8Array<ArrayBuffer>, maxBytes: number): Uint8Array<ArrayBuffer> {
  const head = Array.from(answer.subarray(0, 32), (byte) => String.fromCharCode(byte)).join('');
  const [whole, before = '', digits] = /^([^#]*)#([1-9])/.exec(head) ?? [];
  if (whole === undefined) return answer;
  const start = whole.length + Number(digits);
  return block(answer.slice(start, start + maxBytes), Number(digits), before);
}
