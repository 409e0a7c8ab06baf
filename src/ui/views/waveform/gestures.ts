// From the pointer to the model: the zones of a scene and what dragging, clicking and wheeling in them does.

import type { Rect } from '../../plot/painter.ts';
import type { Drag, PointerInput, WheelInput, Zone } from '../../plot/zones.ts';
import { laneBox, minimapScale, minimapWindow, type Scene, timeScale, valueScale } from './geometry.ts';
import type { LaneBox } from './layout.ts';
import { type MarkerPart, markerMarks } from './marker-flags.ts';
import type { WaveformModel } from './model.ts';
import { dotRect, noteMarks } from './scene-notes.ts';
import type { Marker, TimeRange, ValueRange } from './state.ts';

/** A wheel step zooms by this factor (in: divided, out: multiplied). */
const ZOOM_PER_STEP = 1.25;
/** A horizontal wheel step pans by this part of the span. */
const PAN_PER_STEP = 0.1;
/** Marker lines can be grabbed this far beside them. */
const GRAB_PX = 4;
const MIN_BOX_PX = 4;

/** A rectangle being drawn with the pointer. */
export interface RubberBand {
  readonly kind: 'select' | 'box';
  readonly box: LaneBox | undefined;
  readonly x1: number;
  readonly y1: number;
  readonly x2: number;
  readonly y2: number;
}

/** What gestures need beside the model. */
export interface GestureHost {
  readonly model: WaveformModel;
  snap(timeS: number): number;
  /** The rubber band changed; `undefined` = gone. */
  showBand(band: RubberBand | undefined): void;
}

/** Turns scenes into zones. Keeps only what a drag needs between two frames. */
export class Gestures {
  readonly #host: GestureHost;
  #dragCount = 0;
  #band: RubberBand | undefined;
  #grab: { readonly key: string; readonly thing: unknown } | undefined;

  constructor(host: GestureHost) {
    this.#host = host;
  }

