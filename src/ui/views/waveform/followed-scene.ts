// Draws a view that follows live data, of which little is new in a frame: what stands still is kept as it was drawn, and
// so are the traces, which move to the left by whole pixels; only their right end is drawn. The picture is that of
// `drawScene`.

import { CLEAR_LAYER, type DeviceBox, OPAQUE_LAYER, type Pen, type Surface } from '../../plot/surface.ts';
import { type Scene, timeScale } from './geometry.ts';
import type { Trace } from './lanes.ts';
import type { Layout } from './layout.ts';
import type { Picture } from './picture.ts';
import { drawFrame, drawOverTraces, drawTraces, drawUnderTraces } from './scene.ts';
import type { ShownFigures } from './screen-figures.ts';

/** Beyond its last bin a trace reaches by half a line and a dot. */
const REACH_PX = 4;
/** A view that follows moves by whole pixels, up to rounding. */
const WHOLE_PX = 1e-3;

const FRAME = OPAQUE_LAYER;
const TRACES = CLEAR_LAYER;

const fontsOf = ({ colors }: Scene) => ({ ui: colors.fontUi, mono: colors.fontMono });

export class FollowedScene {
  readonly surface: Surface;
  #framed: Scene | undefined;
  #traced: TracedScene | undefined;
  readonly #frame = new Place();
  readonly #traces = new Place();

  /** Has the layers of `surface` for itself. */
  constructor(surface: Surface) {
    this.surface = surface;
  }

  /** Draws `scene` on all of the surface with `ratio` device pixels per pixel. */
  draw(ratio: number, scene: Scene): void {
    const { surface } = this;
    const pen = { ratio, fonts: fontsOf(scene) };
    this.#drawFrame(pen, scene);
    this.#drawTraces(pen, scene);
    const painter = surface.painter(pen);
    surface.copyLayer(FRAME);
    drawUnderTraces(painter, scene);
    surface.copyLayer(TRACES);
    drawOverTraces(painter, scene);
  }

  #drawFrame(pen: Pen, scene: Scene): void {
    const { surface } = this;
    const { widthPx, heightPx } = scene.layout;
    const isNewPlace = this.#frame.take(0, 0, widthPx * pen.ratio, heightPx * pen.ratio);
    if (isNewPlace) surface.placeLayer(FRAME, this.#frame.box);
    const isKept = !isNewPlace && this.#framed && isSameFrame(this.#framed, scene);
    this.#framed = scene;
    if (!isKept) drawFrame(surface.layerPainter(FRAME, pen), scene);
  }

  #drawTraces(pen: Pen, scene: Scene): void {
    const { surface } = this;
    const { ratio } = pen;
    const { x, y, width, height } = scene.layout.plots;
    const [left, top] = [Math.floor(x * ratio), Math.floor(y * ratio)];
    const isNewPlace = this.#traces.take(left, top, (x + width) * ratio - left, (y + height) * ratio - top);
    if (isNewPlace) surface.placeLayer(TRACES, this.#traces.box);
    const next = new TracedScene(scene, ratio);
    const kept = isNewPlace || !this.#traced ? undefined : next.after(this.#traced);
    this.#traced = next;
    const leftPx = kept ? kept.endPx : left / ratio;
    if (kept && kept.movedPx > 0) surface.moveLayer(TRACES, kept.movedPx);
    surface.clearLayer(TRACES, leftPx * ratio);
    drawTraces(surface.layerPainter(TRACES, pen), scene, Math.max(leftPx, x));
  }
}

/** Where a layer lies. */
class Place {
  box: DeviceBox = { left: 0, top: 0, width: 0, height: 0 };

  /** True when that is new. */
  take(left: number, top: number, widthPx: number, heightPx: number): boolean {
    const { box } = this;
    const [width, height] = [Math.max(1, Math.round(widthPx)), Math.max(1, Math.round(heightPx))];
    if (box.left === left && box.top === top && box.width === width && box.height === height) return false;
    this.box = { left, top, width, height };
    return true;
  }
}

