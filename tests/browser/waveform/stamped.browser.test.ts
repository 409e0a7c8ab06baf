import { expect, test } from 'vitest';
import { valueScale } from '../../../src/ui/views/waveform/geometry.ts';
import type { LaneBox } from '../../../src/ui/views/waveform/layout.ts';
import { stampedStore } from '../../support/stamped-store.ts';
import { nextFrames, pointer, type Shown, settled, show, wheel } from './support.ts';

/** A logger that writes on change: bursts and pauses. */
const TIMES = [0, 0.5, 0.6, 0.7, 4, 4, 9, 10];
const TABLE = [
  { name: 'temperature', unit: '°C', values: [20, 24, 30, 26, 22, 28, 21, 25] },
  { name: 'heater', unit: '', dtype: 'u1' as const, values: [0, 1, 1, 1, 0, 1, 0, 0] },
];

const laneOf = ({ plot }: Shown, name: string): LaneBox =>
  plot.scene!.layout.lanes.find(({ lane }) => lane.name === name)!;

/** Place of a time and a value on the canvas, in CSS pixels. */
function placeOf({ plot }: Shown, box: LaneBox, timeS: number, value: number): { x: number; y: number } {
  const { time } = plot.model.state;
  const x = box.plot.x + ((timeS - time.startS) / (time.endS - time.startS)) * box.plot.width;
  return { x, y: valueScale(box, plot.scene!.ranges.get(box.lane.id)!, false).toPx(value) };
}

function rgbOf(color: string): readonly number[] {
  const sample = document.createElement('canvas').getContext('2d')!;
  sample.fillStyle = color;
  sample.fillRect(0, 0, 1, 1);
  return [...sample.getImageData(0, 0, 1, 1).data.subarray(0, 3)];
}

/** Whether the trace is drawn within a pixel of a place: half way or more from the ground's colour to its own. */
function isInked({ canvas, plot }: Shown, { x, y }: { x: number; y: number }, box: LaneBox): boolean {
  const ratio = canvas.width / canvas.clientWidth;
  const { data } = canvas.getContext('2d')!.getImageData((x - 1) * ratio, (y - 1) * ratio, 3 * ratio, 3 * ratio);
  const { colors } = plot.scene!;
  const ground = rgbOf(colors.ground);
  const way = rgbOf(colors.traces[box.lane.traces[0]!.colorIndex % colors.traces.length]!).map(
    (c, i) => c - ground[i]!,
  );
  const length = way.reduce((sum, part) => sum + part * part, 0);
  for (let i = 0; i < data.length; i += 4) {
    const along = way.reduce((sum, part, c) => sum + part * (data[i + c]! - ground[c]!), 0);
    if (along / length >= 0.5) return true;
  }
  return false;
}

test('numbers are points joined at their own times, logic holds its level as steps', async () => {
  const shown = await show(stampedStore(TIMES, TABLE));
  expect(shown.plot.model.state.time).toEqual({ startS: 0, endS: 10 });
  const numbers = laneOf(shown, 'temperature');
  // on the line from 26 at 0.7 s to 22 at 4 s, not at the level of either
  expect(isInked(shown, placeOf(shown, numbers, 2.35, 24), numbers)).toBe(true);
  expect(isInked(shown, placeOf(shown, numbers, 3.5, 26), numbers)).toBe(false);
  // two samples at one time: a line straight up
  expect(isInked(shown, placeOf(shown, numbers, 4, 25), numbers)).toBe(true);
  const logic = laneOf(shown, 'heater');
  expect(isInked(shown, placeOf(shown, logic, 2.5, 1), logic)).toBe(true);
  expect(isInked(shown, placeOf(shown, logic, 2.5, 0), logic)).toBe(false);
  expect(isInked(shown, placeOf(shown, logic, 6.5, 1), logic)).toBe(true);
  expect(isInked(shown, placeOf(shown, logic, 6.5, 0.5), logic)).toBe(false);
  expect(isInked(shown, placeOf(shown, logic, 9.5, 0), logic)).toBe(true);
});

test('a point is marked when there is room, and the wheel zooms down to it', async () => {
  const shown = await show(stampedStore(TIMES, TABLE));
  const numbers = laneOf(shown, 'temperature');
  const { x, y } = placeOf(shown, numbers, 0.6, 30);
  // the mark is wider than the line
  expect(isInked(shown, { x, y: y - 1.5 }, numbers)).toBe(true);
  for (let step = 0; step < 60; step++) {
    wheel(shown.surface, placeOf(shown, numbers, 0.6, 30).x, y, -100);
    await nextFrames(1);
  }
  await settled(shown.plot);
  expect(shown.plot.model.spanS).toBeLessThan(1e-3);
  const { startS, endS } = shown.plot.model.state.time;
  expect(startS).toBeLessThan(0.6);
  expect(endS).toBeGreaterThan(0.6);
  const box = laneOf(shown, 'temperature');
  expect(isInked(shown, placeOf(shown, box, 0.6, 30), box)).toBe(true);
});

test('markers stand on samples, and their figures weigh by time', async () => {
  const shown = await show(stampedStore(TIMES, TABLE));
  const { plot, view } = shown;
  const perPx = plot.model.spanS / plot.scene!.layout.plots.width;
  expect(view.snap(0.5 + 3 * perPx)).toBe(0.5);
  expect(view.snap(2)).toBe(2);
  plot.model.addMarker({ axis: 'time', first: 4, second: 10 });
  view.side = { ...view.side, isOpen: true };
  await view.updateComplete;
  const text = () => view.shadowRoot!.querySelector('lab-marker-panel')!.shadowRoot!.textContent!.replace(/\s+/g, ' ');
  // 28 for 5 s and 21 for 1 s
  await expect.poll(text).toContain('26.8333');
  expect(text()).toContain('samples 3');
});

test('the pointer says the value in force', async () => {
  const shown = await show(stampedStore(TIMES, TABLE));
  const logic = laneOf(shown, 'heater');
  const at = placeOf(shown, logic, 6.5, 0.5);
  const overlay = shown.plot.shadowRoot!.querySelector<HTMLCanvasElement>('canvas.overlay')!;
  const inkOf = () => {
    const { data } = overlay.getContext('2d')!.getImageData(0, 0, overlay.width, overlay.height);
    return data.some((value) => value !== 0);
  };
  expect(inkOf()).toBe(false);
  pointer(shown.surface, 'pointermove', at.x, at.y);
  await nextFrames(2);
  expect(inkOf()).toBe(true);
});

test('many samples come as bins of time that stay where they are while the view pans', async () => {
  const count = 200_000;
  const times = Array.from({ length: count }, (_, i) => i + 0.3 * Math.sin(i));
  const store = stampedStore(times, [
    { name: 'load', unit: 'W', values: times.map((_, i) => (i === 77_777 ? 50 : 1)) },
  ]);
  const shown = await show(store);
  const box = laneOf(shown, 'load');
  // one sample of 200 000 is not lost
  expect(shown.plot.scene!.ranges.get(box.lane.id)!.max).toBeGreaterThan(49);
  expect(isInked(shown, placeOf(shown, box, 77_777, 30), box)).toBe(false);
  shown.plot.model.setTime({ startS: 77_700, endS: 77_900 });
  await settled(shown.plot);
  expect(isInked(shown, placeOf(shown, laneOf(shown, 'load'), times[77_777]!, 50), laneOf(shown, 'load'))).toBe(true);
});
