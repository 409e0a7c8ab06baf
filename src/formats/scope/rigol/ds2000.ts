// Rigol DS2000/MSO2000, DS4000/MSO4000 and DS6000 (.wfm): "WFM save format" by Rigol for the first and the last. DS4000 was
// found by comparing; values and times agree with the instrument's CSV, and so does where the trigger and the zero stand.

import { FormatError } from '../../../base/errors.ts';
import { formatSiText } from '../../../base/si.ts';
import type { Trace } from '../capture.ts';
import { Fields } from '../fields.ts';
import type { RigolFile } from './file.ts';
import {
  CHANNEL_BYTES,
  CHANNEL_COUNT,
  type ChannelSettings,
  centredStart,
  channelMetadata,
  drawnOffset,
  IS_ENABLED,
  MIDDLE,
  STEPS_PER_DIVISION,
  verticalOf,
} from './vertical.ts';

const SERIAL_NUMBER = 4;
const FIRMWARE = 24;
const TEXT_BYTES = 20;
const CHANNEL_MASK = 64;
const CHANNEL_OFFSETS = 68;
const HEAD_BYTES = 600;

/** Where the families differ. */
interface Layout {
  readonly label: string;
  readonly rate: number;
  readonly offsetPs: number;
  readonly channels: number;
  /** Where the trigger stood behind the middle of the memory, in ps. `offsetPs` is of the screen, which may have moved since. */
  readonly triggerPs?: number;
  /** By which the samples come later than that; only a CSV of 1 GSa/s showed it. */
  readonly lateS?: number;
  /** Samples of the whole memory, around whose middle the time lies. */
  readonly memoryCount: number;
  /** Samples that were saved. */
  readonly savedCount: number;
  /** Samples of the memory before those that were saved. */
  readonly firstSaved?: number;
  /** Bit 0: codes of one channel are in the places of two by turns. */
  readonly interwoven?: number;
  readonly stepsPerDivision: number;
}

const DS6000: Layout = {
  label: 'Rigol DS6000',
  rate: 96,
  offsetPs: 112,
  channels: 120,
  memoryCount: 244,
  savedCount: 252,
  firstSaved: 248,
  interwoven: 65,
  stepsPerDivision: STEPS_PER_DIVISION,
};
const DS2000: Layout = { ...DS6000, label: 'Rigol DS2000', triggerPs: 332, lateS: 25e-9 };
const LAYOUTS: Readonly<Record<string, Layout>> = {
  '2': DS2000,
  '4': {
    label: 'Rigol DS4000',
    rate: 100,
    offsetPs: 568,
    triggerPs: 340,
    channels: 124,
    memoryCount: 268,
    savedCount: 268,
    stepsPerDivision: 32,
  },
  '6': DS6000,
};

export function readDs2000(head: Uint8Array): RigolFile {
  const fields = new Fields(head.subarray(0, HEAD_BYTES));
  const serialNumber = fields.text(SERIAL_NUMBER, TEXT_BYTES);
  const family = /^[A-Z]+(\d)/i.exec(serialNumber)?.[1] ?? '';
  const layout = LAYOUTS[family];
  if (!layout) {
    throw new FormatError(
      'format/unsupported',
      `The serial number "${serialNumber}" is of no family that is known. Save the capture as CSV.`,
      SERIAL_NUMBER,
    );
  }
  const mask = fields.u8(CHANNEL_MASK);
  const isInterwoven = layout.interwoven !== undefined && (fields.u8(layout.interwoven) & 1) === 1;
  const rateHz = fields.f32(layout.rate);
  const firstSaved = layout.firstSaved === undefined ? 0 : fields.u32(layout.firstSaved);
  const count = fields.u32(layout.savedCount);
  const memoryCount = fields.u32(layout.memoryCount);
  const isOlder = family === '2' && isOlderMake(fields, layout);
  // what the older make has in these places is not where the trigger stands: that is in the middle, as on its screen
  const screenS = isOlder ? 0 : fields.i64(layout.offsetPs) * 1e-12;
  const offsetS = isOlder || layout.triggerPs === undefined ? screenS : -fields.i64(layout.triggerPs) * 1e-12;
  const start = centredStart(offsetS + (layout.lateS ?? 0), memoryCount, rateHz) + firstSaved / rateHz;
  const offsetOf = (channel: number) => fields.u32(CHANNEL_OFFSETS + 4 * channel) + firstSaved;
  const channels: { trace: Trace; settings: ChannelSettings }[] = [];
  for (let channel = 0; channel < CHANNEL_COUNT; channel++) {
    const at = layout.channels + channel * CHANNEL_BYTES;
    const isSaved = family === '2' ? fields.u8(at + IS_ENABLED) !== 0 : ((mask >> channel) & 1) === 1;
    if (!isSaved || (!isInterwoven && offsetOf(channel) === firstSaved)) continue;
    const isNewer = family === '2' && !isOlder;
    const { unit, step, settings } = verticalOf(fields, at, {
      stepsPerDivision: layout.stepsPerDivision,
      couplingBit: family === '2' ? 6 : 0,
      isNewer,
    });
    channels.push({
      trace: {
        name: `CH${channel + 1}`,
        unit,
        run: {
          type: 'u8',
          offsetBytes: offsetOf(isInterwoven ? 0 : channel),
          ...(isInterwoven ? { betweenOffsetBytes: offsetOf(1) } : {}),
          scale: step,
          offset: -MIDDLE * step - drawnOffset(settings, layout.stepsPerDivision),
        },
        count,
        start,
        step: 1 / rateHz,
      },
      settings,
    });
  }
  return {
    label: layout.label,
    model: layout.label.replace('Rigol ', ''),
    serialNumber,
    firmware: fields.text(FIRMWARE, TEXT_BYTES),
    traces: channels.map(({ trace }) => trace),
    metadata: channelMetadata(channels),
    notes: Math.abs(screenS - offsetS) < 1 / rateHz ? [] : [movedNote(screenS - offsetS)],
  };
}

const movedNote = (byS: number): string =>
  `The screen was moved by ${formatSiText(byS, 's')} after the samples were taken. Times are from the trigger; those of a CSV of that screen may not be.`;

/** DS2000 of a newer make have other bytes in a channel: enabled is 8, unit and inversion are exchanged, no probe code. */
function isOlderMake(fields: Fields, layout: Layout): boolean {
  const enabled = Array.from({ length: CHANNEL_COUNT }, (_, channel) =>
    fields.u8(layout.channels + channel * CHANNEL_BYTES + IS_ENABLED),
  );
  return enabled.includes(1);
}
