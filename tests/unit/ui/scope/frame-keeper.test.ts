// Pictures of long records: the last one stays whole until all of the next one is there.

import { describe, expect, test } from 'vitest';
import type { Utc } from '../../../../src/base/time.ts';
import { type BinnedPart, binRecord, type RecordBins } from '../../../../src/model/record-bins.ts';
import { FrameKeeper } from '../../../../src/ui/views/scope/frame-keeper.ts';
import { NO_RECORDS } from '../../../../src/ui/views/scope/record-density.ts';
import type { FrameWish } from '../../../../src/ui/views/scope/scope-frame.ts';
import { type ShownRecord, timeScreen } from '../../../../src/ui/views/scope/screen.ts';

const LONG = 1_000_000;

/** Of this value at a scale of so many volts. */
function recordOf(value: number, scaleV: number, count = LONG): ShownRecord {
  return {
    signals: [{ id: 'CH1', name: 'CH1', unit: 'V' }],
    triggerUtc: 0n as Utc,
    startS: -0.5,
    stepS: 1 / count,
    settings: JSON.stringify({ timeScale: 0.1, timeDelay: 0, '1.scale': scaleV }),
    samples: [new Float32Array(count).fill(value)],
  };
}

function wishOf(record: ShownRecord | undefined, change: Partial<FrameWish> = {}): FrameWish {
  return {
    record,
    ghosts: [],
    kept: NO_RECORDS,
    mask: undefined,
    hiddenIds: [],
    xy: undefined,
    isFitted: false,
    note: '',
    time: record ? timeScreen(record) : { startS: -5, endS: 5, divisionS: 1 },
    columnCount: 1000,
    ...change,
  };
}

/** A keeper whose bins come when the test answers; `said` counts the pictures that were waited for. */
function keeperWithAnswers() {
  const asked: { readonly parts: readonly BinnedPart[]; answer(): Promise<void> }[] = [];
  const said = { count: 0 };
  const bins = (parts: readonly BinnedPart[]) =>
    new Promise<readonly RecordBins[]>((resolve) => {
      const answer = async () => {
        resolve(parts.map(binRecord));
        await new Promise((done) => setTimeout(done));
      };
      asked.push({ parts, answer });
    });
  const keeper = new FrameKeeper(
    { bins },
    { ready: () => said.count++, failed: (error) => expect.fail(String(error)) },
  );
  /** Value, scale and time of what is shown: all of one picture. */
  const shown = () => {
    const [trace] = keeper.shown.live;
    return trace && { value: trace.bins.mean[500], high: trace.range.high, endS: keeper.shown.time.endS };
  };
  return { keeper, asked, said, shown };
}

