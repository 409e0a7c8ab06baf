// Paints a picture of the screen: over time, or one channel against another, on what earlier records left behind. Page only.

import { formatSiText } from '../../../base/si.ts';
import type { PlotSurface } from '../../plot/plot-canvas.ts';
import { type ThemeColors, TRACE_COLOR_COUNT } from '../../theme/theme.ts';
import { DensityPicture, densitySize } from './density-picture.ts';
import type { FrameTrace, ScopeFrame } from './scope-frame.ts';
import { drawScope, plotRect, type SceneCursor, type SceneTrace } from './scope-scene.ts';
import { channelNumber, numberIn, sampleAt } from './screen.ts';
import { drawXy, type XyPair, xySpan } from './xy-scene.ts';

/** Of a frame, for counting where records went: half of one at 60 Hz. */
const DENSITY_BUDGET_MS = 8;
/** The mask is made, tested and shown over time. */
const MASK_NOTE = 'the mask is of the view over time';

export class FramePainter {
  readonly #density = new DensityPicture();

  /** Every record that stays on the screen is in the picture. */
  get isDensityDone(): boolean {
    return this.#density.isDone;
  }

  /** With what is under the cursor at a time of the record. */
  paint(surface: PlotSurface, frame: ScopeFrame, cursorS: number | undefined): void {
    const { xy } = frame;
    const pair =
      xy &&
      pairOf(
        frame.live,
        ({ signalId }) => signalId === xy.xId,
        ({ signalId }) => signalId === xy.yId,
      );
    if (pair) this.#paintXy(surface, frame, pair);
    else this.#paintTime(surface, frame, cursorS);
  }

  #paintTime(
    { painter, widthPx, heightPx, colors }: PlotSurface,
    frame: ScopeFrame,
    cursorS: number | undefined,
  ): void {
    const { time, kept, hiddenIds, mask, note } = frame;
    const colored = (traces: readonly FrameTrace[]): readonly SceneTrace[] =>
      traces.map((trace) => ({ ...trace, color: colorOf(trace, colors) }));
    const visible = (traces: readonly FrameTrace[]) => traces.filter(({ signalId }) => !hiddenIds.includes(signalId));
    const live = colored(frame.live);
    const shown = colored(visible(frame.live));
    const size = densitySize(plotRect(widthPx, heightPx), devicePixelRatio);
    const layers = (kept.end > kept.start ? shown : []).map(({ signalId, range, color }) => ({
      area: { signalId, area: { ...size, startS: time.startS, endS: time.endS, range } },
      color,
    }));
    drawScope(painter, {
      widthPx,
      heightPx,
      time,
      densities: this.#density.paint(kept, layers, size, { textColor: colors.text, budgetMs: DENSITY_BUDGET_MS }),
      mask,
      traces: [...colored(visible(frame.ghosts.flat())), ...shown],
      active: shown[0],
      trigger: triggerOf(frame, live),
      cursor: cursorOf(frame, shown, cursorS),
      note,
      colors,
    });
  }

  #paintXy({ painter, widthPx, heightPx, colors }: PlotSurface, frame: ScopeFrame, { x, y }: XyPair): void {
    const { time, kept, note, mask } = frame;
    const plot = plotRect(widthPx, heightPx);
    const size = densitySize(plot, devicePixelRatio);
    const color = colorOf(y, colors);
    const ids = { xId: x.signalId, yId: y.signalId };
    const ranges = { xRange: xySpan(x.range), yRange: y.range };
    const area = { ...size, ...ids, ...ranges, startS: time.startS, endS: time.endS };
    const layers = kept.end > kept.start ? [{ area, color }] : [];
    drawXy(painter, {
      widthPx,
      heightPx,
      plot,
      colors,
      color,
      xColor: colorOf(x, colors),
      densities: this.#density.paint(kept, layers, size, { textColor: colors.text, budgetMs: DENSITY_BUDGET_MS }),
      ghosts: frame.ghosts.flatMap(
        (traces) =>
          pairOf(
            traces,
            ({ name }) => name === x.name,
            ({ name }) => name === y.name,
          ) ?? [],
      ),
      x,
      y,
      time,
      notes: [note, mask ? MASK_NOTE : ''].filter((words) => words !== ''),
    });
  }
}

function colorOf({ number }: FrameTrace, { traces }: ThemeColors): string {
  return traces[(number - 1) % TRACE_COLOR_COUNT]!;
}

function pairOf(
  traces: readonly FrameTrace[],
  isX: (trace: FrameTrace) => boolean,
  isY: (trace: FrameTrace) => boolean,
): XyPair | undefined {
  const x = traces.find(isX);
  const y = traces.find(isY);
  return x && y && { x, y };
}

function triggerOf({ record, settings }: ScopeFrame, live: readonly SceneTrace[]) {
  const level = numberIn(settings, 'triggerLevel');
  const source = String(settings['triggerSource'] ?? '');
  const index = record?.signals.findIndex((signal, i) => String(channelNumber(signal, i)) === source) ?? -1;
  const trace = live[index];
  return level !== undefined && trace ? { level, trace } : undefined;
}

function cursorOf(
  { record }: ScopeFrame,
  shown: readonly SceneTrace[],
  cursorS: number | undefined,
): SceneCursor | undefined {
  const index = record && cursorS !== undefined ? sampleAt(record, cursorS) : undefined;
  if (index === undefined || !record) return undefined;
  const lines = shown.map(({ name, unit, samples, color }) => ({
    text: `${name} ${valueText(samples[index]!, unit)}`,
    color,
  }));
  return { timeS: record.startS + index * record.stepS, lines };
}

/** Float32 has seven digits, of which six are sure. */
export function valueText(value: number, unit: string): string {
  return Number.isNaN(value) ? 'no sample' : formatSiText(value, unit, { significantDigits: 6 });
}
