import { computed, signal } from '@preact/signals-core';
import { expect, test } from 'vitest';
import { Toasts } from '../../../src/app/toasts.ts';
import { offerUpdate } from '../../../src/app/update-offer.ts';
import { ManualClock } from '../../support/manual-clock.ts';

function setUp() {
  const recordings = signal(0);
  const mustStayOpen = computed(() => recordings.value > 0);
  const toasts = new Toasts(new ManualClock());
  const app = {
    toasts,
    get mustStayOpen() {
      return mustStayOpen.value;
    },
  };
  let loadCount = 0;
  offerUpdate(app, () => loadCount++);
  return {
    recordings,
    loads: () => loadCount,
    titles: () => toasts.list.value.map(({ title }) => title),
    reload: () => {
      const toast = toasts.list.value.find(({ action }) => action?.label === 'Reload')!;
      toasts.dismiss(toast.id);
      toast.action!.run();
    },
  };
}

test('a new version is loaded when the user says so', () => {
  const page = setUp();
  expect(page.titles()).toEqual(['A new version is ready']);
  expect(page.loads()).toBe(0);
  page.reload();
  expect(page.loads()).toBe(1);
});

test('while something goes on, it waits for the end of all of it, and is then offered again', () => {
  const page = setUp();
  page.recordings.value = 2;
  page.reload();
  expect(page.titles()).toEqual(['The new version waits']);
  page.recordings.value = 1;
  expect(page.titles()).toEqual(['The new version waits']);
  page.recordings.value = 0;
  expect(page.titles()).toEqual(['A new version is ready']);
  expect(page.loads()).toBe(0);
  page.recordings.value = 1;
  page.recordings.value = 0;
  expect(page.titles()).toEqual(['A new version is ready']);
  page.reload();
  expect(page.loads()).toBe(1);
});
