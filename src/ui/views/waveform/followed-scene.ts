// Draws a view that follows live data, of which little is new in a frame: what stands still is kept as it was drawn, and
// so are the traces, which move to the left by whole pixels; only their right end is drawn. The picture is that of
// `drawScene`.

import { type Canvas2d, CanvasPainter, type Corner } from '../../plot/canvas-painter.ts';
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

const fontsOf = ({ colors }: Scene) => ({ ui: colors.fontUi, mono: colors.fontMono });

export class FollowedScene {
  #frame = new Layer(false);
  #traces = new Layer(true);
  #spareTraces = new Layer(true);
  #framed: Scene | undefined;
  #traced: TracedScene | undefined;

  /** Draws `scene` on all of a canvas with `ratio` device pixels per pixel. */
  draw(context: Canvas2d, ratio: number, scene: Scene): void {
    this.#drawFrame(ratio, scene);
    this.#drawTraces(ratio, scene);
    const painter = new CanvasPainter(context, ratio, fontsOf(scene));
    this.#frame.copyTo(context);
    drawUnderTraces(painter, scene);
    this.#traces.copyTo(context);
    drawOverTraces(painter, scene);
  }

  #drawFrame(ratio: number, scene: Scene): void {
    const { widthPx, heightPx } = scene.layout;
    const isNewSize = this.#frame.place({ left: 0, top: 0 }, widthPx * ratio, heightPx * ratio);
    const isKept = !isNewSize && this.#framed && isSameFrame(this.#framed, scene);
    this.#framed = scene;
    if (!isKept) drawFrame(new CanvasPainter(this.#frame.context, ratio, fontsOf(scene)), scene);
  }

  #drawTraces(ratio: number, scene: Scene): void {
    const { x, y, width, height } = scene.layout.plots;
    const corner = { left: Math.floor(x * ratio), top: Math.floor(y * ratio) };
    const size = [(x + width) * ratio - corner.left, (y + height) * ratio - corner.top] as const;
    const isNewSize = this.#traces.place(corner, ...size);
    const next = new TracedScene(scene, ratio);
    const kept = isNewSize || !this.#traced ? undefined : next.after(this.#traced);
    this.#traced = next;
    const leftPx = kept ? kept.endPx : corner.left / ratio;
    if (kept && kept.movedPx > 0) {
      this.#spareTraces.place(corner, ...size);
      this.#spareTraces.takeMoved(this.#traces, kept.movedPx);
      [this.#traces, this.#spareTraces] = [this.#spareTraces, this.#traces];
    }
    this.#traces.clearFrom(leftPx * ratio);
    const painter = new CanvasPainter(this.#traces.context, ratio, fontsOf(scene), corner);
    drawTraces(painter, scene, Math.max(leftPx, x));
  }
}

/** A canvas that holds a part of the picture. */
class Layer {
  readonly context: OffscreenCanvasRenderingContext2D;
  #corner: Corner = { left: 0, top: 0 };

  constructor(isTransparent: boolean) {
    this.context = new OffscreenCanvas(1, 1).getContext('2d', { alpha: isTransparent })!;
  }

  /** From `corner` on, in device pixels; true when that is new, and the layer empty. */
  place(corner: Corner, widthPx: number, heightPx: number): boolean {
    const { canvas } = this.context;
    const [width, height] = [Math.max(1, Math.round(widthPx)), Math.max(1, Math.round(heightPx))];
    const { left, top } = this.#corner;
    if (left === corner.left && top === corner.top && canvas.width === width && canvas.height === height) return false;
    this.#corner = corner;
    canvas.width = width;
    canvas.height = height;
    return true;
  }

  copyTo(target: Canvas2d): void {
    target.save();
    target.resetTransform();
    target.drawImage(this.context.canvas, this.#corner.left, this.#corner.top);
    target.restore();
  }

  /** Takes over another layer's pixels, so many device pixels further to the left, and nothing else. */
  takeMoved(other: Layer, movedPx: number): void {
    const { context } = this;
    context.save();
    context.resetTransform();
    context.globalCompositeOperation = 'copy';
    context.drawImage(other.context.canvas, -movedPx, 0);
    context.restore();
  }

  clearFrom(xPx: number): void {
    const { context } = this;
    context.save();
    context.resetTransform();
    context.clearRect(xPx - this.#corner.left, 0, context.canvas.width, context.canvas.height);
    context.restore();
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
  return isSameHeights(a, b) && isSameTime(a, b) && a.state.shifts === b.state.shifts;
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
