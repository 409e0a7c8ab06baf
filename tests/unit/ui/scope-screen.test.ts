// What a scope's screen shows of a record, and how it is drawn.

import { describe, expect, test, vi } from 'vitest';
import type { Utc } from '../../../src/base/time.ts';
import { binRecord, incrementFor } from '../../../src/model/record-bins.ts';
import { recordSpectrum, strongestLine } from '../../../src/model/record-spectrum.ts';
import { DirectAnalysis } from '../../../src/model/trace-analysis.ts';
import type { ImagePainter, Points, Rect, StrokeStyle, TextStyle } from '../../../src/ui/plot/painter.ts';
import { acquisitionWords, ageText } from '../../../src/ui/views/scope/acquisition.ts';
import { MeasuredChannels } from '../../../src/ui/views/scope/measured-channels.ts';
import { RecordFollower } from '../../../src/ui/views/scope/record-follower.ts';
import { shownPart } from '../../../src/ui/views/scope/scope-frame.ts';
import { drawScope, type SceneTrace, type ScopeScene } from '../../../src/ui/views/scope/scope-scene.ts';
import {
  channelNumber,
  fittedScreen,
  nextStep,
  recordSettings,
  recordSpanS,
  type ShownRecord,
  sampleAt,
  timeScreen,
  valueScreen,
} from '../../../src/ui/views/scope/screen.ts';
import { FakeTraces, sineAndSquare } from '../../support/fake-traces.ts';

const signal = (id: string) => ({ id, name: id, unit: 'V' });

function record(change: Partial<ShownRecord> = {}): ShownRecord {
  return {
    signals: [signal('CH1')],
    triggerUtc: 0n as Utc,
    startS: -0.5,
    stepS: 0.001,
    settings: '{}',
    samples: [new Float32Array(1000)],
    ...change,
  };
}

describe('time', () => {
  test('ten divisions around the middle', () => {
    const settings = JSON.stringify({ timeScale: 0.1, timeDelay: 0.2 });
    const screen = timeScreen(record({ settings }));
    expect(screen.startS).toBeCloseTo(-0.3, 12);
    expect(screen.endS).toBeCloseTo(0.7, 12);
    expect(screen.divisionS).toBe(0.1);
  });

  test('a record of fourteen divisions has a screen of fourteen', () => {
    const screen = timeScreen(record({ settings: JSON.stringify({ timeScale: 1 / 14 }) }));
    expect((screen.endS - screen.startS) / screen.divisionS!).toBeCloseTo(14, 9);
  });

  test('a deep record reaches beyond its screen', () => {
    const deep = record({ settings: JSON.stringify({ timeScale: 0.01 }) });
    expect(timeScreen(deep)).toEqual({ startS: -0.05, endS: 0.05, divisionS: 0.01 });
    expect(recordSpanS(deep)).toEqual({ low: -0.5, high: 0.5 });
  });

  test('the whole record where no division is told, or in words of the instrument', () => {
    expect(timeScreen(record())).toEqual({ startS: -0.5, endS: 0.5, divisionS: undefined });
    expect(recordSettings({ settings: ':TIM:SCAL 1' })).toEqual({});
    expect(recordSettings({ settings: '{"cut off' })).toEqual({});
  });

  test('the nearest sample, none beyond the record', () => {
    expect([sampleAt(record(), -0.4996), sampleAt(record(), 0.4989), sampleAt(record(), 0.51)]).toEqual([
      0,
      999,
      undefined,
    ]);
  });
});

