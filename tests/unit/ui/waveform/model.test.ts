import { beforeEach, describe, expect, test } from 'vitest';
import { WaveformModel } from '../../../../src/ui/views/waveform/model.ts';

let nowMs = 0;

function fileModel(endS = 100): WaveformModel {
  const model = new WaveformModel(() => nowMs);
  model.reset({ extent: { startS: 0, endS }, edgeS: endS, minSpanS: 1e-5, isLive: false, pixelS: 0 });
  return model;
}

const live = (startS: number, endS: number, pixelS = 0.01, edgeS = endS) => ({
  extent: { startS, endS },
  edgeS,
  minSpanS: 1e-5,
  isLive: true,
  pixelS,
});

function liveModel(): WaveformModel {
  const model = new WaveformModel(() => nowMs);
  model.reset(live(0, 1));
  return model;
}

beforeEach(() => {
  nowMs = 0;
});

describe('time of a file', () => {
  test('starts with everything', () => {
    expect(fileModel().state.time).toEqual({ startS: 0, endS: 100 });
  });

  test('zooms about the anchor', () => {
    const model = fileModel();
    model.zoomTime(0.5, 20);
    expect(model.state.time).toEqual({ startS: 10, endS: 60 });
  });

  test('never leaves the data and never becomes narrower than a few samples', () => {
    const model = fileModel();
    model.setTime({ startS: 20, endS: 30 });
    model.panTime(1000);
    expect(model.state.time).toEqual({ startS: 90, endS: 100 });
    model.panTime(-1000);
    expect(model.state.time).toEqual({ startS: 0, endS: 10 });
    model.zoomTime(1e-12, 5);
    expect(model.spanS).toBeCloseTo(1e-5, 12);
    expect(model.state.time.startS).toBeCloseTo(5, 4);
    model.zoomTime(1e12, 5);
    expect(model.state.time).toEqual({ startS: 0, endS: 100 });
  });

  test('box zoom sets time and values in one step', () => {
    const model = fileModel();
    model.zoomToBox({ startS: 10, endS: 20 }, 'current', { min: 1, max: 2 });
    expect(model.state.time).toEqual({ startS: 10, endS: 20 });
    expect(model.state.lanes['current']?.range).toEqual({ min: 1, max: 2 });
    model.undo();
    expect(model.state.time).toEqual({ startS: 0, endS: 100 });
    expect(model.state.lanes['current']?.range).toBeUndefined();
  });
});

describe('a live view', () => {
  test('follows the newest sample with a constant span', () => {
    const model = liveModel();
    const spanS = model.spanS;
    for (const endS of [2, 3.333, 17.5, 100]) {
      model.setBounds(live(0, endS));
      expect(model.spanS).toBeCloseTo(spanS, 9);
      expect(endS - model.state.time.endS).toBeGreaterThan(-1e-9);
      expect(endS - model.state.time.endS).toBeLessThan(0.01 + 1e-9);
    }
  });

  test('moves in whole pixels', () => {
    const model = liveModel();
    for (const [endS, pixels] of [
      [2.0049, 200],
      [2.0151, 201],
      [2.0999, 209],
    ] as const) {
      model.setBounds(live(0, endS));
      expect(model.state.time.endS / 0.01).toBeCloseTo(pixels, 6);
    }
  });

  test('starting again does not change the span', () => {
    const model = liveModel();
    model.setBounds(live(0, 50));
    model.setTime({ startS: 47, endS: 50 });
    model.setFollowing(false);
    model.setBounds(live(40, 100));
    expect(model.state.time).toEqual({ startS: 47, endS: 50 });
    model.setFollowing(true);
    expect(model.spanS).toBeCloseTo(3, 9);
    expect(model.state.time.endS).toBe(100);
  });

  test('ends at the edge while some signals are ahead of it, and can be moved up to the newest sample', () => {
    const model = liveModel();
    model.setTime({ startS: 0, endS: 1 });
    model.setFollowing(true);
    model.setBounds(live(0, 5.25, 0, 5));
    expect(model.state.time).toEqual({ startS: 4, endS: 5 });
    model.setFollowing(false);
    model.panTime(10);
    expect(model.state.time.endS).toBe(5.25);
    model.setFollowing(true);
    expect(model.state.time.endS).toBe(5);
  });

  test('panning away stops following, zooming at the right edge does not', () => {
    const model = liveModel();
    model.setBounds(live(0, 50));
    model.zoomCentered(0.5);
    expect(model.state.isFollowing).toBe(true);
    expect(model.state.time.endS).toBeCloseTo(50, 9);
    model.panTime(-1);
    expect(model.state.isFollowing).toBe(false);
    model.setBounds(live(0, 60));
    expect(model.state.time.endS).toBeCloseTo(49, 9);
  });

  test('undo of a zoom while following keeps to the newest sample', () => {
    const model = liveModel();
    model.setBounds(live(0, 50));
    const spanS = model.spanS;
    model.zoomCentered(0.5);
    model.setBounds(live(0, 70));
    model.undo();
    expect(model.state.isFollowing).toBe(true);
    expect(model.state.time.endS).toBe(70);
    expect(model.spanS).toBeCloseTo(spanS, 9);
  });
});

