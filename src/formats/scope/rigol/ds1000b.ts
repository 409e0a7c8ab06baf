// Rigol DS1000B (.wfm). The head is not published; places and formula agree with the instrument's own CSV.

import type { Trace } from '../capture.ts';
import { Fields } from '../fields.ts';
import type { RigolFile } from './file.ts';
import { type ChannelSettings, centredStart, channelMetadata, STEPS_PER_DIVISION } from './vertical.ts';

/** Codes fall with the voltage; the middle of the screen, as the instrument's CSV has it. */
const MIDDLE = 99;

const MODEL = 4;
const MODEL_BYTES = 8;
const ADC_MODE = 52;
/** Both converters of a pair take samples of one channel. */
const INTERLEAVED = 1;
const POINTS = 60;
const CHANNELS = 68;
const CHANNEL_BYTES = 24;
const CHANNEL_COUNT = 4;
const OFFSET_PS = 172;
const RATE = 180;
const DATA = 420;

/** Places in a channel. */
const PROBE = 8;
const IS_ENABLED = 14;
const IS_INVERTED = 15;
const SCALE_UV = 16;
const SHIFT_STEPS = 20;

export function readDs1000b(head: Uint8Array): RigolFile {
  const fields = new Fields(head.subarray(0, DATA));
  const points = fields.u32(POINTS);
  const rateHz = fields.f32(RATE);
  const slotBytes = fields.u8(ADC_MODE) === INTERLEAVED ? points / 2 : points;
  const start = centredStart(fields.i64(OFFSET_PS) * 1e-12, points, rateHz);
  const channels: { trace: Trace; settings: ChannelSettings }[] = [];
  for (let channel = 0; channel < CHANNEL_COUNT; channel++) {
    const at = CHANNELS + channel * CHANNEL_BYTES;
    if (fields.u8(at + IS_ENABLED) === 0) continue;
    const probe = fields.f32(at + PROBE);
    const scalePerDivision = (fields.i32(at + SCALE_UV) * probe) / 1e6;
    const step = scalePerDivision / STEPS_PER_DIVISION;
    const shift = fields.i16(at + SHIFT_STEPS);
    const isInverted = fields.u8(at + IS_INVERTED) !== 0;
    const sign = isInverted ? -1 : 1;
    channels.push({
      trace: {
        name: `CH${channel + 1}`,
        unit: 'V',
        run: {
          type: 'u8',
          offsetBytes: DATA + channel * slotBytes,
          scale: -step * sign,
          offset: (MIDDLE - shift) * step * sign,
        },
        count: points,
        start,
        step: 1 / rateHz,
      },
      settings: { scalePerDivision, offset: shift * step, probeFactor: probe, isInverted },
    });
  }
  return {
    label: 'Rigol DS1000B',
    model: fields.text(MODEL, MODEL_BYTES),
    serialNumber: '',
    firmware: '',
    traces: channels.map(({ trace }) => trace),
    metadata: channelMetadata(channels),
    notes: [],
  };
}
