// The view as an image: the same scene, drawn into a file or the clipboard.

import { LabError } from '../../../base/errors.ts';
import { CanvasPainter } from '../../plot/canvas-painter.ts';
import { SvgPainter } from '../../plot/svg-painter.ts';
import type { Scene } from './geometry.ts';
import { drawScene } from './scene.ts';

/** PNG images have twice the pixels of the screen's CSS pixels, so that they print well. */
const PNG_SCALE = 2;

const fontsOf = ({ colors }: Scene) => ({ ui: colors.fontUi, mono: colors.fontMono });

export function sceneToSvg(scene: Scene): string {
  const painter = new SvgPainter(fontsOf(scene));
  drawScene(painter, scene);
  return painter.toSvg(scene.layout.widthPx, scene.layout.heightPx);
}

/** Page or worker. */
export async function sceneToPng(scene: Scene): Promise<Blob> {
  const { widthPx, heightPx } = scene.layout;
  const canvas = new OffscreenCanvas(Math.round(widthPx * PNG_SCALE), Math.round(heightPx * PNG_SCALE));
  const context = canvas.getContext('2d');
  if (!context) {
    throw new LabError(
      'platform/unsupported',
      'The browser gave no canvas for the image. Close other tabs and try again.',
    );
  }
  drawScene(new CanvasPainter(context, PNG_SCALE, fontsOf(scene)), scene);
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
