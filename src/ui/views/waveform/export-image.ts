// The view as an image: the same scene, drawn into a file or the clipboard.

import { LabError } from '../../../base/errors.ts';
import { copyPng } from '../../clipboard.ts';
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

export type ImageKind = 'png' | 'svg' | 'clipboard';

/** Downloads the picture as NAME.png or NAME.svg, or copies it. */
export async function saveImage(kind: ImageKind, scene: Scene, name: string): Promise<void> {
  switch (kind) {
    case 'png':
      return download(await sceneToPng(scene), `${name}.png`);
    case 'svg':
      return download(new Blob([sceneToSvg(scene)], { type: 'image/svg+xml' }), `${name}.svg`);
    case 'clipboard':
      return copyPng(sceneToPng(scene));
  }
}

/** Offers a file for download. */
function download(blob: Blob, fileName: string): void {
  const url = URL.createObjectURL(blob);
  const link = document.createElement('a');
  link.href = url;
  link.download = fileName;
  link.click();
  // The click has started the download; the next task may let go of the data.
  setTimeout(() => URL.revokeObjectURL(url));
}
