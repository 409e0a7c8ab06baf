// Very many markers and notes: the panels hold the rows in sight, search finds, and the view does its work.

import { expect, test } from 'vitest';
import { userEvent } from 'vitest/browser';
import type { Annotation } from '../../../src/model/signal-store.ts';
import { PeriodicStore } from '../../support/periodic-store.ts';
import { nextFrames, PULSES, type Shown, show } from './support.ts';

const COUNT = 100_000;

class AnnotatedStore extends PeriodicStore {
  readonly #annotations: readonly Annotation[];

  constructor(annotations: readonly Annotation[]) {
    super(PULSES, 1e6);
    this.#annotations = annotations;
  }

  override async annotations(): Promise<readonly Annotation[]> {
    return this.#annotations;
  }
}

const PLAIN = { signalId: 'current', storage: 'string', groupId: 0, y: Number.NaN } as const;
const position = (i: number): bigint => BigInt(Math.floor((i * 1e6) / COUNT));

const notes = (): Annotation[] =>
  Array.from({ length: COUNT }, (_, i) => ({ ...PLAIN, kind: 'text', timestamp: position(i), data: `note ${i}` }));

const pairs = (): Annotation[] =>
  Array.from({ length: COUNT }, (_, i) => ({
    ...PLAIN,
    kind: 'vertical-marker',
    timestamp: position(i),
    data: `${i >> 1}${i % 2 === 0 ? 'a' : 'b'}`,
  }));

async function panelOf(
  { view }: Shown,
  name: 'lab-notes-panel' | 'lab-marker-panel',
): Promise<{ root: ShadowRoot; rows: () => HTMLElement[] }> {
  view.side = { isOpen: true, sizePx: 352 };
  await expect.poll(() => view.shadowRoot!.querySelector(name)?.shadowRoot?.querySelector('.rows > *')).toBeTruthy();
  const root = view.shadowRoot!.querySelector(name)!.shadowRoot!;
  return { root, rows: () => [...root.querySelectorAll<HTMLElement>('.rows > *')] };
}

const textOf = (row: HTMLElement): string => row.querySelector<HTMLInputElement>('input')!.value;

test('a list of 100 000 notes holds what is in sight, wherever it is scrolled', async () => {
  const shown = await show(new AnnotatedStore(notes()));
  const { root, rows } = await panelOf(shown, 'lab-notes-panel');
  expect(shown.plot.model.state.notes).toHaveLength(COUNT);
  expect(textOf(rows()[0]!)).toBe('note 0');
  expect(rows().length).toBeLessThan(60);
  const box = root.querySelector('.box')!;
  box.scrollTop = box.scrollHeight;
  await expect.poll(() => textOf(rows().at(-1)!)).toBe(`note ${COUNT - 1}`);
  expect(rows().length).toBeLessThan(60);
  const [last, frame] = [rows().at(-1)!.getBoundingClientRect(), box.getBoundingClientRect()];
  expect(last.bottom).toBeLessThanOrEqual(frame.bottom + 8);
});

test('a search leaves what it found, and a note that is shown stands in the middle of the plot', async () => {
  const shown = await show(new AnnotatedStore(notes()));
  const { root, rows } = await panelOf(shown, 'lab-notes-panel');
  const { model } = shown.plot;
  model.setTime({ startS: 0, endS: 0.01 });
  await userEvent.fill(root.querySelector<HTMLInputElement>('input[type=search]')!, 'note 7654');
  // 7654 itself, and 7654 with a digit behind it.
  await expect.poll(() => rows().length).toBe(11);
  expect(root.querySelector('.search')!.textContent).toContain('11 of 100\u202f000');
  rows()[0]!.querySelector<HTMLButtonElement>('button[title="Show the note"]')!.click();
  const { startS, endS } = model.state.time;
  expect((startS + endS) / 2).toBeCloseTo(7654e-5, 9);
});

test('of 50 000 pairs those in sight are measured; the one that is selected in the plot comes into sight', async () => {
  const shown = await show(new AnnotatedStore(pairs()));
  const { root, rows } = await panelOf(shown, 'lab-marker-panel');
  const { model } = shown.plot;
  expect(model.state.markers).toHaveLength(COUNT / 2);
  await expect.poll(() => root.textContent).toContain('mean');
  expect(rows().length).toBeLessThan(20);
  model.showMarker(model.state.markers.find(({ name }) => name === '31000')!.id);
  await expect.poll(() => rows().map(textOf)).toContain('31000');
  const selected = root.querySelector('section[data-selected]')!.getBoundingClientRect();
  const frame = root.querySelector('.box')!.getBoundingClientRect();
  expect(selected.top).toBeGreaterThanOrEqual(frame.top - 1);
  await nextFrames();
  expect(rows().length).toBeLessThan(20);
});
