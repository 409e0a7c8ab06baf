// All that one picture of the screen is made of, from one moment: a record, the axes that it lies on, and the bins that it is
// drawn with on them. Pure.

import { type BinnedPart, incrementFor, type RecordBins } from '../../../model/record-bins.ts';
import type { XyChoice } from './display-choices.ts';
import type { FittedRanges } from './fitted-ranges.ts';
import type { ChannelMask } from './mask-test.ts';
import { NO_RECORDS, type RecordWindow } from './record-density.ts';
import {
  channelNumber,
  type RecordSettings,
  recordSettings,
  type ShownRecord,
  type Span,
  type TimeScreen,
  valueScreen,
} from './screen.ts';

const GHOST_ALPHA = 0.4;

export interface FrameWish {
  readonly record: ShownRecord | undefined;
  readonly ghosts: readonly ShownRecord[];
  /** Records that stay on the screen as a density. */
  readonly kept: RecordWindow;
  readonly mask: ChannelMask | undefined;
  readonly hiddenIds: readonly string[];
  /** One channel against another instead of all over time. */
  readonly xy: XyChoice | undefined;
  /** Each channel fills the screen, whatever its scale at the instrument. */
  readonly isFitted: boolean;
  readonly note: string;
  readonly time: TimeScreen;
  /** Of pixels, from left to right. */
  readonly columnCount: number;
}

export interface FrameTrace {
  readonly signalId: string;
  readonly name: string;
  readonly unit: string;
  /** Of its channel: decides the colour. */
  readonly number: number;
  readonly samples: Float32Array;
  readonly startS: number;
  readonly stepS: number;
  readonly range: Span;
  /** 1 for the live trace, less for one below it. */
  readonly alpha: number;
  /** None where it is not drawn over time. */
  readonly bins: RecordBins;
}

/** Limits on the scale of their channel. */
export interface FrameMask {
  readonly startS: number;
  readonly stepS: number;
  readonly low: RecordBins;
  readonly high: RecordBins;
  readonly range: Span;
}

export interface ScopeFrame extends Omit<FrameWish, 'ghosts' | 'mask'> {
  readonly settings: RecordSettings;
  /** Of every channel of the record, hidden ones too. */
  readonly live: readonly FrameTrace[];
  /** Of each capture. */
  readonly ghosts: readonly (readonly FrameTrace[])[];
  readonly mask: FrameMask | undefined;
}

const NONE = new Float64Array(0);
const NO_BINS: RecordBins = { start: 0, increment: 1, mean: NONE, min: NONE, max: NONE };
const ANY_RANGE: Span = { low: -1, high: 1 };
const NO_RECORD_SCREEN: TimeScreen = { startS: -5, endS: 5, divisionS: 1 };

export const EMPTY_FRAME: ScopeFrame = {
  record: undefined,
  settings: {},
  live: [],
  ghosts: [],
  kept: NO_RECORDS,
  mask: undefined,
  hiddenIds: [],
  xy: undefined,
  isFitted: false,
  note: '',
  time: NO_RECORD_SCREEN,
  columnCount: 1,
};

/** What of a signal such a screen shows, in as many bins as it has columns of pixels. */
export function shownPart(
  { samples, startS, stepS }: Pick<FrameTrace, 'samples' | 'startS' | 'stepS'>,
  time: Pick<TimeScreen, 'startS' | 'endS'>,
  columnCount: number,
): BinnedPart {
  const from = (time.startS - startS) / stepS;
  const to = (time.endS - startS) / stepS;
  const increment = incrementFor(to - from, columnCount);
  return { samples, from: from - increment, to: to + increment, increment };
}

/** What is known of a part; `undefined` where it has to be waited for. */
type FindBins = (part: BinnedPart) => RecordBins | undefined;

/** Of a wish that `find` does not know all of it is no picture yet. */
export function composeFrame(wish: FrameWish, fits: FittedRanges, find: FindBins): ScopeFrame {
  const { record, mask } = wish;
  const live = record ? tracesOf(record, { wish, fits, find, alpha: 1, live: [] }) : [];
  const masked = live.find(({ signalId }) => signalId === mask?.signalId);
  return {
    ...wish,
    settings: record ? recordSettings(record) : {},
    live,
    ghosts: wish.ghosts.map((ghost) => tracesOf(ghost, { wish, fits, find, alpha: GHOST_ALPHA, live })),
    mask: mask && masked && maskOf(mask, masked.range, wish, find),
  };
}

interface TraceOptions {
  readonly wish: FrameWish;
  readonly fits: FittedRanges;
  readonly find: FindBins;
  readonly alpha: number;
  readonly live: readonly FrameTrace[];
}

/** A ghost lies on the scale of the live trace of its channel, so that both can be compared. */
function tracesOf(record: ShownRecord, { wish, fits, find, alpha, live }: TraceOptions): readonly FrameTrace[] {
  const settings = recordSettings(record);
  const { startS, stepS } = record;
  return record.signals.map((signal, index): FrameTrace => {
    const { id: signalId, name, unit } = signal;
    const number = channelNumber(signal, index);
    const samples = record.samples[index]!;
    const range =
      live.find((trace) => trace.name === name)?.range ??
      (wish.isFitted ? undefined : valueScreen(settings, number)) ??
      fittedRange(signalId, samples, fits, find);
    const part = shownPart({ samples, startS, stepS }, wish.time, wish.columnCount);
    const isDrawn = !wish.xy && !wish.hiddenIds.includes(signalId);
    const bins = (isDrawn ? find(part) : undefined) ?? NO_BINS;
    return { signalId, name, unit, number, samples, startS, stepS, range, alpha, bins };
  });
}

function fittedRange(signalId: string, samples: Float32Array, fits: FittedRanges, find: FindBins): Span {
  const all = find({ samples, from: 0, to: samples.length - 1, increment: Math.max(1, samples.length) });
  return all ? fits.get(signalId, { low: all.min[0] ?? Number.NaN, high: all.max[0] ?? Number.NaN }) : ANY_RANGE;
}

function maskOf({ limits }: ChannelMask, range: Span, wish: FrameWish, find: FindBins): FrameMask {
  const { startS, stepS } = limits;
  const side = (samples: Float32Array) =>
    (wish.xy ? undefined : find(shownPart({ samples, startS, stepS }, wish.time, wish.columnCount))) ?? NO_BINS;
  return { startS, stepS, low: side(limits.low), high: side(limits.high), range };
}
