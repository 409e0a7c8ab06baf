// The view as an image: the same scene, drawn into a file or the clipboard.

import { type Drawing, type ImageKind, savePicture } from '../../save-picture.ts';
import type { Scene } from './geometry.ts';
import { drawScene } from './scene.ts';

export type { ImageKind } from '../../save-picture.ts';

export function drawingOf(scene: Scene): Drawing {
  const { layout, colors } = scene;
  const { widthPx, heightPx } = layout;
  const fonts = { ui: colors.fontUi, mono: colors.fontMono };
  return { widthPx, heightPx, fonts, draw: (painter) => drawScene(painter, scene) };
}

/** Downloads the picture as NAME.png or NAME.svg, or copies it. */
export function saveImage(kind: ImageKind, scene: Scene, name: string): Promise<void> {
  return savePicture(kind, drawingOf(scene), name);
}
