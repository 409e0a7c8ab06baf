import { expect, test } from 'vitest';
import { TIME_AXIS } from '../../../../src/model/axis.ts';
import type { Scene } from '../../../../src/ui/views/waveform/geometry.ts';
import { buildLanes } from '../../../../src/ui/views/waveform/lanes.ts';
import { layOut } from '../../../../src/ui/views/waveform/layout.ts';
import { markerMarks, minimapMarks } from '../../../../src/ui/views/waveform/marker-flags.ts';
import { noteMarks } from '../../../../src/ui/views/waveform/scene-notes.ts';
import type { Marker, Note } from '../../../../src/ui/views/waveform/state.ts';
import { PeriodicStore } from '../../../support/periodic-store.ts';

const signal = { name: 'current', unit: 'A', sampleRateHz: 1000, steps: [{ lengthSamples: 10, value: 1 }] };
const lanes = buildLanes([{ store: new PeriodicStore([signal], 1e5), label: 'a', shiftS: 0 }], () => {});
const laneId = lanes[0]!.id;

function sceneOf(markers: readonly Marker[], notes: readonly Note[] = [], selectedMarkerId?: number): Scene {
  const time = { startS: 0, endS: 100 };
  return {
    layout: layOut(1280, 600, lanes, {}),
    state: {
      time,
      isFollowing: false,
      timeMode: 'relative',
      lanes: {},
      markers,
      notes,
      shifts: {},
      raises: {},
      differences: [],
      selectedMarkerId,
    },
    extent: time,
    colors: { markers: ['#f00', '#0ff'] } as unknown as Scene['colors'],
    reference: { axis: TIME_AXIS, mode: 'relative', shiftS: 0, midnightMs: 0 },
    ranges: new Map([[laneId, { min: 0, max: 1 }]]),
    figures: new Map(),
    resolutionS: 0.1,
  };
}

const single = (id: number, first: number): Marker => ({ id, name: String(id), axis: 'time', first });

interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

function overlaps(boxes: readonly Box[]): number {
  const lie = (a: Box, b: Box) =>
    a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
  return boxes.flatMap((a, i) => boxes.slice(i + 1).filter((b) => lie(a, b))).length;
}

test.each([
  ['singles side by side', [10, 10.5, 11, 12, 40, 40.1].map((at, i) => single(i, at))],
  ['pairs whose ends touch', [0, 1, 2, 3].map((i): Marker => ({ ...single(i, 20 + i), second: 21 + i }))],
  ['a pair around singles', [{ ...single(1, 30), second: 60 }, single(2, 45), single(3, 46)]],
])('flags of %s do not lie on each other, and every line stands', (_, markers: Marker[]) => {
  const { flags, lines } = markerMarks(sceneOf(markers));
  expect(overlaps(flags.filter(({ part }) => part !== 'both').map(({ rect }) => rect))).toBe(0);
  expect(lines).toHaveLength(markers.reduce((sum, { second }) => sum + (second === undefined ? 1 : 2), 0));
});

test('close flags give up their position before they give up their name', () => {
  const texts = markerMarks(sceneOf([single(1, 50), single(2, 52), single(3, 90)])).flags.map(({ text }) => text);
  expect(texts).toHaveLength(3);
  expect(texts.map((text) => text.split(' ')[0])).toEqual(['1', '2', '3']);
});

test('flags of levels that are close stand side by side', () => {
  const levels = [0.5, 0.501, 0.502].map((first, i): Marker => ({ id: i, name: `${i}`, axis: 'value', laneId, first }));
  const { flags } = markerMarks(sceneOf(levels));
  expect(flags).toHaveLength(3);
  expect(overlaps(flags.map(({ rect }) => rect))).toBe(0);
});

test('the selected marker has its flag first', () => {
  const markers = [single(1, 50), single(2, 50)];
  expect(markerMarks(sceneOf(markers, [], 2)).flags[0]).toMatchObject({ marker: { id: 2 } });
});

test('a hundred thousand markers become ticks with their number, and no more than there are pixels', () => {
  const markers = Array.from({ length: 100_000 }, (_, i) => single(i, i / 1000));
  const scene = sceneOf(markers, [], 5);
  const { lines, flags, crowd } = markerMarks(scene);
  expect(crowd!.xs.length).toBeLessThan(scene.layout.plots.width);
  expect(crowd!.text).toContain('100\u202f000');
  // The selected one stands all the same.
  expect(lines.map(({ marker }) => marker.id)).toEqual([5]);
  expect(flags.map(({ marker }) => marker.id)).toEqual([5]);
  const { minimap } = scene.layout;
  const marks = minimapMarks(markers, scene.extent, minimap);
  expect(marks.timesS.length).toBeLessThan(minimap.width);
  expect(marks.top).toBeGreaterThan(minimap.y);
});

test('a pair that reaches over the screen shows its bar', () => {
  const { flags, lines } = markerMarks(sceneOf([{ ...single(1, -10), second: 200 }]));
  expect(lines).toEqual([]);
  expect(flags.map(({ part }) => part)).toEqual(['both']);
});

test('a hundred thousand notes become dots a dot apart, and texts that do not lie on each other', () => {
  const notes = Array.from({ length: 100_000 }, (_, i) => ({
    id: i,
    laneId,
    timeS: i / 1000,
    value: 0.5,
    text: `${i}`,
  }));
  const scene = sceneOf([], notes);
  const marks = noteMarks(scene);
  expect(marks.length).toBeLessThan(scene.layout.plots.width / 6);
  expect(overlaps(marks.flatMap(({ box }) => (box ? [box] : [])))).toBe(0);
});