  /** One key per drag: all its steps are undone together. */
  get #dragKey(): string {
    return `drag:${this.#dragCount}`;
  }

  zones(scene: Scene): Zone[] {
    return [
      ...this.#minimap(scene),
      this.#ruler(scene),
      ...scene.layout.lanes.flatMap((box) => [this.#axis(scene, box), this.#plot(scene, box)]),
      ...this.#flags(scene),
      ...this.#notes(scene),
    ];
  }

  #finish(): void {
    this.#dragCount++;
  }

  #cancel(): void {
    this.#band = undefined;
    this.#host.showBand(undefined);
    this.#host.model.cancelDrag(this.#dragKey);
    this.#dragCount++;
  }

  #drag(onDrag: (drag: Drag, key: string) => void): Pick<Zone, 'onDrag' | 'onDrop' | 'onCancel'> {
    return {
      onDrag: (drag) => onDrag(drag, this.#dragKey),
      onDrop: () => this.#finish(),
      onCancel: () => this.#cancel(),
    };
  }

  #minimap(scene: Scene): Zone[] {
    const { model } = this.#host;
    const { minimap } = scene.layout;
    const scale = minimapScale(scene);
    const secondsPerPx = (scale.max - scale.min) / minimap.width;
    const pan = (drag: Drag, key: string) => model.panTime(drag.dx * secondsPerPx, key);
    const centerOn = ({ x }: PointerInput) => {
      const middleS = scale.fromPx(x);
      model.setTime({ startS: middleS - model.spanS / 2, endS: middleS + model.spanS / 2 });
    };
    const window = minimapWindow(scene);
    const zoom = ({ stepsY }: WheelInput) => model.zoomCentered(ZOOM_PER_STEP ** -stepsY, 'wheel');
    const edge = (id: string, x: number, move: (time: TimeRange, deltaS: number) => TimeRange): Zone => ({
      id,
      rect: { x: x - GRAB_PX, y: minimap.y, width: 2 * GRAB_PX, height: minimap.height },
      cursor: 'ew-resize',
      ...this.#drag((drag, key) => {
        const time = move(model.state.time, drag.dx * secondsPerPx);
        if (time.endS > time.startS) model.setTime(time, key);
      }),
    });
    const zones: Zone[] = [
      { id: 'minimap', rect: minimap, cursor: 'pointer', onClick: centerOn, onDrag: () => {}, onWheel: zoom },
      { id: 'minimap-window', rect: window, cursor: 'grab', ...this.#drag(pan), onDoubleClick: () => model.fitTime() },
    ];
    if (window.width > 4 * GRAB_PX) {
      zones.push(
        edge('minimap-start', window.x, (time, deltaS) => ({ ...time, startS: time.startS + deltaS })),
        edge('minimap-end', window.x + window.width, (time, deltaS) => ({ ...time, endS: time.endS + deltaS })),
      );
    }
    return zones;
  }

  #ruler(scene: Scene): Zone {
    const { model, snap } = this.#host;
    const { ruler, flags } = scene.layout;
    const scale = timeScale(scene);
    return {
      id: 'ruler',
      rect: { ...ruler, height: ruler.height + flags.height },
      cursor: 'ew-resize',
      ...this.#drag((drag, key) => model.panTime((-drag.dx * model.spanS) / ruler.width, key)),
      onDoubleClick: ({ x }) => {
        model.addMarker({ axis: 'time', first: snap(scale.fromPx(x)) });
      },
      // Unlike in the plot, the newest sample stays in sight while following.
      onWheel: ({ stepsX, stepsY }) => {
        if (stepsY !== 0) model.zoomCentered(ZOOM_PER_STEP ** -stepsY, 'wheel');
        else model.panTime(-stepsX * PAN_PER_STEP * model.spanS, 'wheel');
      },
    };
  }

  #axis(scene: Scene, box: LaneBox): Zone {
    const { model } = this.#host;
    const { lane } = box;
    const fit = () => model.setLane(lane.id, { range: undefined });
    return {
      id: `axis ${lane.id}`,
      rect: box.axis,
      cursor: 'ns-resize',
      ...this.#drag((drag, key) => this.#setLanePx(scene, box, (px) => px - drag.dy, key)),
      onDoubleClick: fit,
      onMiddleClick: fit,
      onWheel: (wheel) => this.#zoomLane(scene, box, wheel),
    };
  }

  #plot(scene: Scene, box: LaneBox): Zone {
    const { model, snap, showBand } = this.#host;
    const scale = timeScale(scene);
    const { plot } = box;
    const setBand = (band: RubberBand | undefined) => {
      this.#band = band;
      showBand(band);
    };
    return {
      id: `plot ${box.lane.id}`,
      rect: plot,
      cursor: 'crosshair',
      onDrag: (drag) => {
        const { start, now } = drag;
        const ends = { x1: start.x, y1: start.y, x2: now.x, y2: now.y };
        if (start.shift) {
          setBand({ kind: 'select', box: undefined, ...ends });
          const [a, b] = [snap(scale.fromPx(start.x)), snap(scale.fromPx(now.x))];
          model.select(a === b ? undefined : { startS: Math.min(a, b), endS: Math.max(a, b) });
        } else if (start.ctrl) {
          setBand({ kind: 'box', box, ...ends });
        } else {
          model.panTime((-drag.dx * model.spanS) / plot.width, this.#dragKey);
        }
      },
      onDrop: () => {
        if (this.#band?.kind === 'box') this.#zoomToBand(scene, this.#band);
        setBand(undefined);
        this.#finish();
      },
      onCancel: () => {
        model.select(undefined);
        this.#cancel();
      },
      onClick: () => {
        model.select(undefined);
        model.selectMarker(undefined);
      },
      onWheel: (wheel) => {
        if (wheel.alt) this.#zoomLane(scene, box, wheel);
        else if (wheel.stepsX !== 0) model.panTime(-wheel.stepsX * PAN_PER_STEP * model.spanS, 'wheel');
        else model.zoomTime(ZOOM_PER_STEP ** -wheel.stepsY, scale.fromPx(wheel.x), 'wheel');
      },
    };
  }

  #zoomToBand(scene: Scene, band: RubberBand): void {
    if (!band.box || Math.abs(band.x2 - band.x1) < MIN_BOX_PX || Math.abs(band.y2 - band.y1) < MIN_BOX_PX) return;
    const { lane } = band.box;
    const range = scene.ranges.get(lane.id);
    if (!range) return;
    const x = timeScale(scene);
    const y = valueScale(band.box, range, scene.state.lanes[lane.id]?.isLog === true);
    const [startS, endS] = [x.fromPx(Math.min(band.x1, band.x2)), x.fromPx(Math.max(band.x1, band.x2))];
    const [min, max] = [y.fromPx(Math.max(band.y1, band.y2)), y.fromPx(Math.min(band.y1, band.y2))];
    this.#host.model.zoomToBox({ startS, endS }, lane.id, { min, max });
  }

  #zoomLane(scene: Scene, box: LaneBox, wheel: WheelInput): void {
    const factor = ZOOM_PER_STEP ** -(wheel.stepsY === 0 ? wheel.stepsX : wheel.stepsY);
    this.#setLanePx(scene, box, (px) => wheel.y + (px - wheel.y) * factor, 'wheel');
  }

  /** New range of a lane: the values now at moved pixel positions of its edges (works for log axes too). */
  #setLanePx(scene: Scene, box: LaneBox, move: (px: number) => number, key: string): void {
    const { lane } = box;
    const range = scene.ranges.get(lane.id);
    if (!range) return;
    const scale = valueScale(box, range, scene.state.lanes[lane.id]?.isLog === true);
    const min = scale.fromPx(move(scale.toPx(scale.min)));
    const max = scale.fromPx(move(scale.toPx(scale.max)));
    if (isUsable({ min, max })) this.#host.model.setLane(lane.id, { range: { min, max } }, key);
  }

  /** Lines and flags of markers; flags lie over lines. */
  #flags(scene: Scene): Zone[] {
    const { model } = this.#host;
    const { plots } = scene.layout;
    const { lines, flags } = markerMarks(scene);
    const zone = (marker: Marker, part: MarkerPart, rect: Rect): Zone => ({
      id: `marker ${marker.id} ${part}`,
      rect,
      cursor: marker.axis === 'time' ? 'ew-resize' : 'ns-resize',
      ...this.#drag((drag, key) => this.#dragMarker(scene, marker, part, drag, key)),
      onClick: () => model.selectMarker(marker.id),
      onDoubleClick: () => model.showMarker(marker.id),
    });
    return [
      ...lines
        .filter(({ marker }) => marker.axis === 'time')
        .map(({ marker, part, at }) =>
          zone(marker, part, { x: at - GRAB_PX, y: plots.y, width: 2 * GRAB_PX, height: plots.height }),
        ),
      ...flags.map(({ marker, part, rect }) => zone(marker, part, rect)),
    ];
  }

  /** Where a thing was when the drag of this key took hold of it: rounding to samples must not add up. */
  #grabbed<T>(key: string, thing: T): T {
    if (this.#grab?.key !== key) this.#grab = { key, thing };
    return this.#grab.thing as T;
  }

  #dragMarker(scene: Scene, marker: Marker, part: MarkerPart, { start, now }: Drag, key: string): void {
    const { model, snap } = this.#host;
    const origin = this.#grabbed(key, marker);
    const held = part === 'second' ? origin.second! : origin.first;
    if (marker.axis === 'value') {
      const box = laneBox(scene.layout, marker.laneId);
      const range = box && scene.ranges.get(box.lane.id);
      if (!box || !range) return;
      const scale = valueScale(box, range, scene.state.lanes[box.lane.id]?.isLog === true);
      model.updateMarker(marker.id, { [part]: scale.fromPx(scale.toPx(held) + now.y - start.y) }, key);
      return;
    }
    const secondsPerPx = model.spanS / scene.layout.plots.width;
    const moved = snap(held + (now.x - start.x) * secondsPerPx);
    if (part !== 'both') {
      model.updateMarker(marker.id, { [part]: moved }, key);
    } else if (origin.second !== undefined) {
      // The pair keeps its exact distance: only its first end is put on the sample grid.
      model.updateMarker(marker.id, { first: moved, second: moved + (origin.second - origin.first) }, key);
    }
  }

  #notes(scene: Scene): Zone[] {
    const { model, snap } = this.#host;
    const secondsPerPx = model.spanS / scene.layout.plots.width;
    return noteMarks(scene).flatMap((mark) => {
      const { note } = mark;
      return [dotRect(mark), ...(mark.box ? [mark.box] : [])].map((rect) => ({
        id: `note ${note.id}`,
        rect,
        cursor: 'move',
        ...this.#drag(({ start, now }, key) => {
          const box = laneBox(scene.layout, note.laneId);
          const range = scene.ranges.get(note.laneId);
          if (!box || !range) return;
          const origin = this.#grabbed(key, { timeS: note.timeS, y: mark.y });
          const y = valueScale(box, range, scene.state.lanes[note.laneId]?.isLog === true);
          const timeS = snap(origin.timeS + (now.x - start.x) * secondsPerPx);
          model.updateNote(note.id, { timeS, value: y.fromPx(origin.y + now.y - start.y) }, key);
        }),
      }));
    });
  }
}

/** A range that an axis can show: finite, not empty, with a step that doubles still resolve. */
function isUsable({ min, max }: ValueRange): boolean {
  return (
    Number.isFinite(min) && Number.isFinite(max) && max - min > 1e-12 * Math.max(Math.abs(min), Math.abs(max), 1e-12)
  );
}