describe('values', () => {
  test('eight divisions; a positive offset raises the trace; an instrument may tell the middle itself', () => {
    expect(valueScreen({ '1.scale': 0.5, '1.offset': 1 }, 1)).toEqual({ low: -3, high: 1 });
    expect(valueScreen({ '1.scale': 0.5, '1.offset': 1, '1.middle': 1 }, 1)).toEqual({ low: -1, high: 3 });
    expect(valueScreen({ '1.offset': 1 }, 1)).toBeUndefined();
  });

  test('otherwise steps of 1, 2 or 5 that hold all values', () => {
    expect(fittedScreen({ low: -0.9, high: 3.1 })).toEqual({ low: -3, high: 5 });
    const level = fittedScreen({ low: 2.5, high: 2.5 });
    expect(level.low).toBeLessThan(2.5);
    expect(level.high).toBeGreaterThan(2.5);
    expect(fittedScreen({ low: Number.NaN, high: Number.NaN })).toEqual({ low: -4, high: 4 });
  });

  test('channels by their number, or counted', () => {
    expect([channelNumber(signal('CHAN4'), 0), channelNumber(signal('math'), 1)]).toEqual([4, 2]);
  });

  test.each([
    [0.5, 1, 1],
    [0.5, -1, 0.2],
    [1e-3, -1, 5e-4],
    [0.37, 1, 0.5],
    [0.37, -1, 0.2],
    [2e-9, 1, 5e-9],
  ] as const)('the knob goes from %f (%i) to %f', (from, direction, to) => {
    expect(nextStep(from, direction)).toBe(to);
  });
});

describe('bins', () => {
  test('extremes and mean of whole multiples; the last may be shorter', () => {
    const samples = Float32Array.of(1, 5, -2, 4, 7, 8, 9);
    expect(binRecord({ samples, from: 2, to: 6, increment: 3 })).toEqual({
      start: 0,
      increment: 3,
      mean: Float64Array.of(4 / 3, 19 / 3, 9),
      min: Float64Array.of(-2, 4, 9),
      max: Float64Array.of(5, 8, 9),
    });
  });

  test('a hole is no value, and a bin of holes a hole', () => {
    const samples = Float32Array.of(1, Number.NaN, Number.NaN, Number.NaN);
    const { mean, min, max } = binRecord({ samples, from: 0, to: 3, increment: 2 });
    expect([mean, min, max]).toEqual([
      Float64Array.of(1, Number.NaN),
      Float64Array.of(1, Number.NaN),
      Float64Array.of(1, Number.NaN),
    ]);
  });

  test('every sample until there are two for a column; a spike of one sample among ten million stays', () => {
    expect([incrementFor(1500, 1000), incrementFor(10_000_000, 1000)]).toEqual([1, 10_000]);
    const samples = new Float32Array(10_000_000);
    samples[7_654_321] = 3;
    const { max } = binRecord({ samples, from: 0, to: 1e7, increment: 10_000 });
    expect([max.length, max.indexOf(3), Math.max(...max)]).toEqual([1000, 765, 3]);
  });
});

/** Notes what is drawn; texts are 7 px a letter. */
class NotedPainter implements ImagePainter {
  image(): void {}
  readonly lines: { readonly points: number[]; readonly color: string }[] = [];
  readonly columnCounts: number[] = [];
  readonly texts: string[] = [];
  readonly levels: number[] = [];
  fillRect(_rect: Rect, _color: string): void {}
  strokeRect(_rect: Rect, _style: StrokeStyle): void {}
  horizontalLine(y: number, _x1: number, _x2: number, { dash }: StrokeStyle): void {
    if (dash) this.levels.push(y);
  }
  verticalLine(): void {}
  polyline({ ys, count }: Points, { color }: StrokeStyle): void {
    this.lines.push({ points: [...ys.subarray(0, count)], color });
  }
  columns({ count }: { readonly count: number }): void {
    this.columnCounts.push(count);
  }
  dots(): void {}
  polygon(): void {}
  text(text: string): void {
    this.texts.push(text);
  }
  measure(text: string, _style: TextStyle): number {
    return 7 * text.length;
  }
  clip(_rect: Rect, draw: () => void): void {
    draw();
  }
}

const COLORS = {
  ground: 'ground',
  grid: 'grid',
  axisLine: 'axis',
  warn: 'warn',
  text: 'text',
} as unknown as ScopeScene['colors'];

const TIME = { startS: -5e-3, endS: 5e-3, divisionS: 1e-3 };

function trace(samples: Float32Array, change: Partial<SceneTrace> = {}): SceneTrace {
  const place = { samples, startS: -5e-3, stepS: 1e-5, ...change };
  return {
    signalId: 'CH1',
    name: 'CH1',
    unit: 'V',
    number: 1,
    color: 'blue',
    range: { low: -4, high: 4 },
    alpha: 1,
    bins: binRecord(shownPart(place, TIME, 768)),
    ...place,
  };
}

