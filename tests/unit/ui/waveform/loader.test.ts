import { expect, test } from 'vitest';
import { FormatError } from '../../../../src/base/errors.ts';
import { PictureLoader } from '../../../../src/ui/views/waveform/loader.ts';
import { SummaryPicture } from '../../../../src/ui/views/waveform/picture.ts';
import { PeriodicStore } from '../../../support/periodic-store.ts';

const make = () =>
  new PeriodicStore(
    [{ name: 'current', unit: 'A', sampleRateHz: 1000, steps: [{ lengthSamples: 10, value: 1 }] }],
    1_000_000,
  );

function summaryOf({ picture }: PictureLoader) {
  if (!(picture instanceof SummaryPicture)) throw new Error('no summary was loaded');
  return picture.summary;
}

const window = (startS: number, endS: number) => ({ time: { startS, endS }, columnCount: 100, margin: 0, shiftS: 0 });

/** Lets all answers that are under way arrive. */
const arrived = () => new Promise((resolve) => setTimeout(resolve));

test('of many wishes during one request only the newest is fetched', async () => {
  const store = make();
  let release = () => {};
  store.beforeSummary = () =>
    new Promise((resolve) => {
      release = resolve;
    });
  let loadedCount = 0;
  const loader = new PictureLoader(store, () => loadedCount++);
  const [signal] = store.signals();
  for (let i = 0; i < 10; i++) loader.want(signal!, window(10 * i, 10 * i + 10));
  expect(store.requests).toHaveLength(1);
  expect(loader.isLoading).toBe(true);
  release();
  await arrived();
  expect(store.requests.map(({ start }) => Math.round(start / 10_000))).toEqual([0, 9]);
  expect(summaryOf(loader).start).toBe(0);
  expect(loader.isLoading).toBe(true);
  release();
  await arrived();
  expect(loader.isLoading).toBe(false);
  expect(loadedCount).toBe(2);
  loader.want(signal!, window(90, 100));
  expect(store.requests).toHaveLength(2);
});

test('what failed is told and not asked again, other ranges are', async () => {
  const store = make();
  store.beforeSummary = async () => {
    throw new FormatError('format/damaged', 'Block 7 is damaged.');
  };
  const loader = new PictureLoader(store, () => {});
  const [signal] = store.signals();
  for (let i = 0; i < 5; i++) {
    loader.want(signal!, window(0, 10));
    await arrived();
  }
  expect(store.requests).toHaveLength(1);
  expect(loader.error!.message).toBe('Block 7 is damaged.');
  store.beforeSummary = async () => {};
  loader.want(signal!, window(20, 30));
  await arrived();
  expect(loader.error).toBeUndefined();
  expect(summaryOf(loader).mean[0]).toBe(1);
});

test('a draft is shown and asked for again until it is whole', async () => {
  const store = make();
  let answerCount = 0;
  const loader = new PictureLoader(
    {
      originUtc: undefined,
      signals: () => store.signals(),
      samples: (id, start, end) => store.samples(id, start, end),
      statistics: (id, start, end) => store.statistics(id, start, end),
      annotations: () => store.annotations(),
      summary: async (request) => {
        expect(request.canBeDraft).toBe(true);
        answerCount++;
        return { ...(await store.summary(request)), isDraft: answerCount < 3 };
      },
    },
    () => {},
  );
  const [signal] = store.signals();
  for (const isLoading of [true, true, false]) {
    loader.want(signal!, window(0, 10));
    await arrived();
    expect(summaryOf(loader).mean[0]).toBe(1);
    expect(loader.isLoading).toBe(isLoading);
  }
  loader.want(signal!, window(0, 10));
  expect(answerCount).toBe(3);
});

test('samples that a live ring has just forgotten are no error', async () => {
  const store = make();
  const [signal] = store.signals();
  const loader = new PictureLoader(store, () => {});
  store.startSample = 5000;
  loader.want(signal!, window(0, 10));
  await arrived();
  expect(loader.error).toBeUndefined();
  loader.want(store.signals()[0]!, window(0, 10));
  await arrived();
  expect(summaryOf(loader).start).toBe(5000);
});
