import { expect, test } from 'vitest';
import {
  analyseHistogram,
  analyseSpectrum,
  blockStarts,
  segmentSize,
} from '../../../../src/ui/views/waveform/analysis.ts';
import { PeriodicStore } from '../../../support/periodic-store.ts';

const store = (lengthSamples: number) =>
  new PeriodicStore(
    [
      {
        name: 'current',
        unit: 'A',
        sampleRateHz: 1000,
        steps: [
          { lengthSamples: 3, value: 1 },
          { lengthSamples: 1, value: 5 },
        ],
      },
    ],
    lengthSamples,
  );

const spanOf = (source: PeriodicStore, start: number, end: number, isStale = () => false) => ({
  store: source,
  signal: source.signals()[0]!,
  start,
  end,
  isStale,
});

test('a histogram of a short span holds every sample once', async () => {
  const source = store(1_000_000);
  const { histogram, part } = (await analyseHistogram(spanOf(source, 4, 200_004), 4))!;
  expect([...histogram.counts]).toEqual([150_000, 0, 0, 50_000]);
  expect(part).toBe(1);
});

test('a histogram of ten billion samples reads a bounded number of them and says how many', async () => {
  const source = store(1e10);
  const { histogram, part } = (await analyseHistogram(spanOf(source, 0, 1e10), 4))!;
  const read = source.sampleReads.reduce((sum, { start, end }) => sum + end - start, 0);
  expect(read).toBeLessThanOrEqual(1 << 22);
  expect(histogram.total).toBe(read);
  expect(part).toBeCloseTo(read / 1e10, 12);
  expect(source.sampleReads[0]!.start).toBe(0);
  expect(source.sampleReads.at(-1)!.end).toBe(1e10);
  expect(histogram.counts[0]! / histogram.total).toBeCloseTo(0.75, 6);
});

test('the spectrum of a rectangle of 250 Hz has its lines there', async () => {
  const source = store(1_000_000);
  const { spectrum } = (await analyseSpectrum(spanOf(source, 0, 4096), 'rectangular'))!;
  const at = (hertz: number) => spectrum.amplitudes[Math.round(hertz / spectrum.stepHz)]!;
  // One sample in four is 4 higher: mean 2, and |c1| = |c2| = 1.
  expect(at(0)).toBeCloseTo(2, 9);
  expect(at(250)).toBeCloseTo(Math.SQRT2, 9);
  expect(at(500)).toBeCloseTo(1, 9);
  expect(at(125)).toBeCloseTo(0, 9);
});

test('a stale analysis stops before the next block', async () => {
  const source = store(1_000_000);
  let calls = 0;
  const stale = spanOf(source, 0, 1_000_000, () => ++calls > 2);
  expect(await analyseHistogram(stale, 4)).toBeUndefined();
  expect(source.sampleReads).toHaveLength(2);
});

test('too few samples give no spectrum', async () => {
  expect(await analyseSpectrum(spanOf(store(100), 0, 15), 'hann')).toBeUndefined();
  expect(segmentSize(1000)).toBe(512);
  expect(segmentSize(1e9)).toBe(65_536);
});

test('blocks stay inside the span', () => {
  expect(blockStarts(100, 1000, 300, 300)).toEqual([100, 400, 700]);
  expect(blockStarts(100, 1000, 300, 150)).toEqual([100, 250, 400, 550, 700]);
  expect(blockStarts(100, 350, 300, 150)).toEqual([100]);
});