/** 850 × 450 px leave 768 × 400 px for the screen, from 26 px on: 50 px for a division. */
function drawn(traces: readonly SceneTrace[], change: Partial<ScopeScene> = {}): NotedPainter {
  const painter = new NotedPainter();
  drawScope(painter, {
    widthPx: 850,
    heightPx: 450,
    time: TIME,
    densities: [],
    mask: undefined,
    note: '',
    traces,
    active: traces.at(-1),
    trigger: undefined,
    cursor: undefined,
    colors: COLORS,
    ...change,
  });
  return painter;
}

describe('picture', () => {
  test('1 V lies one division above the middle; the hole is a gap', () => {
    const samples = new Float32Array(1000).fill(1);
    samples[500] = Number.NaN;
    const { lines } = drawn([trace(samples)]);
    expect(lines).toHaveLength(1);
    const points = lines[0]!.points;
    expect(points).toHaveLength(1000);
    expect(points[0]).toBeCloseTo(26 + 150, 6);
    expect(points.filter(Number.isNaN)).toHaveLength(1);
  });

  test('ten million samples are no more columns than pixels', () => {
    const { columnCounts, lines } = drawn([trace(new Float32Array(10_000_000), { stepS: 1e-9 })]);
    expect(columnCounts[0]).toBeLessThanOrEqual(772);
    expect(lines[0]!.points.length).toBeLessThanOrEqual(772);
  });

  test('divisions have times from the trigger, and the values of the active channel', () => {
    const { texts } = drawn([trace(new Float32Array(1000))]);
    expect(texts).toContain('ms');
    expect(texts).toContain('0');
    expect(texts).toContain('\u22124');
    expect(texts).toContain('CH1 in V');
    for (const volts of ['4', '3', '2', '1', '\u22121', '\u22123']) expect(texts).toContain(volts);
  });

  test('the level of the trigger lies on the scale of its channel', () => {
    const shown = trace(new Float32Array(1000));
    expect(drawn([shown], { trigger: { level: 2, trace: shown } }).levels).toEqual([26 + 100]);
    // beyond the screen it is a mark at its edge
    expect(drawn([shown], { trigger: { level: 9, trace: shown } }).levels).toEqual([]);
  });

  test('a ghost is fainter', () => {
    const colors = drawn([trace(new Float32Array(1000), { alpha: 0.4 }), trace(new Float32Array(1000))]).lines.map(
      ({ color }) => color,
    );
    expect(colors).toEqual(['color-mix(in srgb, blue 40%, transparent)', 'blue']);
  });
});

describe('spectrum', () => {
  test('a sine of 1 V has its RMS of 0.7071 V at its own frequency', () => {
    // 64 periods in 1024 samples of 1 µs
    const samples = Float32Array.from({ length: 1200 }, (_, i) => 0.5 + Math.sin((2 * Math.PI * 64 * i) / 1024));
    const line = strongestLine(recordSpectrum(samples, 1e-6)!)!;
    expect(line.frequencyHz).toBeCloseTo(62_500, 6);
    expect(line.rms).toBeCloseTo(Math.SQRT1_2, 5);
  });

  test('none of a hole or of too few points, and no line of a level trace', () => {
    expect(recordSpectrum(new Float32Array(64).fill(Number.NaN), 1)).toBeUndefined();
    expect(recordSpectrum(new Float32Array(15), 1)).toBeUndefined();
    expect(strongestLine(recordSpectrum(new Float32Array(64).fill(3), 1)!)).toBeUndefined();
  });
});

