// What a picture is painted on: a canvas, and layers beside it that keep what was painted on them, so that little has to
// be painted where little is new. Two back ends implement it: canvases (canvas-surface.ts), and a recording of what is to
// be done (recording-surface.ts), which another thread does to canvases of its own (replay.ts).

import type { Fonts, Painter } from './painter.ts';

/** One layer without transparent parts, which is copied faster, and one with. */
export const OPAQUE_LAYER = 0;
export const CLEAR_LAYER = 1;
export type LayerName = typeof OPAQUE_LAYER | typeof CLEAR_LAYER;

/** A part of the picture, in whole device pixels. */
export interface DeviceBox {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** What a painter needs to know beside the scene. */
export interface Pen {
  /** Device pixels per CSS pixel. */
  readonly ratio: number;
  readonly fonts: Fonts;
}

export interface Surface {
  /** Size of the picture in device pixels; a new one empties it. */
  resize(width: number, height: number): void;
  /** Paints the picture. A painter is good until the next one is asked for. */
  painter(pen: Pen): Painter;
  /** Lays a layer over a part of the picture, before all else; what is on it then is left open. */
  placeLayer(name: LayerName, box: DeviceBox): void;
  /** Paints the layer, in the picture's coordinates. */
  layerPainter(name: LayerName, pen: Pen): Painter;
  /** Moves what is on the layer to the left by so many device pixels; what comes in from the right is transparent. */
  moveLayer(name: LayerName, movedPx: number): void;
  /** Empties the layer from a place in the picture on, in device pixels. */
  clearLayer(name: LayerName, fromPx: number): void;
  /** Paints what is on the layer on the picture, where it lies. */
  copyLayer(name: LayerName): void;
}