describe('a picture', () => {
  test('of a short record is there at once', () => {
    const { keeper, asked, shown } = keeperWithAnswers();
    keeper.wish(wishOf(recordOf(1, 0.5, 2000)));
    expect(shown()).toEqual({ value: 1, high: 2, endS: 0.5 });
    expect(asked).toEqual([]);
  });

  test('of a long one is waited for; until then the last one stays, with its own axes', async () => {
    const { keeper, asked, said, shown } = keeperWithAnswers();
    keeper.wish(wishOf(recordOf(1, 0.5, 2000)));
    const long = recordOf(3, 2);
    keeper.wish(wishOf(long));
    expect(shown()).toEqual({ value: 1, high: 2, endS: 0.5 });
    expect(said.count).toBe(0);
    await asked[0]!.answer();
    expect(said.count).toBe(1);
    expect(shown()).toEqual({ value: 3, high: 8, endS: 0.5 });
    // the same once more asks for nothing
    keeper.wish(wishOf(long));
    expect(asked).toHaveLength(1);
  });

  test('one at a time: of those that are wished for meanwhile the newest follows', async () => {
    const { keeper, asked, shown } = keeperWithAnswers();
    const record = recordOf(1, 0.5);
    const at = (endS: number) => wishOf(record, { time: { startS: -0.5, endS, divisionS: undefined } });
    keeper.wish(at(0.5));
    for (const endS of [0.4, 0.3, 0.2]) keeper.wish(at(endS));
    expect(asked).toHaveLength(1);
    await asked[0]!.answer();
    // what was prepared is shown: a picture that moves all the time is seen, too
    expect(shown()!.endS).toBe(0.5);
    keeper.wish(at(0.2));
    expect(asked).toHaveLength(2);
    await asked[1]!.answer();
    expect(shown()!.endS).toBe(0.2);
  });

  test('that comes late does not take the place of a newer one', async () => {
    const { keeper, asked, shown } = keeperWithAnswers();
    keeper.wish(wishOf(recordOf(1, 0.5)));
    keeper.wish(wishOf(undefined));
    expect(shown()).toBeUndefined();
    keeper.wish(wishOf(recordOf(7, 4, 1000)));
    await asked[0]!.answer();
    expect(shown()).toMatchObject({ high: 16 });
  });

  test('that could not be prepared leaves the last one, and the next wish asks again', async () => {
    const failures: unknown[] = [];
    let askedCount = 0;
    const bins = async (parts: readonly BinnedPart[]) => {
      if (askedCount++ === 0) throw new Error('stopped');
      return parts.map(binRecord);
    };
    const keeper = new FrameKeeper({ bins }, { ready: () => undefined, failed: (error) => failures.push(error) });
    const record = recordOf(5, 2);
    keeper.wish(wishOf(record));
    await new Promise((done) => setTimeout(done));
    expect(failures).toMatchObject([{ message: 'stopped' }]);
    expect(keeper.shown.record).toBeUndefined();
    keeper.wish(wishOf(record));
    await new Promise((done) => setTimeout(done));
    expect(keeper.shown.live[0]!.bins.mean[500]).toBe(5);
  });
});

test('a channel whose scale nobody told fills the screen; its extremes are looked for beside the page, too', async () => {
  const { keeper, asked, shown } = keeperWithAnswers();
  const record = { ...recordOf(3, 1), settings: '' };
  record.samples[0]![123_456] = -4;
  keeper.wish(wishOf(record, { isFitted: true }));
  expect(asked[0]!.parts.map(({ increment }) => increment)).toEqual([LONG, 1000]);
  await asked[0]!.answer();
  // 7 V in eight divisions of 1 V around the middle
  expect(keeper.shown.live[0]!.range).toEqual({ low: -4, high: 4 });
  expect(shown()!.value).toBe(3);
});

test('a ghost that has not changed is not binned again, and hidden channels are not at all', async () => {
  const { keeper, asked } = keeperWithAnswers();
  const ghost = recordOf(2, 0.5);
  const first = recordOf(1, 0.5);
  keeper.wish(wishOf(first, { ghosts: [ghost] }));
  expect(asked[0]!.parts).toHaveLength(2);
  await asked[0]!.answer();
  const next = recordOf(1.5, 0.5);
  keeper.wish(wishOf(next, { ghosts: [ghost] }));
  expect(asked[1]!.parts).toHaveLength(1);
  expect(asked[1]!.parts[0]!.samples).toBe(next.samples[0]);
  await asked[1]!.answer();
  keeper.wish(wishOf(recordOf(4, 0.5), { ghosts: [ghost], hiddenIds: ['CH1'] }));
  expect(asked).toHaveLength(2);
});

test('a limit that was drawn on is binned anew', async () => {
  const { keeper, asked } = keeperWithAnswers();
  const record = recordOf(1, 0.5);
  const low = new Float32Array(LONG).fill(-1);
  const high = new Float32Array(LONG).fill(1);
  const mask = { signalId: 'CH1', limits: { startS: -0.5, stepS: 1 / LONG, low, high } };
  keeper.wish(wishOf(record, { mask }));
  await asked[0]!.answer();
  high.fill(0.5, 0, 2000);
  const drawn = { ...mask, limits: { ...mask.limits, high: high.subarray() } };
  keeper.wish(wishOf(record, { mask: drawn }));
  expect(asked[1]!.parts).toHaveLength(1);
  await asked[1]!.answer();
  expect(keeper.shown.mask!.high.min.slice(0, 4)).toEqual(Float64Array.of(0.5, 0.5, 1, 1));
});
