// A picture as a file or in the clipboard: what is on screen, drawn again.

import { LabError } from '../base/errors.ts';
import { copyPng } from './clipboard.ts';
import { CanvasPainter } from './plot/canvas-painter.ts';
import type { Fonts, ImagePainter } from './plot/painter.ts';
import { SvgPainter } from './plot/svg-painter.ts';

/** PNG images have twice the pixels of the screen's CSS pixels, so that they print well. */
const PNG_SCALE = 2;

export type ImageKind = 'png' | 'svg' | 'clipboard';

export interface Drawing {
  readonly widthPx: number;
  readonly heightPx: number;
  readonly fonts: Fonts;
  draw(painter: ImagePainter): void;
}

/** Downloads the picture as NAME.png or NAME.svg, or copies it. */
export async function savePicture(kind: ImageKind, drawing: Drawing, name: string): Promise<void> {
  switch (kind) {
    case 'png':
      return download(await pngOf(drawing), `${name}.png`);
    case 'svg':
      return download(new Blob([svgOf(drawing)], { type: 'image/svg+xml' }), `${name}.svg`);
    case 'clipboard':
      return copyPng(pngOf(drawing));
  }
}

export function svgOf({ widthPx, heightPx, fonts, draw }: Drawing): string {
  const painter = new SvgPainter(fonts);
  draw(painter);
  return painter.toSvg(widthPx, heightPx);
}

/** Page or worker. */
export async function pngOf({ widthPx, heightPx, fonts, draw }: Drawing): Promise<Blob> {
  const canvas = new OffscreenCanvas(Math.round(widthPx * PNG_SCALE), Math.round(heightPx * PNG_SCALE));
  const context = canvas.getContext('2d');
  if (!context) {
    throw new LabError(
      'platform/unsupported',
      'The browser gave no canvas for the image. Close other tabs and try again.',
    );
  }
  draw(new CanvasPainter(context, PNG_SCALE, fonts));
  return canvas.convertToBlob({ type: 'image/png' });
}

/** Offers a file for download. */
export function download(blob: Blob, fileName: string): void {
  const url = URL.createObjectURL(blob);
  const link = document.createElement('a');
  link.href = url;
  link.download = fileName;
  link.click();
  // The click has started the download; the next task may let go of the data.
  setTimeout(() => URL.revokeObjectURL(url));
}
