// What is said to the servers of the mcpha image (github.com/pavel-demin/red-pitaya-notes, projects/mcpha): words of 64
// bits, little-endian, that nobody acknowledges. Pure; any thread.

/** TCP port of commands, histograms, oscilloscope and generator. */
export const MCPHA_PORT = 1001;
/** TCP port of list mode. */
export const LIST_MODE_PORT = 1002;
export const COMMAND_BYTES = 8;

/** Ticks of the converter's clock per second. */
export const TICKS_PER_S = 125e6;
/** Samples that the oscilloscope's memory holds, in a ring. */
export const RING_SAMPLES = 2 ** 23;
export const HISTOGRAM_BINS = 4096;

/** Command codes on port 1001. */
export const MCPHA = {
  resetHistogram: 0,
  resetTimer: 1,
  resetOscilloscope: 2,
  resetGenerator: 3,
  sampleRate: 4,
  negator: 5,
  delay: 6,
  minThreshold: 7,
  maxThreshold: 8,
  timer: 9,
  runTimer: 10,
  readStatus: 11,
  readHistogram: 12,
  triggerSource: 13,
  triggerSlope: 14,
  triggerMode: 15,
  triggerLevel: 16,
  samplesBeforeTrigger: 17,
  totalSamples: 18,
  startOscilloscope: 19,
  readOscilloscope: 20,
  fallTime: 21,
  riseTime: 22,
  lowerLimit: 23,
  upperLimit: 24,
  pulseRate: 25,
  distribution: 26,
  resetSpectrum: 27,
  spectrumBin: 28,
  startGenerator: 29,
  stopGenerator: 30,
  /** Only on servers with the streaming extension (JulianBaader/red-pitaya-notes, branch daq). */
  startDaq: 31,
} as const;

/** Command codes on port 1002; settings of one input have its channel, the others mean both. */
export const LIST_MODE = {
  resetAnalysers: 0,
  resetTimers: 1,
  sampleRate: 2,
  negator: 3,
  delay: 4,
  minThreshold: 5,
  maxThreshold: 6,
  timer: 7,
  start: 8,
} as const;

const VALUE_BITS = 52;
const LIST_VALUE_BITS = 56;

export interface Command {
  readonly code: number;
  readonly channel: number;
  /** The field's bits, not negative: negative numbers are in two's complement of the field. */
  readonly value: bigint;
}

/** One command of port 1001: code in the top 8 bits, channel in the next 4, value (two's complement) in the low 52. */
export function encodeMcphaCommand(code: number, channel: number, value: number | bigint): Uint8Array<ArrayBuffer> {
  return wordOf((BigInt(code) << 56n) | (BigInt(channel) << 52n), value, VALUE_BITS);
}

/** One command of port 1002: code in the top 4 bits, channel in the next 4, value in the low 56. */
export function encodeListCommand(code: number, channel: number, value: number | bigint): Uint8Array<ArrayBuffer> {
  return wordOf((BigInt(code) << 60n) | (BigInt(channel) << 56n), value, LIST_VALUE_BITS);
}

/** The command of a word on port 1001. */
export function decodeMcphaCommand(word: bigint): Command {
  return {
    code: Number(word >> 56n),
    channel: Number((word >> 52n) & 15n),
    value: BigInt.asUintN(VALUE_BITS, word),
  };
}

/** The command of a word on port 1002. */
export function decodeListCommand(word: bigint): Command {
  return {
    code: Number(word >> 60n),
    channel: Number((word >> 56n) & 15n),
    value: BigInt.asUintN(LIST_VALUE_BITS, word),
  };
}

/** Words in one piece: two small writes in a row wait for each other at the board. */
export function joinWords(words: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(words.length * COMMAND_BYTES);
  for (const [index, word] of words.entries()) bytes.set(word, index * COMMAND_BYTES);
  return bytes;
}

function wordOf(head: bigint, value: number | bigint, valueBits: number): Uint8Array<ArrayBuffer> {
  const field = BigInt.asUintN(valueBits, typeof value === 'bigint' ? value : BigInt(Math.trunc(value)));
  const bytes = new Uint8Array(COMMAND_BYTES);
  new DataView(bytes.buffer).setBigUint64(0, head | field, true);
  return bytes;
}
