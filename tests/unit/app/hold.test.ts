// A paused view: what the application holds of its instruments, and when it lets go of it.

import { expect, test } from 'vitest';
import { ConnectedInstrument } from '../../../src/app/instruments.ts';
import { FakeInstrument, SIM_CHOICE } from '../../support/fake-instruments.ts';
import { SineStore } from '../../support/sine-store.ts';

class HeldInstrument extends FakeInstrument {
  readonly copy = new SineStore();
  freeCount = 0;
  release: () => void = () => undefined;

  override async hold() {
    this.calls.push('hold');
    await new Promise<void>((resolve) => {
      this.release = resolve;
    });
    return { store: this.copy, free: () => this.freeCount++ };
  }
}

function bench() {
  const handle = new HeldInstrument(SIM_CHOICE);
  const instrument = new ConnectedInstrument(handle, 1);
  handle.store.endSample = 5000;
  handle.copy.endSample = 1000;
  const shownEnd = () => instrument.view.value.signals()[0]!.endSample;
  return { handle, instrument, shownEnd };
}

test('a held view shows the copy as soon as there is one, and the live data again when it is released', async () => {
  const { handle, instrument, shownEnd } = bench();
  const view = instrument.view.value;
  const holding = instrument.hold();
  expect(shownEnd()).toBe(5000);
  handle.release();
  await holding;
  expect(shownEnd()).toBe(1000);
  await instrument.hold();
  expect(handle.calls).toEqual(['hold']);
  handle.report({ workerLoad: 0.5 });
  expect(instrument.view.value).toBe(view);
  instrument.release();
  expect(shownEnd()).toBe(5000);
  expect(handle.freeCount).toBe(1);
});

test('a view that is released before the copy is there stays live', async () => {
  const { handle, instrument, shownEnd } = bench();
  const holding = instrument.hold();
  instrument.release();
  handle.release();
  await holding;
  expect(shownEnd()).toBe(5000);
  expect(handle.freeCount).toBe(1);
});

test('a copy that an export may still read is not used again', async () => {
  const { handle, instrument } = bench();
  expect(instrument.lendHeld()).toBeUndefined();
  const holding = instrument.hold();
  handle.release();
  await holding;
  expect(instrument.lendHeld()?.store).toBe(handle.copy);
  instrument.release();
  expect(handle.freeCount).toBe(0);
});
