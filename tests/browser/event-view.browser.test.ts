// A file of events through the reader worker and on the screen, by keys alone.

import { afterEach, beforeAll, expect, test } from 'vitest';
import { loadCoreModule } from '../../src/core/load.ts';
import type { OpenFile } from '../../src/model/ports.ts';
import type { LabEventView } from '../../src/ui/views/events/event-view.ts';
import '../../src/ui/views/events/event-view.ts';
import { FilesClient } from '../../src/workers/reader/client.ts';
import { installRpc } from '../../src/workers/rpc.ts';

interface Golden {
  readonly files: readonly {
    readonly file: string;
    readonly nEvents: number;
    readonly events: readonly {
      readonly metadata: { readonly counter: string[]; readonly deadtime: number[] };
      readonly data: Record<string, { readonly first: number[]; readonly max: number }>;
    }[];
  }[];
}

const NAME = 'muon_4ch_f4.mimo';

let file: OpenFile;
let golden: Golden['files'][number];
let view: LabEventView;

beforeAll(async () => {
  installRpc();
  const bytes = await (await fetch(new URL(`../golden/mimo/files/${NAME}`, import.meta.url))).arrayBuffer();
  const index = (await (await fetch(new URL('../golden/mimo/files.json', import.meta.url))).json()) as Golden;
  golden = index.files.find((entry) => entry.file === NAME)!;
  file = await new FilesClient(loadCoreModule()).open(new File([bytes], NAME));
});

afterEach(() => view?.remove());

async function show(): Promise<void> {
  view = document.createElement('lab-event-view');
  view.events = file.events!;
  view.label = NAME;
  view.style.cssText = 'position: fixed; inset: 0; block-size: 480px;';
  document.body.append(view);
  await shows(0);
}

const text = (): string => view.shadowRoot?.querySelector('aside')?.textContent?.replace(/\s+/g, ' ') ?? '';

/** Waits until the metadata of this event are on screen. */
async function shows(index: number): Promise<void> {
  await expect.poll(text).toContain(`Event ${index}`);
  await expect.poll(text).toContain(`counter${golden.events[index]!.metadata.counter[0]!}`);
}

function press(key: string): void {
  view
    .shadowRoot!.querySelector('canvas')!
    .dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, composed: true, cancelable: true }));
}

/** Pixels of the picture that are neither ground nor grid: as many as there is ink. */
function ink(): number {
  const canvas = view.shadowRoot!.querySelector('canvas')!;
  const { data } = canvas.getContext('2d')!.getImageData(80, 12, canvas.width - 100, canvas.height - 60);
  let count = 0;
  for (let i = 0; i < data.length; i += 4) {
    if (Math.max(data[i]!, data[i + 1]!, data[i + 2]!) - Math.min(data[i]!, data[i + 1]!, data[i + 2]!) > 60) count++;
  }
  return count;
}

test('the worker serves events as the reference reads them', async () => {
  expect(file.events).toMatchObject({ eventCount: golden.nEvents, dataLength: 4250, trailingBytes: 0 });
  const block = await file.events!.read(1, 2);
  for (const [at, event] of golden.events.slice(1, 3).entries()) {
    for (const { field, values } of block.data) {
      const own = Array.from({ length: 4250 }, (_, i) => Number(values[at * 4250 + i]));
      expect(own.slice(0, 4)).toEqual(event.data[field.name]!.first);
      expect(Math.max(...own)).toBe(event.data[field.name]!.max);
    }
  }
  await expect(file.events!.read(5, 2)).rejects.toMatchObject({ code: 'format/range' });
});

test('keys go through the events, and stop at the ends', async () => {
  await show();
  press('ArrowRight');
  await shows(1);
  press('End');
  await shows(golden.nEvents - 1);
  press('ArrowRight');
  expect(view.selected).toBe(golden.nEvents - 1);
  press('ArrowLeft');
  await shows(golden.nEvents - 2);
  press('PageUp');
  await shows(0);
  press('PageDown');
  await shows(golden.nEvents - 1);
  press('Home');
  await shows(0);
});

test('the wheel goes through the events, small steps of a touch pad together', async () => {
  await show();
  const turn = (deltaY: number) =>
    view.shadowRoot!.querySelector('canvas')!.dispatchEvent(new WheelEvent('wheel', { deltaY, cancelable: true }));
  turn(200);
  await shows(2);
  turn(-100);
  await shows(1);
  for (let step = 0; step < 4; step++) turn(25);
  await shows(2);
});

test('waveforms are drawn, more of them with an overlay, fewer without a channel', async () => {
  await show();
  view.show(golden.nEvents - 1);
  await shows(golden.nEvents - 1);
  await expect.poll(ink).toBeGreaterThan(200);
  const alone = ink();
  const select = view.shadowRoot!.querySelector('select')!;
  select.value = '5';
  select.dispatchEvent(new Event('change'));
  await expect.poll(ink).toBeGreaterThan(1.2 * alone);
  const overlaid = ink();
  select.value = '1';
  select.dispatchEvent(new Event('change'));
  await expect.poll(ink).toBeLessThan(overlaid / 1.1);
  for (const box of view.shadowRoot!.querySelectorAll<HTMLInputElement>('aside input')) box.click();
  await expect.poll(ink).toBe(0);
});
