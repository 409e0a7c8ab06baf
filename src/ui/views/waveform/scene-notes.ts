// Notes: a dot on the trace and the text beside it. The geometry is shared with the gestures, so that what is drawn is
// what can be grabbed.

import type { Painter, Rect } from '../../plot/painter.ts';
import { type Scene, timeScale, valueScale } from './geometry.ts';
import { FLAG_PADDING_PX, flagText, flagWidth } from './marker-flags.ts';
import type { Note } from './state.ts';
import { orderOfNotes } from './time-order.ts';

/** Notes without a height of their own hang this far below the lane's upper edge. */
const NOTE_TOP_PX = 28;
const BOX_HEIGHT_PX = 18;
const DOT_RADIUS_PX = 3.5;
/** Where more than these are on screen in a lane, dots that would lie on each other are left out. */
const MOST_NOTES = 200;
/** Boxes look for room among the ones before; a lane holds no more of them. */
const MOST_BOXES = 60;

export interface NoteMark {
  readonly note: Note;
  /** Of the dot. */
  readonly x: number;
  readonly y: number;
  /** Of the text; `undefined` where it would lie on another: the dot says that there is one. */
  readonly box: Rect | undefined;
}

/** The notes on screen, however many there are: no more than dots have room for. */
export function noteMarks(scene: Scene): NoteMark[] {
  const times = timeScale(scene);
  const { time, notes, lanes } = scene.state;
  const orders = orderOfNotes(notes);
  return scene.layout.lanes.flatMap(({ lane, plot }) => {
    const order = orders.get(lane.id);
    const range = scene.ranges.get(lane.id);
    if (!order || !range) return [];
    const values = valueScale({ plot }, range, lanes[lane.id]?.isLog === true);
    const pixelS = (time.endS - time.startS) / plot.width;
    const apartS = order.countIn(time) > MOST_NOTES ? 2 * DOT_RADIUS_PX * pixelS : 0;
    const boxes: Rect[] = [];
    return order.thinned(time, apartS).map((note): NoteMark => {
      const x = times.toPx(note.timeS);
      const raw = note.value === undefined ? plot.y + NOTE_TOP_PX : values.toPx(note.value);
      const y = Math.min(Math.max(raw, plot.y), plot.y + plot.height);
      const width = flagWidth(note.text);
      const left = Math.min(x + 8, plot.x + plot.width - width);
      const top = Math.min(Math.max(y - 24, plot.y), plot.y + plot.height - BOX_HEIGHT_PX);
      const box = { x: left, y: top, width, height: BOX_HEIGHT_PX };
      const isFree = boxes.length < MOST_BOXES && !boxes.some((other) => doOverlap(box, other));
      if (isFree) boxes.push(box);
      return { note, x, y, box: isFree ? box : undefined };
    });
  });
}

/** Where the dot can be grabbed. */
export function dotRect({ x, y }: NoteMark): Rect {
  const sizePx = 2 * DOT_RADIUS_PX + 2;
  return { x: x - sizePx / 2, y: y - sizePx / 2, width: sizePx, height: sizePx };
}

export function drawNotes(painter: Painter, scene: Scene): void {
  const marks = noteMarks(scene);
  const xs = Float64Array.from(marks, ({ x }) => x);
  const ys = Float64Array.from(marks, ({ y }) => y);
  painter.dots({ xs, ys, count: marks.length }, DOT_RADIUS_PX, scene.colors.accent);
  for (const { note, box } of marks) {
    if (!box) continue;
    painter.fillRect(box, scene.colors.raised);
    painter.strokeRect(box, { color: scene.colors.accent, widthPx: 1 });
    painter.text(note.text, box.x + FLAG_PADDING_PX, box.y + box.height / 2, flagText(scene.colors.text));
  }
}

function doOverlap(a: Rect, b: Rect): boolean {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
}
