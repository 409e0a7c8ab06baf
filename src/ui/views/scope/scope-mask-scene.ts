// A mask on the screen: what a trace may not enter, from its limits to the edges of the screen.

import type { Columns, Painter, Rect } from '../../plot/painter.ts';
import { linearScale } from '../../plot/scale.ts';
import type { ThemeColors } from '../../theme/theme.ts';
import type { FrameMask } from './scope-frame.ts';
import type { TimeScreen } from './screen.ts';

interface MaskScene {
  readonly time: TimeScreen;
  readonly colors: ThemeColors;
}

const FORBIDDEN_ALPHA = 0.22;

export function drawMask(painter: Painter, plot: Rect, mask: FrameMask, { time, colors }: MaskScene): void {
  const { startS, stepS, range } = mask;
  const y = linearScale(range.low, range.high, plot.y + plot.height, plot.y);
  const x = linearScale(time.startS, time.endS, plot.x, plot.x + plot.width);
  for (const side of ['low', 'high'] as const) {
    const { start, increment, min, max } = mask[side];
    // the strictest limit of each column
    const strictest = side === 'low' ? max : min;
    const count = strictest.length;
    const xs = Float64Array.from({ length: count + 1 }, (_, i) =>
      // a limit holds around its time
      x.toPx(startS + (start + (i - (increment === 1 ? 0.5 : 0)) * increment) * stepS),
    );
    const edges = strictest.map((limit) => (Number.isFinite(limit) ? y.toPx(limit) : Number.NaN));
    const far = edges.map((edge) => (side === 'low' ? Math.max(edge, plot.y + plot.height) : Math.min(edge, plot.y)));
    const columns: Columns =
      side === 'low' ? { xs, tops: edges, bottoms: far, count } : { xs, tops: far, bottoms: edges, count };
    painter.columns(columns, colors.danger, FORBIDDEN_ALPHA);
    const middles = Float64Array.from({ length: count }, (_, i) => (xs[i]! + xs[i + 1]!) / 2);
    painter.polyline({ xs: middles, ys: edges, count }, { color: colors.danger, widthPx: 1 });
  }
}
