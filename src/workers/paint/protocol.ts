// What the page tells the paint worker about its canvases, each by its number, and what it answers. The messages of one
// canvas are a recording after the other, each painted before the next comes.

import type { Recording } from '../../ui/plot/recording.ts';

export type PaintMessage =
  | { readonly kind: 'adopt'; readonly id: number; readonly canvas: OffscreenCanvas }
  | { readonly kind: 'paint'; readonly id: number; readonly recording: Recording }
  | { readonly kind: 'release'; readonly id: number };

/** This canvas is painted; here is the memory of the recording. */
export interface PaintedMessage {
  readonly painted: number;
  readonly data: Float64Array<ArrayBuffer>;
}
