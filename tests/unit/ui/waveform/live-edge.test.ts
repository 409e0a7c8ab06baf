// Where a followed view of several instruments ends.

import { expect, test } from 'vitest';
import type { SignalInfo } from '../../../../src/model/signal-store.ts';
import { LiveEdge } from '../../../../src/ui/views/waveform/live-edge.ts';

const RATE_HZ = 1000;

/** A signal of an instrument that has `endS` seconds. */
const upTo = (source: string, endS: number): SignalInfo => ({
  id: `${source}/current`,
  name: 'current',
  source,
  unit: 'A',
  dtype: 'f32',
  timing: 'steady',
  sampleRateHz: RATE_HZ,
  offsetS: 0,
  startSample: 0,
  endSample: endS * RATE_HZ,
  firstSampleId: 0n,
});

test('of one instrument the view ends with the newest sample', () => {
  expect(new LiveEdge().at([upTo('a', 5)], 5.25, 0)).toBe(5.25);
});

test('of several it waits for the slowest, never more than a second', () => {
  const edge = new LiveEdge();
  expect(edge.at([upTo('a', 5), upTo('b', 4.75)], 5, 0)).toBe(4.75);
  expect(edge.at([upTo('a', 5.25), upTo('b', 4.875)], 5.25, 100)).toBe(4.875);
  expect(edge.at([upTo('a', 8), upTo('b', 5)], 8, 200)).toBe(7);
});

test('one that has fallen silent is not waited for, and the view does not step back when it goes on', () => {
  const edge = new LiveEdge();
  edge.at([upTo('a', 5), upTo('b', 4.75)], 5, 0);
  expect(edge.at([upTo('a', 5.5), upTo('b', 4.75)], 5.5, 499)).toBe(4.75);
  expect(edge.at([upTo('a', 5.625), upTo('b', 4.75)], 5.625, 600)).toBe(5.625);
  expect(edge.at([upTo('a', 5.75), upTo('b', 5.25)], 5.75, 700)).toBe(5.625);
  expect(edge.at([upTo('a', 6), upTo('b', 5.875)], 6, 900)).toBe(5.875);
});

test('when all have stopped nothing of them is cut off', () => {
  const edge = new LiveEdge();
  const ended = [upTo('a', 5), upTo('b', 4.75)];
  expect(edge.at(ended, 5, 0)).toBe(4.75);
  expect(edge.at(ended, 5, 600)).toBe(5);
});

test('data that begin anew take the edge back', () => {
  const edge = new LiveEdge();
  edge.at([upTo('a', 5), upTo('b', 4.75)], 5, 0);
  expect(edge.at([upTo('a', 0.5), upTo('b', 0.25)], 0.5, 100)).toBe(0.25);
});
