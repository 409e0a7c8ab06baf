import { expect, test } from 'vitest';
import type { EventStore } from '../../../../src/model/events.ts';
import {
  channelsOf,
  metadataOf,
  outline,
  overlayLimit,
  waveformOf,
} from '../../../../src/ui/views/events/event-traces.ts';
import { pulseEvents, pulseValue } from '../../../support/pulse-events.ts';

const fields = (...list: [string, string, number[]?][]): Pick<EventStore, 'dataFields'> => ({
  dataFields: list.map(([name, dtype, shape = []]) => ({ name, dtype, shape })),
});

test('channels are the numeric fields, each element of an array field for itself', () => {
  const store = fields(['label', '|S10'], ['a', '<f4'], ['b', '>i2', [3]], ['z', '<c8'], ['', '|u1'], ['flag', '|b1']);
  expect(channelsOf(store).map(({ name, fieldIndex }) => [name, fieldIndex])).toEqual([
    ['a', 1],
    ['b[0]', 2],
    ['b[1]', 2],
    ['b[2]', 2],
    ['value', 4],
    ['flag', 5],
  ]);
});

test('a waveform is the items of one event, of one element', async () => {
  const events = pulseEvents();
  const block = await events.read(4, 3);
  const [, second] = channelsOf(events);
  const expected = Array.from({ length: 40 }, (_, sample) => pulseValue(1, 5, sample));
  expect([...waveformOf(block, second!, 1, 40)]).toEqual(expected);
  const nested = { ...block, data: [{ field: block.data[0]!.field, values: [1, 2, 3, 4, 5, 6, 7, 8] }] };
  const element = { name: 'b[1]', fieldIndex: 0, element: 1, elementCount: 2 };
  expect([...waveformOf(nested, element, 1, 2)]).toEqual([6, 8]);
});

test('metadata are named as in the file and written for people', async () => {
  const block = await pulseEvents().read(7, 2);
  expect(metadataOf(block, 1)).toEqual([
    { name: 'counter', text: '8' },
    { name: 'timestamp', text: '2025-10-09 08:53:28.250 UTC' },
    { name: 'deadtime', text: '12.5\u202f%' },
  ]);
});

test('a long waveform keeps its extremes in every column, a short one every value', () => {
  const values = new Float64Array(10_000);
  values[1234] = 5;
  values[5678] = -3;
  const { xs, ys } = outline(values, 100);
  expect(xs).toHaveLength(400);
  expect(ys[xs.indexOf(1234)]).toBe(5);
  expect(ys[xs.indexOf(5678)]).toBe(-3);
  expect([...xs]).toEqual([...xs].sort((a, b) => a - b));
  expect(outline(values.subarray(0, 300), 100).ys).toHaveLength(300);
});

test('an overlay takes as many events as fit the bound of memory, at least one', () => {
  expect(overlayLimit(pulseEvents(), 500)).toBe(500);
  expect(overlayLimit({ ...pulseEvents(), dataLength: 1_000_000 }, 500)).toBe(4);
  expect(overlayLimit({ ...pulseEvents(), dataLength: 1e9 }, 500)).toBe(1);
});
