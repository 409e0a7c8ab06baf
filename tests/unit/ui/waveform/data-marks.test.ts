import { expect, test } from 'vitest';
import type { Marks } from '../../../../src/ui/views/waveform/data-marks.ts';
import { WaveformModel } from '../../../../src/ui/views/waveform/model.ts';

const EXTENT = { startS: 0, endS: 100 };
const BOUNDS = { extent: EXTENT, edgeS: 100, minSpanS: 1e-6, isLive: false, pixelS: 0.1 };

const DATA: Marks = {
  markers: [
    { axis: 'time', name: '1', first: 1, second: 2 },
    { axis: 'time', name: '2', first: 3 },
  ],
  notes: [{ laneId: 'a', timeS: 4, text: 'boot' }],
};

function viewOf(saved?: unknown, marks = DATA): WaveformModel {
  const model = new WaveformModel(() => 0);
  model.reset(BOUNDS);
  if (saved !== undefined) expect(model.restore(JSON.parse(JSON.stringify(saved)))).toBe(true);
  if (model.wantsMarks) model.adopt(marks);
  return model;
}

const shown = ({ state }: WaveformModel) => ({
  names: state.markers.map(({ name, first }) => `${name} ${first}`),
  notes: state.notes.map(({ text }) => text),
});

test('a saved view holds none of the marks that are as the data have them', () => {
  const saved = viewOf().save();
  expect(saved).toMatchObject({ markers: [], notes: [] });
  expect(shown(viewOf(saved))).toEqual({ names: ['1 1', '2 3'], notes: ['boot'] });
});

test('what was changed, removed and added comes back', () => {
  const model = viewOf();
  const [pair, single] = model.state.markers;
  model.updateMarker(pair!.id, { name: 'start' });
  model.removeMarker(single!.id);
  model.removeNote(model.state.notes[0]!.id);
  model.addMarker({ axis: 'time', first: 9 });
  model.addNote({ laneId: 'a', timeS: 5, text: 'mine' });
  const again = viewOf(model.save());
  expect(shown(again)).toEqual({ names: ['start 1', '1 9'], notes: ['mine'] });
  expect(shown(viewOf(again.save()))).toEqual(shown(again));
});

test('a view that was saved before its data told their marks takes them all', () => {
  const early = new WaveformModel(() => 0);
  early.reset(BOUNDS);
  early.addMarker({ axis: 'time', first: 50 });
  expect(shown(viewOf(early.save())).names).toEqual(['1 1', '2 3', '1 50']);
});

test('data with other marks than before show theirs, and what was added', () => {
  const model = viewOf();
  model.clearMarkers();
  model.addMarker({ axis: 'time', first: 50 });
  const other: Marks = { markers: [], notes: [{ laneId: 'a', timeS: 1, text: 'new' }] };
  expect(shown(viewOf(model.save(), other))).toEqual({ names: ['1 50'], notes: ['new'] });
});

test('marks of the data and of the user never share an id', () => {
  const model = viewOf(viewOf().save());
  model.addMarker({ axis: 'time', first: 7 });
  const ids = [...model.state.markers, ...model.state.notes].map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
});

test('a step back does not lose what the data brought', () => {
  const model = new WaveformModel(() => 0);
  model.reset(BOUNDS);
  model.setTime({ startS: 10, endS: 20 });
  model.adopt(DATA);
  model.undo();
  expect(shown(model).names).toEqual(['1 1', '2 3']);
});