describe('records', () => {
  test('come once each; those that were forgotten are counted', () => {
    const traces = new FakeTraces(['CH1']);
    const follower = new RecordFollower();
    expect(follower.look(undefined)).toEqual([]);
    for (const value of [1, 2, 3]) traces.bring([Float32Array.of(value, value)]);
    traces.forgottenCount = 1;
    expect(follower.look(traces).map(({ samples }) => samples[0]![0])).toEqual([2, 3]);
    expect([follower.count, follower.first]).toEqual([3, 1]);
    expect(follower.look(traces)).toEqual([]);
    expect(follower.record(0)).toBeUndefined();
    expect(follower.record(2)!.signals).toEqual([{ id: 'CH1', name: 'CH1', unit: 'V' }]);
  });

  test('go on in other channels', () => {
    const follower = new RecordFollower();
    const before = new FakeTraces(['CH1']);
    before.bring([new Float32Array(2)]);
    follower.look(before);
    const after = new FakeTraces(['CH1', 'CH2']);
    after.bring([new Float32Array(2), new Float32Array(2)]);
    expect(follower.look(after)).toHaveLength(1);
    expect([follower.count, follower.record(1)!.signals.length, follower.record(0)]).toEqual([2, 2, undefined]);
  });

  test('are measured with statistics over all of them; the square is a quarter later', async () => {
    const traces = new FakeTraces();
    const measured = new MeasuredChannels(new DirectAnalysis());
    const follower = new RecordFollower();
    for (const factor of [1, 2, 3]) traces.bring(sineAndSquare().map((part) => part.map((value) => factor * value)));
    await measured.addAll(follower.look(traces));
    const sine = measured.channels.get('CH1')!;
    expect(sine.newest.peakToPeak).toBeCloseTo(6, 2);
    expect(sine.overAll.get('peakToPeak')).toMatchObject({ count: 3 });
    expect(sine.overAll.get('peakToPeak')!.mean).toBeCloseTo(4, 2);
    expect(sine.overAll.get('peakToPeak')!.std).toBeCloseTo(2, 2);
    expect(sine.newest.frequency).toBeCloseTo(5000, 0);
    expect(sine.newest).not.toHaveProperty('phase');
    // an edge between two of 200 samples is known to 1.8°
    expect(Math.abs(measured.channels.get('CH2')!.newest.phase! - 90)).toBeLessThan(1.8);
    measured.reset();
    expect(measured.channels.size).toBe(0);
  });

  test('one after the other; of more than can wait the newest, and the one that was begun', async () => {
    const traces = new FakeTraces(['CH1']);
    const asked: { readonly mean: number; answer(): void }[] = [];
    const measured = new MeasuredChannels({
      measure: ({ samples }) => {
        const mean = samples[0]![0]!;
        return new Promise((resolve) => asked.push({ mean, answer: () => resolve([{ mean }]) }));
      },
    });
    const follower = new RecordFollower();
    const bring = (value: number) => {
      traces.bring([new Float32Array(2 ** 22).fill(value)]);
      return measured.addAll(follower.look(traces));
    };
    const all = bring(1);
    await Promise.all([bring(5), bring(7)]);
    expect(asked.map(({ mean }) => mean)).toEqual([1]);
    asked[0]!.answer();
    await vi.waitFor(() => expect(asked.map(({ mean }) => mean)).toEqual([1, 7]));
    asked[1]!.answer();
    await all;
    expect(measured.channels.get('CH1')!.overAll.get('mean')).toMatchObject({ count: 2, mean: 4 });
    // what was asked for before a reset is not counted after it
    const late = bring(9);
    measured.reset();
    asked[2]!.answer();
    await late;
    expect(measured.channels.size).toBe(0);
  });
});

describe('words', () => {
  const base = { state: 'idle', mode: 'run', ageS: 0.1, screenS: 1e-3, sinceMode: 5 } as const;

  test.each([
    [{}, 'running', 'Running'],
    [{ ageS: 3 }, 'waiting', 'Waiting for trigger'],
    [{ ageS: 3, screenS: 10 }, 'running', 'Running'],
    [{ ageS: undefined }, 'waiting', 'Waiting for trigger'],
    [{ mode: 'single', sinceMode: 0 }, 'waiting', 'Waiting for one trigger'],
    [{ mode: 'single', sinceMode: 1 }, 'stopped', 'Stopped after its trigger'],
    [{ mode: 'stop' }, 'stopped', 'Stopped'],
    [{ state: 'lost' }, 'lost', 'Lost: the instrument is gone'],
  ] as const)('%j is %s', (change, kind, text) => {
    expect(acquisitionWords({ ...base, ...change })).toEqual({ kind, text });
  });

  test('ages', () => {
    expect([0.2, 5.9, 125, 7300].map(ageText)).toEqual(['just now', '5 s ago', '2 min ago', '2 h ago']);
  });
});
