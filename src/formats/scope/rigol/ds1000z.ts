// Rigol DS1000Z and MSO1000Z (.wfm): "DS1000Z Waveform Storage Structure" by Rigol. What that leaves open (the gain of the
// converter, where the trigger stands in the memory) was measured in captures whose CSV the instrument wrote, too.

import { FormatError } from '../../../base/errors.ts';
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
/** From the first sample of the memory to the first on the screen: the display delay, a number of samples and a time. */
const SCREEN_AFTER_SAMPLES = 8;
const SCREEN_AFTER_S = 108e-9;

/** Steps of the screen per code, by V/div at the input. The firmware scales so; the file does not say it. */
const GAINS: readonly (readonly [scale: number, gain: number])[] = [
  [0.1, 1.1],
  [0.2, 1.21],
  [0.5, 1.5],
  [1, 1.5],
];
/** Between the smallest and the largest that were seen. */
const USUAL_GAIN = 1.25;

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
  const before = fields.u32(DISPLAY_DELAY) + SCREEN_AFTER_SAMPLES + SCREEN_AFTER_S * rateHz;
  const start = fields.i64(OFFSET_PS) * 1e-12 - (screenCount / 2 + before) / rateHz;
  const data = fields.u32(HORIZONTAL_OFFSET) + fields.u32(HORIZONTAL_BYTES);
  const channels: { trace: Trace; settings: ChannelSettings }[] = enabled.map((channel, index) => {
    const at = CHANNELS + channel * CHANNEL_BYTES;
    const { unit, step, settings } = verticalOf(fields, at);
    const { scalePerDivision, offset, probeFactor = 1 } = settings;
    // codes of the channels take turns, the last channel first; three take the room of four
    const lane = stride === CHANNEL_COUNT ? CHANNEL_COUNT - 1 - channel : stride - 1 - index;
    return {
      trace: {
        name: `CH${channel + 1}`,
        unit,
        run: {
          type: 'u8',
          offsetBytes: data + lane,
          strideBytes: stride,
          scale: gainOf(scalePerDivision / probeFactor) * step,
          offset: -MIDDLE * step - offset,
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
    firmware: fields.text(FIRMWARE, TEXT_BYTES),
    traces: channels.map(({ trace }) => trace),
    metadata: channelMetadata(channels),
    notes: [
      'A .wfm file of this family does not say the gain of its converter: values may be off by some percent of the screen, times by a few samples. A CSV or the screen of the instrument is exact.',
    ],
  };
}

function gainOf(inputScale: number): number {
  const known = GAINS.find(([scale]) => Math.abs(inputScale / scale - 1) < 0.01);
  return known?.[1] ?? USUAL_GAIN;
}
