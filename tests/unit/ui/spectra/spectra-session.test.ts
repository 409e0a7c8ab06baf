import { expect, test } from 'vitest';
import { SavedViews } from '../../../../src/app/saved-views.ts';
import { SpectraSession } from '../../../../src/ui/views/spectra/spectra-session.ts';
import { MemoryStore } from '../../../support/fake-app.ts';

const POINTS = [
  { channel: 1581.9, uncertainty: 0.1, keV: 1173.23 },
  { channel: 1797.3, uncertainty: 0.1, keV: 1332.49 },
];
const REGION = { name: '', startChannel: 1500, endChannel: 1650 };

test('calibration and regions of an input are there on the next visit; a background is not', () => {
  const store = new MemoryStore();
  const session = new SpectraSession(new SavedViews(store));
  session.change('board IN1', { points: POINTS });
  session.change('board IN1', { regions: [REGION], isSubtracted: true });
  const next = new SpectraSession(new SavedViews(store));
  expect(next.notesOf('board IN1')).toEqual({
    points: POINTS,
    regions: [REGION],
    background: undefined,
    isSubtracted: false,
  });
  expect(next.notesOf('board IN2').points).toEqual([]);
  // what is taken away stays away
  next.change('board IN1', { points: [] });
  expect(new SpectraSession(new SavedViews(store)).notesOf('board IN1')).toMatchObject({
    points: [],
    regions: [REGION],
  });
});

test.each([
  { version: 2, points: POINTS, regions: [] },
  { version: 1, points: [{ channel: 1, uncertainty: 0, keV: 2 }], regions: [] },
  { version: 1, points: POINTS, regions: [{ name: '', startChannel: -1, endChannel: 3 }] },
  'damaged',
])('what does not fit counts as none: %j', (kept) => {
  const views = new SavedViews(new MemoryStore());
  views.set('spectrum board IN1', kept);
  expect(new SpectraSession(views).notesOf('board IN1')).toMatchObject({ points: [], regions: [] });
});