/** A scene whose traces were drawn, with the pictures that they were then. */
class TracedScene {
  readonly #scene: Scene;
  readonly #ratio: number;
  readonly #pictures: ReadonlyMap<Trace, Picture | undefined>;

  constructor(scene: Scene, ratio: number) {
    this.#scene = scene;
    this.#ratio = ratio;
    const traces = scene.layout.lanes.flatMap(({ lane }) => lane.traces);
    const limits = traces.flatMap((trace) => trace.limits.filter(({ detail }) => detail.picture));
    this.#pictures = new Map([...traces, ...limits].map((trace) => [trace, trace.detail.picture]));
  }

  /**
   * What can be kept of `before`: how far it moves to the left, in device pixels, and where on screen its traces end.
   * `undefined` when nothing can.
   */
  after(before: TracedScene): { readonly movedPx: number; readonly endPx: number } | undefined {
    const scene = this.#scene;
    if (this.#ratio !== before.#ratio || !isSamePlace(before.#scene, scene)) return undefined;
    const scale = timeScale(scene);
    const { plots } = scene.layout;
    const exactlyPx = (scale.toPx(scene.state.time.startS) - scale.toPx(before.#scene.state.time.startS)) * this.#ratio;
    const movedPx = Math.round(exactlyPx);
    if (Math.abs(exactlyPx - movedPx) > WHOLE_PX || movedPx < 0) return undefined;
    let endPx = plots.x + plots.width;
    for (const [trace, picture] of this.#pictures) {
      const old = before.#pictures.get(trace);
      if (!picture || !old?.isContinuedBy(picture, scene.state.time.startS - trace.shown.shiftS)) return undefined;
      endPx = Math.min(endPx, scale.toPx(old.wholeEndS + trace.shown.shiftS) - REACH_PX);
    }
    return { movedPx, endPx: Math.max(plots.x, Math.floor(endPx * this.#ratio) / this.#ratio) };
  }
}

const isSameTime = (a: Scene, b: Scene): boolean => {
  const spanS = ({ state }: Scene) => state.time.endS - state.time.startS;
  return Math.abs(spanS(a) - spanS(b)) < WHOLE_PX * (spanS(a) / a.layout.plots.width);
};

function isSameLayout(a: Layout, b: Layout): boolean {
  return (
    a.widthPx === b.widthPx &&
    a.heightPx === b.heightPx &&
    a.lanes.length === b.lanes.length &&
    a.lanes.every(({ lane, plot }, index) => {
      const other = b.lanes[index]!;
      return lane === other.lane && plot.y === other.plot.y && plot.height === other.plot.height;
    })
  );
}

/** Values lie at the same heights, in the same colours. */
function isSameHeights(a: Scene, b: Scene): boolean {
  const isSameRange = (id: string) => {
    const [one, other] = [a.ranges.get(id), b.ranges.get(id)];
    return one?.min === other?.min && one?.max === other?.max;
  };
  return (
    a.colors === b.colors &&
    a.state.lanes === b.state.lanes &&
    isSameLayout(a.layout, b.layout) &&
    a.layout.lanes.every(({ lane }) => isSameRange(lane.id))
  );
}

function isSamePlace(a: Scene, b: Scene): boolean {
  return (
    isSameHeights(a, b) && isSameTime(a, b) && a.state.shifts === b.state.shifts && a.state.raises === b.state.raises
  );
}

function isSameFrame(a: Scene, b: Scene): boolean {
  const isSameFigures = (one: ShownFigures | undefined, other: ShownFigures | undefined) =>
    one === other ||
    (one?.mean === other?.mean &&
      one?.std === other?.std &&
      one?.min === other?.min &&
      one?.max === other?.max &&
      one?.isApproximate === other?.isApproximate &&
      one?.saturated === other?.saturated);
  return (
    isSameHeights(a, b) &&
    a.layout.lanes.every(({ lane: { traces } }) =>
      traces.every((trace) => isSameFigures(a.figures.get(trace), b.figures.get(trace))),
    )
  );
}
