// Rigol DS1000Z and MSO1000Z (.wfm): "DS1000Z Waveform Storage Structure" by Rigol. What that leaves open (the gain of the
// converter, where the trigger stands in the memory) was measured in captures whose CSV the instrument wrote, too.

import { FormatError } from '../../../base/errors.ts';
import { formatSiText } from '../../../base/si.ts';
import type { Trace } from '../capture.ts';
import { Fields } from '../fields.ts';
import type { RigolFile } from './file.ts';
import { CHANNEL_BYTES, CHANNEL_COUNT, type ChannelSettings, channelMetadata, MIDDLE, verticalOf } from './vertical.ts';

const MODEL = 8;
const FIRMWARE = 28;
const TEXT_BYTES = 20;
const OFFSET_PS = 72;
const CHANNEL_MASK = 88;
const MEMORY_DEPTH = 116;
const RATE_GHZ = 120;
const CHANNELS = 124;
const HORIZONTAL_BYTES = 256;
const HORIZONTAL_OFFSET = 260;
const DISPLAY_DELAY = 264;
const HEAD_BYTES = 280;

/** Codes of all channels together that the memory holds beside those of the screen. */
const SPARE_CODES = 512;
/** From the first sample of the memory to the first on the screen: the display delay, samples by lanes, and a time. */
const SCREEN_AFTER_SAMPLES: Readonly<Record<number, number>> = { 1: 8, 2: 10.2, 4: 6.5 };
const SCREEN_AFTER_S = 111e-9;
/** In the horizontal block: a byte for each channel that says how far its converter is off. */
const TRIM = 116;
const TRIM_MIDDLE = 128;
/** A code times its gain is cut to a whole step of the screen. */
const CUT_OFF = 0.5;
/** The version since which a CSV counts from the step below the zero; the one before counts from the zero. */
const WHOLE_STEPS = '00.04.04.SP4';
/** Of whole steps that are told as floats of 32 bits. */
const ROUNDING = 1e-3;

/** Steps of the screen per code. The firmware scales so, and the file does not say how. */
interface Gain {
  /** Channels that share the converter. */
  readonly lanes: number;
  /** V/div at the input, both included. */
  readonly from: number;
  readonly to: number;
  readonly of: (inputScale: number, trim: number) => number;
  /** Share of the gain by which channels were seen to differ from this. */
  readonly error: number;
}

/** Measured: with two lanes to a thousandth in a CSV of the memory, else in a CSV of the screen and in pictures of it. */
const GAINS: readonly Gain[] = [
  { lanes: 2, from: 0.1, to: 0.1, of: (_, trim) => 1 + trim / 512, error: 0.002 },
  { lanes: 4, from: 0.1, to: 0.2, of: (_, trim) => 1.2163 + 0.0006 * trim, error: 0.013 },
  { lanes: 4, from: 0.5, to: 0.5, of: () => 1.519, error: 0.013 },
  // the converter's own range is the same for all of these
  { lanes: 4, from: 0.8, to: 0.9, of: (scale) => 0.953 / scale, error: 0.013 },
  { lanes: 4, from: 0.99, to: 1, of: (scale) => 1.525 / scale, error: 0.013 },
];
/** Between the smallest and the largest that were seen. */
const UNKNOWN_GAIN: Omit<Gain, 'lanes' | 'from' | 'to'> = { of: () => 1.25, error: 0.25 };

export function readDs1000z(head: Uint8Array): RigolFile {
  const fields = new Fields(head.subarray(0, HEAD_BYTES));
  const mask = fields.u8(CHANNEL_MASK);
  const enabled = Array.from({ length: CHANNEL_COUNT }, (_, channel) => channel).filter(
    (channel) => ((mask >> channel) & 1) === 1,
  );
  if (enabled.length === 0) {
    throw new FormatError(
      'format/unsupported',
      'The file holds logic channels only, whose form is not known. Save the capture as CSV.',
      CHANNEL_MASK,
    );
  }
  const stride = enabled.length === 3 ? CHANNEL_COUNT : enabled.length;
  const count = Math.floor(fields.u32(MEMORY_DEPTH) / stride);
  const rateHz = fields.f32(RATE_GHZ) * 1e9;
  const screenCount = Math.max(0, count - SPARE_CODES / stride);
  const before = fields.u32(DISPLAY_DELAY) + (SCREEN_AFTER_SAMPLES[stride] ?? 0) + SCREEN_AFTER_S * rateHz;
  const start = fields.i64(OFFSET_PS) * 1e-12 - (screenCount / 2 + before) / rateHz;
  const horizontal = fields.u32(HORIZONTAL_OFFSET);
  const data = horizontal + fields.u32(HORIZONTAL_BYTES);
  const whole = new Fields(head);
  const trimOf = (channel: number) => whole.u8(horizontal + TRIM + channel) - TRIM_MIDDLE;
  const firmware = fields.text(FIRMWARE, TEXT_BYTES);
  const notes: string[] = [];
  const channels: { trace: Trace; settings: ChannelSettings }[] = enabled.map((channel, index) => {
    const { unit, step, settings } = verticalOf(fields, CHANNELS + channel * CHANNEL_BYTES);
    const { scalePerDivision, offset, probeFactor = 1 } = settings;
    const { of, error } = gainOf(stride, scalePerDivision / probeFactor);
    const gain = of(scalePerDivision / probeFactor, trimOf(channel));
    const name = `CH${channel + 1}`;
    notes.push(uncertainty(name, unit, gain, error, Math.abs(MIDDLE * step * error)));
    // codes of the channels take turns, the last channel first; three take the room of four
    const lane = stride === CHANNEL_COUNT ? CHANNEL_COUNT - 1 - channel : stride - 1 - index;
    return {
      trace: {
        name,
        unit,
        run: {
          type: 'u8',
          offsetBytes: data + lane,
          strideBytes: stride,
          scale: gain * step,
          offset: -(MIDDLE + CUT_OFF) * step - (firmware === WHOLE_STEPS ? stepBelow(offset, step) : offset),
        },
        count,
        start,
        step: 1 / rateHz,
      },
      settings: { ...settings, probeFactor },
    };
  });
  return {
    label: 'Rigol DS1000Z',
    model: fields.text(MODEL, TEXT_BYTES),
    serialNumber: '',
    firmware,
    traces: channels.map(({ trace }) => trace),
    metadata: channelMetadata(channels),
    notes: [...notes, 'Times of a .wfm file of this family are known to some samples. A CSV of the memory is exact.'],
  };
}

function gainOf(lanes: number, inputScale: number): Pick<Gain, 'of' | 'error'> {
  const isOf = ({ from, to }: Gain) => inputScale > from * 0.999 && inputScale < to * 1.001;
  return GAINS.find((gain) => gain.lanes === lanes && isOf(gain)) ?? UNKNOWN_GAIN;
}

function stepBelow(offset: number, step: number): number {
  const whole = Math.floor(offset / Math.abs(step) + ROUNDING) * Math.abs(step);
  return Number.isFinite(whole) ? whole : offset;
}

function uncertainty(name: string, unit: string, gain: number, error: number, offset: number): string {
  const range = `${gain.toFixed(3)} ± ${(100 * error).toPrecision(2)} %`;
  return `${name}: the file does not say the gain of the converter. ${range} steps of the screen per code were taken, so values in the middle of the screen are known to ±${formatSiText(offset, unit, { significantDigits: 2 })}. A CSV is exact.`;
}
