// The waveform view over a running instrument that streams and tells values: one axis, also when the stream begins anew.

import { expect, test } from 'vitest';
import { instantiateCore } from '../../../src/core/core.ts';
import { LiveStore } from '../../../src/core/live-store.ts';
import { loadCoreModule } from '../../../src/core/load.ts';
import { Arena, createMemory } from '../../../src/core/memory.ts';
import { StampedSeries } from '../../../src/core/stamped-series.ts';
import type { StreamSignal, ValueChannel } from '../../../src/model/channel.ts';
import { hoverAt } from '../../../src/ui/views/waveform/hover.ts';
import '../../../src/ui/views/waveform/waveform-view.ts';
import { RingSource, ringUtc } from '../../support/ring-source.ts';

const NOW_MS = Date.UTC(2026, 2, 4, 12);
const TOTALS: ValueChannel = {
  kind: 'value',
  id: 'totals',
  signals: [{ id: 'totals.charge', name: 'charge', unit: 'C' }],
};
const stream = (name: string, unit: string, dtype: 'f32' | 'u1'): StreamSignal => ({
  id: name,
  name,
  unit,
  dtype,
  sampleRateHz: 1000,
});

async function instrument() {
  const core = instantiateCore({ module: await loadCoreModule(), memory: createMemory(16 * 2 ** 20) });
  const arena = new Arena(core.memory, core.exports.heapBase());
  const current = new RingSource(core, arena, 16_384, [stream('current', 'A', 'f32')]);
  const input = new RingSource(core, arena, 16_384, [stream('gpi[0]', '', 'u1')]);
  const series = StampedSeries.create({ valueCount: 1, mostBytes: 2 ** 20 });
  const values = [{ channel: TOTALS, series }];
  const store = new LiveStore({ rings: [current.ring, input.ring], values }, 'SIM-1');
  return { store, current, series };
}

test('values are switched on in the list of axes, lie beside the stream, and stay when it begins anew', async () => {
  const { store, current, series } = await instrument();
  // A value each second from a minute before the stream on.
  for (let second = -60; second <= 10; second++) series.append(ringUtc(NOW_MS, 1000 * second), [100 + second]);
  current.append(10_000);
  current.setStart(NOW_MS);

  document.body.replaceChildren();
  const view = document.createElement('lab-waveform-view');
  view.style.cssText = 'position:absolute;inset:0;width:1000px;height:600px';
  view.isLive = true;
  view.side = { isOpen: true, sizePx: 300 };
  view.hiddenSignalIds = ['totals.charge'];
  view.store = store;
  document.body.append(view);
  await view.updateComplete;
  const plot = view.shadowRoot!.querySelector('lab-waveform-plot')!;
  const names = () => plot.scene?.layout.lanes.map(({ lane }) => lane.name);
  const chargeAt = (timeS: number) => {
    const { time } = plot.model.state;
    const { plots } = plot.scene!.layout;
    const x = plots.x + ((timeS - time.startS) / (time.endS - time.startS)) * plots.width;
    const hover = hoverAt(plot.scene!, { x, y: plots.y + 5 } as never);
    return hover?.values.find(({ box }) => box.lane.id === 'charge')?.value;
  };

  // The input never had a sample; the charge is hidden, and the minute before says nothing about the view.
  await expect.poll(names).toEqual(['Current']);
  expect(plot.model.bounds.extent).toEqual({ startS: 0, endS: 10 });
  expect(plot.model.bounds.minSpanS).toBeCloseTo(0.008, 12);

  const axes = () => view.shadowRoot!.querySelector('lab-axes-panel')?.shadowRoot;
  const group = () => axes()?.querySelector<HTMLElement>('[aria-label="Value axis of Charge"]');
  await expect.poll(() => group()?.querySelector('input')?.checked).toBe(false);
  group()!.querySelector('input')!.click();
  await expect.poll(names).toEqual(['Current', 'Charge']);
  expect(plot.model.bounds.extent).toEqual({ startS: -60, endS: 10 });
  await expect.poll(() => chargeAt(5.3)).toBe(105);

  // Held at a span of the past, whose seconds mean another time when the stream begins anew half a minute later.
  plot.model.setFollowing(false);
  plot.model.setTime({ startS: -20, endS: -10 });
  await expect.poll(() => chargeAt(-14.7)).toBe(85);
  current.ring.reset();
  current.append(4000);
  current.setStart(NOW_MS + 30_000);
  series.append(ringUtc(NOW_MS, 33_000), [133]);
  await expect.poll(() => plot.model.bounds.extent.startS).toBe(-90);
  expect(plot.model.bounds.extent.endS).toBeCloseTo(4, 9);
  await expect.poll(() => chargeAt(-14.7)).toBe(110);
  plot.model.setTime({ startS: -50, endS: -40 });
  await expect.poll(() => chargeAt(-44.7)).toBe(85);
  expect(names()).toEqual(['Current', 'Charge']);
  expect(plot.problem).toBe('');
});
