// List mode against events in the gateware's layout, whole and with words missing.

import { expect, test } from 'vitest';
import { type ListEvent, ListModeDecoder } from '../../../../src/devices/redpitaya/protocol/list-mode.ts';
import { goldenBytes, goldenJson } from '../../../support/golden.ts';

const golden = goldenJson<{
  cases: {
    expected: { events: number; first: [string, number, number]; last: [string, number, number] } & Record<
      string,
      number
    >;
  }[];
}>('redpitaya/pha_events.json').cases[0]!.expected;
const bytes = goldenBytes('redpitaya/pha_events.bin');

/** Fed in pieces of these lengths, again and again. */
function decoded(
  data: Uint8Array,
  pieces: readonly number[],
): { events: readonly ListEvent[]; decoder: ListModeDecoder } {
  const decoder = new ListModeDecoder();
  const events: ListEvent[] = [];
  for (let at = 0, i = 0; at < data.length; i++) {
    const length = pieces[i % pieces.length]!;
    events.push(...decoder.push(data.subarray(at, at + length)));
    at += length;
  }
  events.push(...decoder.finish());
  return { events, decoder };
}

const without = (fromWord: number, count: number) =>
  Uint8Array.from([...bytes.subarray(0, 4 * fromWord), ...bytes.subarray(4 * (fromWord + count))]);

const tupleOf = ({ ticks, in1, in2 }: ListEvent) => [String(ticks), in1, in2];

test.each([[[8000]], [[4]], [[16, 4, 12]], [[1, 7, 3]], [[20, 36]]])('events in pieces of %j bytes', (pieces) => {
  const { events, decoder } = decoded(bytes, pieces);
  expect(events).toHaveLength(golden.events);
  expect(tupleOf(events[0]!)).toEqual(golden.first);
  expect(tupleOf(events.at(-1)!)).toEqual(golden.last);
  expect(events.filter(({ in1 }) => in1 > 0)).toHaveLength(golden['IN1_hits']!);
  expect(events.filter(({ in2 }) => in2 > 0)).toHaveLength(golden['IN2_hits']!);
  expect(events.filter(({ in1, in2 }) => in1 > 0 && in2 > 0)).toHaveLength(golden['coincidences']!);
  expect(events.reduce((sum, { in1 }) => sum + in1, 0)).toBe(golden['IN1_amplitude_sum']);
  const durationS = Number(events.at(-1)!.ticks - events[0]!.ticks) / 125e6;
  expect(durationS).toBeCloseTo(golden['duration_s']!, 12);
  expect([decoder.resyncCount, decoder.skippedWordCount, decoder.backwardCount]).toEqual([0, 0, 0]);
});

const whole = new Set(decoded(bytes, [8000]).events.map((event) => tupleOf(event).join()));

test('after missing words no event is made up, and all but those beside the gap are there', () => {
  for (let fromWord = 396; fromWord < 420; fromWord++) {
    for (let count = 1; count <= 11; count++) {
      const { events, decoder } = decoded(without(fromWord, count), [64]);
      const madeUp = events.filter((event) => !whole.has(tupleOf(event).join()));
      // a multiple of an event's words leaves what looks like one event of two halves
      expect(madeUp.length, `${count} words from ${fromWord}`).toBeLessThanOrEqual(count % 4 === 0 ? 1 : 0);
      // the events that lost words, and the one before them
      expect(events.length).toBeGreaterThanOrEqual(golden.events - Math.ceil(count / 4) - 2);
      expect(decoder.resyncCount).toBe(count % 4 === 0 ? 0 : 1);
      expect(decoder.backwardCount).toBe(0);
    }
  }
});

test('time that goes back is marked and counted, and the events are kept', () => {
  const twice = Uint8Array.from([...bytes, ...bytes]);
  const { events, decoder } = decoded(twice, [1000]);
  expect(events).toHaveLength(2 * golden.events);
  expect(events.flatMap(({ isBackward }, index) => (isBackward ? [index] : []))).toEqual([golden.events]);
  expect([decoder.backwardCount, decoder.resyncCount]).toEqual([1, 0]);
});

test('a clock that is reset while words are missing is found, too', () => {
  const { events, decoder } = decoded(Uint8Array.from([...without(1997, 2), ...bytes]), [500]);
  expect(events.length).toBeGreaterThan(2 * golden.events - 30);
  expect(tupleOf(events.at(-1)!)).toEqual(golden.last);
  expect(decoder.backwardCount).toBe(1);
});

test('the rest of an event at the end is counted as lost', () => {
  const { events, decoder } = decoded(bytes.subarray(0, 24), [24]);
  expect(events).toHaveLength(1);
  expect(decoder.skippedWordCount).toBe(2);
});
