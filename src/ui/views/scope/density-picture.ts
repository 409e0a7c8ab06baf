// Densities as pictures: the colour of a channel, from faint where a single trace went to full and on towards that of the
// text where all did, by the logarithm of the count.

import type { PaintedImage, Rect } from '../../plot/painter.ts';
import { snapEdge } from '../../plot/scale.ts';
import { type ChannelArea, RecordDensity, type RecordWindow } from './record-density.ts';
import type { XyArea } from './xy-density.ts';

/** A trace that went where no other did has to be seen. */
const FAINTEST = 0.3;
/** From this part of the logarithm on the colour is full. */
const FULL_AT = 0.7;
/** How far the colour of the place where all went is that of the text. */
const HOTTEST = 0.75;

type Rgb = readonly [number, number, number];

/** RGBA of a count from 0 to `mostCount`, as an `ImageData` has them. Pure. */
export function densityColors(mostCount: number, base: Rgb, peak: Rgb): Uint32Array {
  const bytes = new Uint8ClampedArray(4 * (mostCount + 1));
  for (let count = 1; count <= mostCount; count++) {
    const part = mostCount === 1 ? 1 : Math.log(count) / Math.log(mostCount);
    const heat = HOTTEST * Math.max(0, (part - FULL_AT) / (1 - FULL_AT));
    for (let i = 0; i < 3; i++) bytes[4 * count + i] = base[i]! + heat * (peak[i]! - base[i]!);
    bytes[4 * count + 3] = 255 * Math.min(1, FAINTEST + ((1 - FAINTEST) * part) / FULL_AT);
  }
  return new Uint32Array(bytes.buffer);
}

/** A density with the colour that it is drawn in. */
export interface DensityLayer {
  readonly area: ChannelArea | XyArea;
  readonly color: string;
}

/** Pixels of the screen that a plot has: what a density on it is counted in. */
export function densitySize({ x, y, width, height }: Rect, ratio: number): { width: number; height: number } {
  const pixels = (from: number, length: number) =>
    Math.max(1, Math.round(ratio * (snapEdge(from + length, ratio) - snapEdge(from, ratio))));
  return { width: pixels(x, width), height: pixels(y, height) };
}

/** The density of a window of records as a canvas for each layer. Page only. */
export class DensityPicture {
  readonly #density = new RecordDensity();
  #canvases: readonly HTMLCanvasElement[] = [];
  #images: readonly PaintedImage[] = [];
  #pixels = new ImageData(1, 1);
  #version = -1;
  #colors = '';

  /** Everything has been counted. */
  get isDone(): boolean {
    return this.#density.isDone;
  }

  /** Counts for at most `budgetMs`, and gives what there is; all layers are of one size. */
  paint(
    window: RecordWindow,
    layers: readonly DensityLayer[],
    { width, height }: { readonly width: number; readonly height: number },
    { textColor, budgetMs }: { readonly textColor: string; readonly budgetMs: number },
  ): readonly PaintedImage[] {
    this.#density.show(
      window,
      layers.map(({ area }) => area),
    );
    const endMs = performance.now() + budgetMs;
    this.#density.work(() => performance.now() < endMs);
    const colors = [textColor, ...layers.map(({ color }) => color)].join();
    if (this.#density.version === this.#version && colors === this.#colors) return this.#images;
    this.#version = this.#density.version;
    this.#colors = colors;
    if (this.#pixels.width !== width || this.#pixels.height !== height) this.#pixels = new ImageData(width, height);
    // one more: of a record that is being counted some parts are
    const most = this.#density.recordCount + 1;
    this.#canvases = this.#density.densities.map((density, index) => {
      const canvas = this.#canvases[index] ?? document.createElement('canvas');
      if (canvas.width !== width || canvas.height !== height) {
        canvas.width = width;
        canvas.height = height;
      }
      const table = densityColors(most, rgbOf(layers[index]!.color), rgbOf(textColor));
      density.paint(new Uint32Array(this.#pixels.data.buffer), table);
      canvas.getContext('2d')!.putImageData(this.#pixels, 0, 0);
      return canvas;
    });
    this.#images = this.#canvases.map((source) => ({ source, toDataURL: () => source.toDataURL() }));
    return this.#images;
  }
}

const known = new Map<string, Rgb>();

/** Red, green and blue of a CSS colour, 0 to 255. */
function rgbOf(color: string): Rgb {
  const before = known.get(color);
  if (before) return before;
  const context = new OffscreenCanvas(1, 1).getContext('2d')!;
  context.fillStyle = color;
  context.fillRect(0, 0, 1, 1);
  const [red, green, blue] = context.getImageData(0, 0, 1, 1).data;
  const rgb: Rgb = [red!, green!, blue!];
  known.set(color, rgb);
  return rgb;
}
