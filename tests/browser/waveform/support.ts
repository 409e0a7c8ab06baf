// A waveform view on the test page, over a store whose every figure is known.

import { expect } from 'vitest';
import type { SignalStore } from '../../../src/model/signal-store.ts';
import '../../../src/ui/views/waveform/waveform-view.ts';
import type { LabWaveformPlot } from '../../../src/ui/views/waveform/waveform-plot.ts';
import type { LabWaveformView } from '../../../src/ui/views/waveform/waveform-view.ts';
import type { PeriodicSignal } from '../../support/periodic-store.ts';

export const RATE_HZ = 1_000_000;

/** 1 ms period: 0.9 ms at 1 mA, 0.1 ms at 11 mA; 3 V; an input that is high while the current is. */
export const PULSES: readonly PeriodicSignal[] = [
  {
    name: 'current',
    unit: 'A',
    sampleRateHz: RATE_HZ,
    steps: [
      { lengthSamples: 900, value: 0.001 },
      { lengthSamples: 100, value: 0.011 },
    ],
  },
  { name: 'voltage', unit: 'V', sampleRateHz: RATE_HZ, steps: [{ lengthSamples: 1000, value: 3 }] },
  {
    name: 'gpi[0]',
    unit: '',
    dtype: 'u1',
    sampleRateHz: RATE_HZ,
    steps: [
      { lengthSamples: 900, value: 0 },
      { lengthSamples: 100, value: 1 },
    ],
  },
];

export async function nextFrames(count = 2): Promise<void> {
  for (let i = 0; i < count; i++) await new Promise((resolve) => requestAnimationFrame(resolve));
}

export interface Shown {
  readonly view: LabWaveformView;
  readonly plot: LabWaveformPlot;
  readonly surface: HTMLElement;
  readonly canvas: HTMLCanvasElement;
}

/** Puts a view on the page and waits for its first picture. */
export async function show(store: SignalStore, isLive = false, savedView?: unknown): Promise<Shown> {
  document.body.replaceChildren();
  document.body.style.cssText = 'margin:0';
  const view = document.createElement('lab-waveform-view');
  view.style.cssText = 'position:absolute;inset:0;width:1000px;height:600px';
  view.label = 'Pulses';
  view.isLive = isLive;
  view.savedView = savedView;
  view.store = store;
  document.body.append(view);
  await view.updateComplete;
  const plot = view.shadowRoot!.querySelector('lab-waveform-plot')!;
  await plot.updateComplete;
  const surface = plot.shadowRoot!.querySelector<HTMLElement>('.plot')!;
  await settled(plot);
  const canvas = plot.shadowRoot!.querySelector<HTMLCanvasElement>('.base canvas')!;
  return { view, plot, surface, canvas };
}

/** Waits until everything asked for is on screen. */
export async function settled(plot: LabWaveformPlot): Promise<void> {
  await nextFrames();
  await expect
    .poll(() =>
      plot.lanes.flatMap((lane) => lane.traces).some((trace) => trace.detail.isLoading || !trace.detail.picture),
    )
    .toBe(false);
  await nextFrames();
}

export function pointer(surface: HTMLElement, type: string, x: number, y: number, init: PointerEventInit = {}): void {
  const box = surface.getBoundingClientRect();
  const at = { clientX: box.left + x, clientY: box.top + y };
  surface.dispatchEvent(
    new PointerEvent(type, { pointerId: 1, button: 0, bubbles: true, composed: true, ...at, ...init }),
  );
}

export function wheel(surface: HTMLElement, x: number, y: number, deltaY: number, init: WheelEventInit = {}): void {
  const box = surface.getBoundingClientRect();
  const at = { clientX: box.left + x, clientY: box.top + y };
  surface.dispatchEvent(
    new WheelEvent('wheel', { deltaY, bubbles: true, composed: true, cancelable: true, ...at, ...init }),
  );
}

/** The pixels of the lanes (without minimap and time axis). */
export function lanePixels({ plot, canvas }: Shown): Uint8ClampedArray {
  const { plots } = plot.scene!.layout;
  const ratio = canvas.width / canvas.clientWidth;
  const { data } = canvas
    .getContext('2d')!
    .getImageData(plots.x * ratio, plots.y * ratio, plots.width * ratio, plots.height * ratio);
  return data;
}
