import { describe, expect, it } from 'vitest';
import { BenchAxis } from '../../../src/app/bench-axis.ts';
import { utcAddSeconds, utcFromUnixMs } from '../../../src/base/time.ts';
import { JoinedStore } from '../../../src/model/joined-store.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { SineStore } from '../../support/sine-store.ts';
import { steadySignals } from '../../support/steady.ts';

const BEGIN = utcFromUnixMs(Date.UTC(2026, 0, 2));

class TimedStore extends SineStore {
  constructor(originS: number | undefined, sampleRateHz = 10_000) {
    super(10, sampleRateHz);
    this.tell(originS);
  }

  tell(originS: number | undefined): void {
    this.originUtc = originS === undefined ? undefined : utcAddSeconds(BEGIN, originS);
  }
}

function bench(...stores: TimedStore[]) {
  const clock = new ManualClock();
  const axis = new BenchAxis(clock);
  const store = new JoinedStore(
    stores.map((of, i) => ({
      prefix: `unit:${i}/`,
      source: `Unit ${i}`,
      store: of,
      offsetS: () => axis.offsetOf(of),
    })),
    () => axis.originUtc,
  );
  const offsets = () => steadySignals(store).flatMap(({ name, offsetS }) => (name === 'current' ? offsetS : []));
  return { clock, axis, store, offsets };
}

describe('a store over several live stores', () => {
  it('puts each at its offset from the first, with its own rate, source and id', () => {
    const { store } = bench(new TimedStore(0), new TimedStore(2.5, 1000));
    expect(store.originUtc).toBeUndefined();
    const signals = steadySignals(store);
    expect(store.originUtc).toBe(BEGIN);
    expect(signals.map(({ id, source, offsetS, sampleRateHz }) => [id, source, offsetS, sampleRateHz])).toEqual([
      ['unit:0/current', 'Unit 0', 0, 10_000],
      ['unit:0/voltage', 'Unit 0', 0, 10_000],
      ['unit:0/power', 'Unit 0', 0, 10_000],
      ['unit:1/current', 'Unit 1', 2.5, 1000],
      ['unit:1/voltage', 'Unit 1', 2.5, 1000],
      ['unit:1/power', 'Unit 1', 2.5, 1000],
    ]);
  });

  it('answers with what the own store of a signal answers', async () => {
    const second = new TimedStore(1, 1000);
    const { store } = bench(new TimedStore(0), second);
    const range = { start: 100, increment: 10, count: 5 };
    expect(await store.summary({ signalId: 'unit:1/power', ...range })).toEqual(
      await second.summary({ signalId: 'power', ...range }),
    );
    expect(await store.samples('unit:1/power', 7, 9)).toEqual(await second.samples('power', 7, 9));
    expect(await store.statistics('unit:1/power', 0, 99)).toEqual(await second.statistics('power', 0, 99));
    await expect(store.samples('unit:2/power', 0, 1)).rejects.toMatchObject({ code: 'format/not-found' });
  });

  it('lists signals whose time is not known yet as empty', () => {
    const late = new TimedStore(undefined);
    const { store, offsets } = bench(new TimedStore(0), late);
    const last = () => store.signals().at(-1)!;
    expect([last().startSample, last().endSample]).toEqual([0, 0]);
    late.tell(3);
    expect(last().endSample).toBe(100_000);
    expect(offsets()).toEqual([0, 3]);
  });
});

describe('an offset', () => {
  it('stands still while a clock settles within what can be known', async () => {
    const second = new TimedStore(5);
    const { clock, offsets } = bench(new TimedStore(0), second);
    offsets();
    second.tell(5.0015);
    await clock.advance(1000);
    expect(offsets()[1]).toBe(5);
  });

  it('glides to where it belongs, never by more than a hundredth of the time', async () => {
    const second = new TimedStore(5);
    const { clock, offsets } = bench(new TimedStore(0), second);
    offsets();
    second.tell(5.02);
    let before = 5;
    for (let i = 0; i < 250; i++) {
      await clock.advance(10);
      const [, now] = offsets() as [number, number];
      expect(now - before).toBeLessThanOrEqual(1e-4 + 1e-12);
      before = now;
    }
    expect(before).toBeCloseTo(5.02, 8);
  });

  it('jumps when the instrument began anew', () => {
    const second = new TimedStore(5);
    const { offsets } = bench(new TimedStore(0), second);
    offsets();
    second.tell(65);
    expect(offsets()[1]).toBe(65);
  });

  it('is measured from an origin that never moves', () => {
    const first = new TimedStore(0);
    const { axis, offsets } = bench(first, new TimedStore(5));
    offsets();
    first.tell(30);
    expect(offsets()).toEqual([30, 5]);
    expect(axis.originUtc).toBe(BEGIN);
  });
});
