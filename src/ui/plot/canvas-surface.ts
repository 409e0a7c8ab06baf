import { type Canvas2d, CanvasPainter, type Corner } from './canvas-painter.ts';
import type { Painter } from './painter.ts';
import { CLEAR_LAYER, type DeviceBox, type LayerName, OPAQUE_LAYER, type Pen, type Surface } from './surface.ts';

/** A canvas, with canvases for its layers. Any thread that has the canvas. */
export class CanvasSurface implements Surface {
  readonly #context: Canvas2d;
  readonly #layers: Readonly<Record<LayerName, Layer>> = {
    [OPAQUE_LAYER]: new Layer(false),
    [CLEAR_LAYER]: new Layer(true),
  };

  constructor(context: Canvas2d) {
    this.#context = context;
  }

  resize(width: number, height: number): void {
    giveSize(this.#context, width, height);
  }

  painter({ ratio, fonts }: Pen): Painter {
    return new CanvasPainter(this.#context, ratio, fonts);
  }

  placeLayer(name: LayerName, box: DeviceBox): void {
    this.#layers[name].place(box);
  }

  layerPainter(name: LayerName, pen: Pen): Painter {
    return this.#layers[name].painter(pen);
  }

  moveLayer(name: LayerName, movedPx: number): void {
    this.#layers[name].move(movedPx);
  }

  clearLayer(name: LayerName, fromPx: number): void {
    this.#layers[name].clearFrom(fromPx);
  }

  copyLayer(name: LayerName): void {
    this.#layers[name].copyTo(this.#context);
  }
}

/** A canvas that holds a part of the picture. */
class Layer {
  readonly #isTransparent: boolean;
  #context: OffscreenCanvasRenderingContext2D;
  /** What moves is copied to another canvas: on one and the same it would be copied twice. */
  #spare: OffscreenCanvasRenderingContext2D | undefined;
  #corner: Corner = { left: 0, top: 0 };

  constructor(isTransparent: boolean) {
    this.#isTransparent = isTransparent;
    this.#context = this.#newContext();
  }

  place({ left, top, width, height }: DeviceBox): void {
    this.#corner = { left, top };
    giveSize(this.#context, width, height);
    if (this.#spare) giveSize(this.#spare, width, height);
  }

  painter({ ratio, fonts }: Pen): Painter {
    return new CanvasPainter(this.#context, ratio, fonts, this.#corner);
  }

  move(movedPx: number): void {
    const from = this.#context;
    const to = this.#spare ?? this.#newContext();
    giveSize(to, from.canvas.width, from.canvas.height);
    to.save();
    to.resetTransform();
    to.globalCompositeOperation = 'copy';
    to.drawImage(from.canvas, -movedPx, 0);
    to.restore();
    [this.#context, this.#spare] = [to, from];
  }

  clearFrom(fromPx: number): void {
    const context = this.#context;
    context.save();
    context.resetTransform();
    context.clearRect(fromPx - this.#corner.left, 0, context.canvas.width, context.canvas.height);
    context.restore();
  }

  copyTo(target: Canvas2d): void {
    target.save();
    target.resetTransform();
    target.drawImage(this.#context.canvas, this.#corner.left, this.#corner.top);
    target.restore();
  }

  #newContext(): OffscreenCanvasRenderingContext2D {
    return new OffscreenCanvas(1, 1).getContext('2d', { alpha: this.#isTransparent })!;
  }
}

/** Gives a canvas its size; assigning one empties it and takes new memory, so only where it is another. */
function giveSize({ canvas }: Canvas2d, width: number, height: number): void {
  if (canvas.width === width && canvas.height === height) return;
  canvas.width = width;
  canvas.height = height;
}
