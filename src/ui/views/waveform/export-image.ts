// The view as an image: the same scene, drawn into a file or the clipboard, and below it the legend where several files
// lie over each other.

import type { Painter, TextStyle } from '../../plot/painter.ts';
import { TextWidths } from '../../plot/text-widths.ts';
import { type Drawing, type ImageKind, savePicture } from '../../save-picture.ts';
import type { Scene } from './geometry.ts';
import { dashOf } from './legend.ts';
import { drawScene } from './scene.ts';

export type { ImageKind } from '../../save-picture.ts';

const ROW_PX = 18;
const MARGIN_PX = 12;
const SWATCH_PX = 26;
const TEXT_X_PX = MARGIN_PX + SWATCH_PX + 10;

export function drawingOf(scene: Scene): Drawing {
  const { layout, colors } = scene;
  const { widthPx, heightPx } = layout;
  const fonts = { ui: colors.fontUi, mono: colors.fontMono };
  const style: TextStyle = { color: colors.text, sizePx: 12 };
  const widths = new TextWidths();
  const isTooWide = (text: string) => widths.of(text, style, fonts) > widthPx - TEXT_X_PX - MARGIN_PX;
  const rows = (scene.legend ?? []).flatMap(({ place, text }) =>
    wrapped(text, isTooWide).map((row, i) => ({ text: row, place: i === 0 ? place : undefined })),
  );
  const draw = (painter: Painter) => {
    drawScene(painter, scene);
    if (rows.length === 0) return;
    painter.fillRect({ x: 0, y: heightPx, width: widthPx, height: (rows.length + 1) * ROW_PX }, colors.ground);
    for (const [i, { place, text }] of rows.entries()) {
      const y = heightPx + (i + 1) * ROW_PX;
      if (place !== undefined) {
        const line = { xs: Float64Array.of(MARGIN_PX, MARGIN_PX + SWATCH_PX), ys: Float64Array.of(y, y), count: 2 };
        const color = colors.traces[place % colors.traces.length]!;
        const dash = dashOf(place);
        painter.polyline(line, { color, widthPx: 2, ...(dash.length > 0 && { dash }) });
      }
      painter.text(text, TEXT_X_PX, y, style);
    }
  };
  return { widthPx, heightPx: heightPx + (rows.length === 0 ? 0 : (rows.length + 1) * ROW_PX), fonts, draw };
}

/** Rows of whole words; a word that is too wide stands alone. */
function wrapped(text: string, isTooWide: (text: string) => boolean): readonly string[] {
  const rows: string[] = [];
  for (const word of text.split(' ')) {
    const longer = rows.length === 0 ? word : `${rows.at(-1)} ${word}`;
    if (rows.length === 0 || isTooWide(longer)) rows.push(word);
    else rows[rows.length - 1] = longer;
  }
  return rows;
}

/** Downloads the picture as NAME.png or NAME.svg, or copies it. */
export function saveImage(kind: ImageKind, scene: Scene, name: string): Promise<void> {
  return savePicture(kind, drawingOf(scene), name);
}
