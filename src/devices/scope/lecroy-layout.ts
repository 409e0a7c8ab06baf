// Where things stand in LeCroy's WAVEDESC, template by template.

/** Where things stand in a descriptor, in bytes from its start; what a template does not have is left out. */
export interface LecroyLayout {
  readonly descriptorBytes: number;
  /** Lengths (i32) of the blocks before the trigger times, between them and the samples. */
  readonly lengthsBefore: readonly number[];
  readonly triggerTimeArray: number;
  readonly risTimeArray?: number;
  readonly lengthsBehind: readonly number[];
  readonly instrumentName: number;
  readonly instrumentNumber?: number;
  readonly traceLabel?: number;
  readonly pointCount: number;
  readonly validPoints?: number;
  readonly sparsing?: number;
  readonly segmentCount: number;
  readonly gain: number;
  /** What is subtracted from a code times the gain. */
  readonly offset: number;
  readonly nominalBits?: number;
  readonly interval: number;
  readonly horizontalOffset: number;
  readonly verticalUnit: number;
  readonly horizontalUnit: number;
  readonly triggerTime: number;
  readonly recordType?: number;
  readonly source: number;
  /** Number of C1. */
  readonly firstSource: number;
}

const LECROY_2: LecroyLayout = {
  descriptorBytes: 346,
  // descriptor, user text, a reserved block; a reserved block
  lengthsBefore: [36, 40, 44],
  triggerTimeArray: 48,
  risTimeArray: 52,
  lengthsBehind: [56],
  instrumentName: 76,
  instrumentNumber: 92,
  traceLabel: 96,
  pointCount: 116,
  validPoints: 124,
  sparsing: 132,
  segmentCount: 144,
  gain: 156,
  offset: 160,
  nominalBits: 172,
  interval: 176,
  horizontalOffset: 180,
  verticalUnit: 196,
  horizontalUnit: 244,
  triggerTime: 296,
  recordType: 316,
  source: 344,
  firstSource: 0,
};

const LECROY_1_0: LecroyLayout = {
  descriptorBytes: 320,
  lengthsBefore: [36, 40],
  triggerTimeArray: 44,
  lengthsBehind: [],
  instrumentName: 56,
  pointCount: 92,
  segmentCount: 108,
  gain: 120,
  offset: 290,
  interval: 134,
  horizontalOffset: 138,
  verticalUnit: 154,
  horizontalUnit: 202,
  triggerTime: 250,
  source: 296,
  firstSource: 1,
};

export type LecroyLayouts = ReadonlyMap<string, LecroyLayout>;

/** By the name of the template that the descriptor states. */
export const LECROY_LAYOUTS: LecroyLayouts = new Map([
  ['LECROY_2_1', LECROY_2],
  ['LECROY_2_2', LECROY_2],
  ['LECROY_2_3', LECROY_2],
  ['LECROY_1_0', LECROY_1_0],
]);