describe('undo and the history of views', () => {
  test('wheel steps close together are one step', () => {
    const model = fileModel();
    for (let i = 0; i < 10; i++) {
      nowMs += 16;
      model.zoomTime(0.8, 50, 'wheel');
    }
    model.undo();
    expect(model.state.time).toEqual({ startS: 0, endS: 100 });
    expect(model.canUndo).toBe(false);
  });

  test('wheel steps apart are two', () => {
    const model = fileModel();
    model.zoomTime(0.5, 50, 'wheel');
    const first = model.state.time;
    nowMs += 10_000;
    model.zoomTime(0.5, 50, 'wheel');
    model.undo();
    expect(model.state.time).toEqual(first);
  });

  test('a drag is one step however long it takes, and can be cancelled', () => {
    const model = fileModel();
    model.setTime({ startS: 40, endS: 50 });
    model.panTime(1, 'drag:1');
    nowMs += 10_000;
    model.panTime(1, 'drag:1');
    expect(model.state.time).toEqual({ startS: 42, endS: 52 });
    model.cancelDrag('drag:1');
    expect(model.state.time).toEqual({ startS: 40, endS: 50 });
    expect(model.canRedo).toBe(false);
  });

  test('redo does again, and a new change forgets it', () => {
    const model = fileModel();
    model.setTime({ startS: 10, endS: 20 });
    model.undo();
    expect(model.redo()).toBe(true);
    expect(model.state.time).toEqual({ startS: 10, endS: 20 });
    model.undo();
    model.setTime({ startS: 30, endS: 40 });
    expect(model.redo()).toBe(false);
  });

  test('back and forward walk through views and leave markers alone', () => {
    const model = fileModel();
    model.setTime({ startS: 10, endS: 20 });
    model.setTime({ startS: 12, endS: 14 });
    model.addMarker({ axis: 'time', first: 13 });
    expect(model.goBack()).toBe(true);
    expect(model.state.time).toEqual({ startS: 10, endS: 20 });
    expect(model.state.markers).toHaveLength(1);
    model.goForward();
    expect(model.state.time).toEqual({ startS: 12, endS: 14 });
    expect(fileModel().goBack()).toBe(false);
  });
});

describe('markers', () => {
  test('take the lowest free number as their name', () => {
    const model = fileModel();
    const first = model.addMarker({ axis: 'time', first: 1 });
    model.addMarker({ axis: 'time', first: 2 });
    model.removeMarker(first);
    model.addMarker({ axis: 'time', first: 3 });
    expect(model.state.markers.map(({ name }) => name)).toEqual(['2', '1']);
  });

  test('a typed distance moves the second end only', () => {
    const model = fileModel();
    const id = model.addMarker({ axis: 'time', first: 10, second: 20 });
    model.setMarkerDelta(id, 2.5);
    expect(model.marker(id)).toMatchObject({ first: 10, second: 12.5 });
  });

  test('clearing all can be undone', () => {
    const model = fileModel();
    model.addMarker({ axis: 'time', first: 1 });
    model.addMarker({ axis: 'value', laneId: 'current', first: 0.5 });
    model.clearMarkers();
    expect(model.state.markers).toEqual([]);
    model.undo();
    expect(model.state.markers).toHaveLength(2);
  });

  test('showing a pair leaves a fifth of its span around it', () => {
    const model = fileModel();
    const id = model.addMarker({ axis: 'time', first: 60, second: 50 });
    model.showMarker(id);
    expect(model.state.time).toEqual({ startS: 48, endS: 62 });
    expect(model.state.selectedMarkerId).toBe(id);
  });
});

describe('workspaces', () => {
  test('a saved view comes back whole through JSON', () => {
    const model = fileModel();
    model.setTime({ startS: 10, endS: 20 });
    model.setLane('current', { range: { min: -1, max: 1 }, isLog: true });
    model.addMarker({ axis: 'time', first: 1, second: 2, name: 'boot' });
    model.addNote({ laneId: 'current', timeS: 1, value: 2, text: 'here' });
    model.setTimeMode('utc');
    const saved = JSON.parse(JSON.stringify(model.save()));
    const other = fileModel();
    expect(other.restore(saved)).toBe(true);
    expect(JSON.parse(JSON.stringify(other.save()))).toEqual(saved);
    expect(other.addMarker({ axis: 'time', first: 3 })).toBeGreaterThan(2);
  });

  test.each([
    ['nothing', undefined],
    ['another version', { version: 2 }],
    ['a range upside down', { version: 1, time: { startS: 2, endS: 1 } }],
    ['text', 'view'],
  ])('%s is refused and changes nothing', (_, saved) => {
    const model = fileModel();
    expect(model.restore(saved)).toBe(false);
    expect(model.state.time).toEqual({ startS: 0, endS: 100 });
  });
});
