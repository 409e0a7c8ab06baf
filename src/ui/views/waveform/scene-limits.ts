// Marks where a trace is at the limit of its range: a bar along the top of the lane and a shade below it, so that it is
// seen by its shape as well as by its colour.

import type { Columns, Painter, Rect } from '../../plot/painter.ts';
import type { Scale } from '../../plot/scale.ts';
import { type Scene, timeScale } from './geometry.ts';
import type { Trace } from './lanes.ts';
import { SummaryPicture } from './picture.ts';
import { sampleAxis } from './sample-axis.ts';

/** What is said of samples at a limit. */
export const AT_LIMIT = 'at the limit';
const BAR_PX = 4;
const SHADE_ALPHA = 0.16;

/** Draws into the part `plot` of the lane's plot, below what is drawn after. */
export function drawLimits(painter: Painter, scene: Scene, plot: Rect, { limits, shown }: Trace): void {
  const scale = timeScale(scene);
  for (const { detail } of limits) {
    const { picture } = detail;
    if (!(picture instanceof SummaryPicture)) continue;
    const columns = saturatedColumns(picture, scale, shown.shiftS, plot);
    if (!columns) continue;
    painter.columns(columns(plot.y + plot.height), scene.colors.warn, SHADE_ALPHA);
    painter.columns(columns(plot.y + BAR_PX), scene.colors.warn, 1);
  }
}

/** Whether a sample that stands at a time of the picture is at a limit, or one of those that are drawn together there. */
export function isAtLimit({ limits, shown }: Trace, timeS: number): boolean {
  return limits.some(({ detail }) => (detail.picture?.at(timeS - shown.shiftS, 0)?.max ?? 0) > 0);
}

/** The bins on screen with a saturated sample, from the top of the plot to a given height; `undefined` without any. */
function saturatedColumns(
  { signal, summary }: SummaryPicture,
  scale: Scale,
  shiftS: number,
  plot: Rect,
): ((bottom: number) => Columns) | undefined {
  const { originSample, originPx, pxPerSample } = sampleAxis(signal, shiftS, scale);
  const { start, increment, max } = summary;
  const binAt = (px: number) => Math.floor((originSample + (px - originPx) / pxPerSample - start) / increment);
  const first = Math.max(0, binAt(plot.x));
  const end = Math.min(max.length, binAt(plot.x + plot.width) + 1);
  if (!max.subarray(first, Math.max(first, end)).includes(1)) return undefined;
  const count = end - first;
  const leftOf = (bin: number) => originPx + (start + bin * increment - originSample) * pxPerSample;
  const xs = Float64Array.from({ length: count + 1 }, (_, i) => leftOf(first + i));
  const tops = Float64Array.from({ length: count }, (_, i) => (max[first + i] === 1 ? plot.y : Number.NaN));
  return (bottom) => ({ xs, tops, bottoms: new Float64Array(count).fill(bottom), count });
}
