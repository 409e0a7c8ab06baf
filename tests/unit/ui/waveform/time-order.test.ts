import { expect, test } from 'vitest';
import type { Marker } from '../../../../src/ui/views/waveform/state.ts';
import { orderOfMarkers, orderOfNotes, TimeOrder } from '../../../../src/ui/views/waveform/time-order.ts';

const order = new TimeOrder([3, 1, 2, 2, 5], (value) => value);

test('items are in the order of their time, and found by it', () => {
  expect(order.items).toEqual([1, 2, 2, 3, 5]);
  expect([0, 1, 1.5, 2, 4, 5, 6].map((at) => order.indexAt(at))).toEqual([0, 0, 1, 1, 4, 4, 5]);
  expect(order.countIn({ startS: 2, endS: 5 })).toBe(3);
});

test('what stands too close behind another is left out; nothing is at a distance of 0', () => {
  expect(order.thinned({ startS: 0, endS: 10 }, 0)).toEqual([1, 2, 2, 3, 5]);
  expect(order.thinned({ startS: 0, endS: 10 }, 1)).toEqual([1, 2, 3, 5]);
  expect(order.thinned({ startS: 2, endS: 5 }, 2)).toEqual([2]);
});

test('both ends of a pair count; markers of values do not stand at a time', () => {
  const markers: Marker[] = [
    { id: 1, name: '1', axis: 'time', first: 4, second: 2 },
    { id: 2, name: '2', axis: 'value', laneId: 'a', first: 1 },
    { id: 3, name: '3', axis: 'time', first: 3 },
  ];
  const { ends, pairs } = orderOfMarkers(markers);
  expect(ends.items.map(({ marker, part, timeS }) => [marker.id, part, timeS])).toEqual([
    [1, 'second', 2],
    [3, 'first', 3],
    [1, 'first', 4],
  ]);
  expect(pairs.indexAt(2)).toBe(0);
  expect(orderOfMarkers(markers).ends).toBe(ends);
});

test('notes are ordered lane by lane', () => {
  const notes = [
    { id: 1, laneId: 'a', timeS: 2, text: '' },
    { id: 2, laneId: 'b', timeS: 1, text: '' },
    { id: 3, laneId: 'a', timeS: 1, text: '' },
  ];
  expect(
    orderOfNotes(notes)
      .get('a')!
      .items.map(({ id }) => id),
  ).toEqual([3, 1]);
  expect(
    orderOfNotes(notes)
      .get('b')!
      .items.map(({ id }) => id),
  ).toEqual([2]);
});
