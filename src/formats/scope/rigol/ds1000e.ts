// Rigol DS1000E and DS1000D (.wfm): "DS1000E/D WFM structure instruction" by Rigol. DS1000C and its kin have the same
// channels in a shorter head.

import type { Trace } from '../capture.ts';
import { Fields } from '../fields.ts';
import type { RigolFile } from './file.ts';
import { type ChannelSettings, centredStart, channelMetadata, STEPS_PER_DIVISION } from './vertical.ts';

/** Codes fall with the voltage; this one is the middle of the screen. */
const MIDDLE = 125;
/** Of the models with a logic analyzer, as their own program has it. */
const MIDDLE_WITH_LOGIC = 127;

/** Where things stand in a head. */
interface Layout {
  readonly label: string;
  readonly points: number;
  readonly channels: number;
  readonly dataOffset: number;
}

const E: Layout = { label: 'Rigol DS1000E/D', points: 28, channels: 36, dataOffset: 276 };
const C: Layout = { label: 'Rigol DS1000C', points: 28, channels: 36, dataOffset: 256 };
/** The first byte of files of the C family that have 16 more bytes before the samples is that of E. */
const C_LONG: Layout = { ...C, dataOffset: 272 };
const CHANNEL_BYTES = 24;
const CHANNEL_COUNT = 2;
const HEAD_BYTES = 276;

/** Places in a channel. */
const PROBE = 8;
const IS_ENABLED = 13;
const IS_INVERTED = 14;
const SCALE_UV = 16;
const SHIFT_STEPS = 20;

const RATE = 100;
/** Of E and D: what was in force when the samples were taken, in ps; the field before it is what is on the screen. */
const OFFSET_MEASURED_PS = 112;
/** Of C. */
const OFFSET_PS = 92;
/** Samples that the screen of E lies behind: so the pairs of its CSV lie around those of the memory that they are of. */
const SCREEN_LAG = 1;
/** Samples that a stopped roll has not taken yet. */
const ROLL_STOP = 20;
const LOGIC = 120;
const LOGIC_BYTES = 4;
const TRIGGER_MODE = 142;
const ALTERNATING = 4;
const SECOND_POINTS = 228;
const SECOND_OFFSET_MEASURED_PS = 260;

/** Reads the head of a file of either family. */
export function readDs1000(head: Uint8Array, sizeBytes: number): RigolFile {
  const layout = layoutOf(head, sizeBytes);
  const fields = new Fields(head.subarray(0, HEAD_BYTES));
  const isE = layout === E;
  const points = fields.u32(layout.points);
  const rollStop = isE ? fields.u32(ROLL_STOP) : 0;
  const skipped = rollStop === 0 ? 0 : rollStop + 2;
  const rateHz = fields.f32(RATE);
  const hasLogic =
    isE && Array.from({ length: LOGIC_BYTES }, (_, i) => fields.u8(LOGIC + i)).some((byte) => byte !== 0);
  const isAlternating = isE && fields.u8(TRIGGER_MODE) === ALTERNATING;
  const lag = isE && !hasLogic ? SCREEN_LAG : 0;
  const middle = hasLogic ? MIDDLE_WITH_LOGIC : MIDDLE;
  const channels: { trace: Trace; settings: ChannelSettings }[] = [];
  let offsetBytes = layout.dataOffset;
  for (let channel = 0; channel < CHANNEL_COUNT; channel++) {
    const at = layout.channels + channel * CHANNEL_BYTES;
    if (fields.u8(at + IS_ENABLED) === 0) continue;
    const depth = channel === 1 && isE ? fields.u32(SECOND_POINTS) || points : points;
    const probe = fields.f32(at + PROBE);
    const scalePerDivision = (fields.i32(at + SCALE_UV) * probe) / 1e6;
    const step = scalePerDivision / STEPS_PER_DIVISION;
    const shift = fields.i16(at + SHIFT_STEPS);
    const offsetAt = !isE ? OFFSET_PS : channel === 1 && isAlternating ? SECOND_OFFSET_MEASURED_PS : OFFSET_MEASURED_PS;
    channels.push({
      trace: {
        name: `CH${channel + 1}`,
        unit: 'V',
        run: { type: 'u8', offsetBytes, scale: -step, offset: (middle - shift) * step },
        count: Math.max(0, depth - skipped),
        start: centredStart(fields.i64(offsetAt) * 1e-12, depth, rateHz) + lag / rateHz,
        step: 1 / rateHz,
      },
      settings: {
        scalePerDivision,
        offset: shift * step,
        probeFactor: probe,
        isInverted: fields.u8(at + IS_INVERTED) !== 0,
      },
    });
    offsetBytes += depth;
  }
  return {
    label: layout.label,
    model: '',
    serialNumber: '',
    firmware: '',
    traces: [
      ...channels.map(({ trace }) => trace),
      ...(hasLogic && fields.u8(LOGIC) !== 0 ? logicTraces(offsetBytes, points, channels[0]?.trace, rateHz) : []),
    ],
    metadata: channelMetadata(channels),
    notes: [],
  };
}

/** Words of 16 bits behind the analogue samples, at their times. */
function logicTraces(offsetBytes: number, count: number, beside: Trace | undefined, rateHz: number): Trace[] {
  const start = beside?.start ?? centredStart(0, count, rateHz);
  const run = { type: 'u16', offsetBytes } as const;
  return Array.from({ length: 16 }, (_, bit) => ({
    name: `D${bit}`,
    unit: '',
    run,
    count,
    bit,
    start,
    step: 1 / rateHz,
  }));
}

/** C begins with A1 A5; where it begins as E does, only the length of the file tells them apart. */
function layoutOf(head: Uint8Array, sizeBytes: number): Layout {
  if (head[0] !== 0xa5) return C;
  const fields = new Fields(head);
  const enabled = [0, 1].filter((channel) => fields.u8(C.channels + channel * CHANNEL_BYTES + IS_ENABLED) !== 0).length;
  const samplesBytes = fields.u32(C.points) * enabled;
  return sizeBytes === C_LONG.dataOffset + samplesBytes ? C_LONG : E;
}
