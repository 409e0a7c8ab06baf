// How wide texts are on a canvas. To ask a canvas takes longer than everything else about a text, and in a view that runs
// nearly all of them are asked for again and again: answers are kept.

import { fontOf } from './canvas-painter.ts';
import type { Fonts, TextStyle } from './painter.ts';

/** So many are on screen some ten times over; then it begins anew. */
const MOST_KEPT = 2000;

/** Page or worker. */
export class TextWidths {
  readonly #context = new OffscreenCanvas(1, 1).getContext('2d')!;
  /** By font and text. */
  readonly #kept = new Map<string, Map<string, number>>();
  #count = 0;

  /** In pixels, as the canvas painter writes it. */
  of(text: string, style: TextStyle, fonts: Fonts): number {
    const font = fontOf(style, fonts);
    const kept = this.#kept.get(font)?.get(text);
    return kept ?? this.#measure(text, font);
  }

  #measure(text: string, font: string): number {
    if (this.#count++ >= MOST_KEPT) {
      this.#kept.clear();
      this.#count = 1;
    }
    this.#context.font = font;
    const { width } = this.#context.measureText(text);
    const ofFont = this.#kept.get(font) ?? new Map<string, number>();
    this.#kept.set(font, ofFont.set(text, width));
    return width;
  }
}
