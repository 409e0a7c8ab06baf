import { expect, test } from 'vitest';
import { UTC_TICKS_PER_SECOND, utcFromTicks } from '../../../../src/base/time.ts';
import type { Annotation } from '../../../../src/model/signal-store.ts';
import { annotationsOf, marksOf } from '../../../../src/ui/views/waveform/annotations.ts';
import { buildLanes, type Lane } from '../../../../src/ui/views/waveform/lanes.ts';
import { WaveformModel } from '../../../../src/ui/views/waveform/model.ts';
import { PeriodicStore } from '../../../support/periodic-store.ts';

const signal = (name: string, unit: string) => ({
  name,
  unit,
  sampleRateHz: 1000,
  steps: [{ lengthSamples: 10, value: 1 }],
});

const lanes = (): Lane[] =>
  buildLanes(
    [{ store: new PeriodicStore([signal('voltage', 'V'), signal('current', 'A')], 1e6), label: 'a', shiftS: 0 }],
    () => {},
  );

const annotation = (change: Partial<Annotation>): Annotation => ({
  signalId: 'current',
  kind: 'text',
  timestamp: 1500n,
  storage: 'string',
  groupId: 0,
  y: Number.NaN,
  data: '',
  ...change,
});

test('texts become notes; a height that is automatic stays so', () => {
  const { notes } = marksOf(
    [annotation({ data: 'boot' }), annotation({ signalId: 'voltage', data: 'dip', y: 3.1, timestamp: 2000n })],
    lanes(),
    undefined,
  );
  expect(notes).toEqual([
    { laneId: 'current', timeS: 1.5, text: 'boot' },
    { laneId: 'voltage', timeS: 2, text: 'dip', value: 3.1 },
  ]);
});

test('the ends of a pair are joined in either order, and counted once over all signals', () => {
  const { markers } = marksOf(
    [
      annotation({ kind: 'vertical-marker', data: '1b', timestamp: 900n }),
      annotation({ kind: 'vertical-marker', data: '1a\u001c{"label":"x"}', timestamp: 400n }),
      annotation({ kind: 'vertical-marker', data: '1a', signalId: 'voltage', timestamp: 400n }),
      annotation({ kind: 'vertical-marker', data: '2', timestamp: 100n }),
      annotation({ kind: 'horizontal-marker', data: '1a', y: 0.5 }),
      annotation({ kind: 'horizontal-marker', data: '1b', y: 0.75 }),
    ],
    lanes(),
    undefined,
  );
  expect(markers).toEqual([
    { axis: 'time', name: '1', first: 0.4, second: 0.9 },
    { axis: 'time', name: '2', first: 0.1 },
    { axis: 'value', laneId: 'current', name: '1', first: 0.5, second: 0.75 },
  ]);
});

test('global annotations are placed by their UTC, and left out without one', () => {
  const global = annotation({ signalId: '0', timestamp: 100n * UTC_TICKS_PER_SECOND, data: 'start' });
  const originUtc = utcFromTicks(97n * UTC_TICKS_PER_SECOND);
  expect(marksOf([global], lanes(), originUtc).notes).toEqual([{ laneId: 'current', timeS: 3, text: 'start' }]);
  expect(marksOf([global], lanes(), undefined).notes).toEqual([]);
});

test('what was set in the view comes back through annotations', () => {
  const model = new WaveformModel(() => 0);
  model.reset({ extent: { startS: 0, endS: 1000 }, edgeS: 1000, minSpanS: 1e-3, isLive: false, pixelS: 0 });
  model.addMarker({ axis: 'time', first: 1.25, name: 'data' });
  model.addMarker({ axis: 'time', first: 1.5 });
  model.addMarker({ axis: 'time', first: 2, second: 3.5, name: 'burst' });
  model.addMarker({ axis: 'value', laneId: 'voltage', first: 3.3 });
  model.addNote({ laneId: 'voltage', timeS: 4, text: 'no height' });
  const { markers, notes } = marksOf(annotationsOf(model.state, lanes()), lanes(), undefined);
  expect(markers).toEqual(model.state.markers.map(({ id: _, ...marker }) => marker));
  expect(notes).toEqual(model.state.notes.map(({ id: _, ...note }) => note));
});

test('50 000 pairs are joined at once', { timeout: 5000 }, () => {
  const ends = Array.from({ length: 100_000 }, (_, i) =>
    annotation({ kind: 'vertical-marker', data: `${i >> 1}${i % 2 === 0 ? 'a' : 'b'}`, timestamp: BigInt(i) }),
  );
  const { markers } = marksOf(ends, lanes(), undefined);
  expect(markers).toHaveLength(50_000);
  expect(markers.at(-1)).toMatchObject({ name: '49999', first: 99.998, second: 99.999 });
});

test('markers of one name at other times stay, the same one on another signal does not', () => {
  const { markers } = marksOf(
    [
      annotation({ kind: 'vertical-marker', data: 'x', timestamp: 100n }),
      annotation({ kind: 'vertical-marker', data: 'x', timestamp: 200n }),
      annotation({ kind: 'vertical-marker', data: 'x', signalId: 'voltage', timestamp: 200n }),
      annotation({ kind: 'vertical-marker', data: 'x', signalId: 'voltage', timestamp: 100n }),
      annotation({ kind: 'vertical-marker', data: 'a', timestamp: 300n }),
    ],
    lanes(),
    undefined,
  );
  expect(markers).toEqual([
    { axis: 'time', name: 'x', first: 0.1 },
    { axis: 'time', name: 'x', first: 0.2 },
    { axis: 'time', name: 'a', first: 0.3 },
  ]);
});
