// The WAVEDESC of a trace of ours: where things stand in the template LECROY_2_3, which instruments print for `TMPL?`.

import type { Lattice } from './lattice.ts';
import { LEAST_CODE, MOST_CODE } from './lattice.ts';
import type { TraceParts } from './lecroy-parts.ts';

export const DESCRIPTOR_BYTES = 346;

/** Values of enumerations of the template. */
const COMM_WORD = 1;
const COMM_LOFIRST = 1;
const RECORD_SINGLE_SWEEP = 0;
const NO_PROCESSING = 0;
const TIMEBASE_EXTERNAL = 100;
const COUPLINGS: Readonly<Record<string, number>> = { dc: 2, ground: 1, ac: 4 };
const WAVE_SOURCE_UNKNOWN = 9;
const MOST_SOURCES = 4;

/** TIMEBASE 0 is 1 ps per division, and 47 is 5 ks; FIXED_VERT_GAIN 0 is 1 µV, and 27 is 1 kV; both in steps of 1, 2 and 5. */
const FIRST_TIMEBASE_S = 1e-12;
const LAST_TIMEBASE = 47;
const FIRST_VERTICAL_V = 1e-6;
const LAST_VERTICAL = 27;

export interface DescriptorParts {
  readonly parts: TraceParts;
  readonly lattice: Lattice;
  readonly textBytes: number;
  readonly timeBytes: number;
  readonly about: Readonly<Record<string, string>>;
  /** ISO 8601, such as `2026-11-30T12:00:00.5`; empty where nobody knows it. */
  readonly triggerTime: string;
}

export function descriptorBytes({
  parts,
  lattice,
  textBytes,
  timeBytes,
  about,
  triggerTime,
}: DescriptorParts): Uint8Array {
  const { info, stepS, count, segmentCount, segments } = parts;
  const bytes = new Uint8Array(DESCRIPTOR_BYTES);
  const view = new DataView(bytes.buffer);
  const text = (offset: number, length: number, content: string) =>
    bytes.set(latin1(content).subarray(0, length - 1), offset);
  const i16 = (offset: number, value: number) => view.setInt16(offset, value, true);
  const i32 = (offset: number, value: number) => view.setInt32(offset, value, true);
  const f32 = (offset: number, value: number) => view.setFloat32(offset, value, true);
  const f64 = (offset: number, value: number) => view.setFloat64(offset, value, true);
  const settings = settingsOf(about['settings']);
  const source = channelOf(info.name);
  const own = (id: string) => (source === undefined ? undefined : settings[`${source}.${id}`]);
  text(0, 16, 'WAVEDESC');
  text(16, 16, 'LECROY_2_3');
  i16(32, COMM_WORD);
  i16(34, COMM_LOFIRST);
  i32(36, DESCRIPTOR_BYTES);
  i32(40, textBytes);
  i32(48, timeBytes);
  i32(60, 2 * count);
  text(76, 16, info.source);
  text(96, 16, info.name);
  i32(116, count);
  i32(120, segmentCount);
  i32(124, 0);
  i32(128, Math.max(0, count - 1));
  // sparsing
  i32(136, 1);
  i32(144, segments.length);
  // sweeps
  i32(148, 1);
  f32(156, lattice.gain);
  f32(160, lattice.offset);
  f32(164, MOST_CODE);
  f32(168, LEAST_CODE);
  i16(172, lattice.bits);
  i16(174, segments.length);
  f32(176, stepS);
  f64(180, segments[0]!.startS);
  text(196, 48, info.unit);
  text(244, 48, 'S');
  writeTriggerTime(view, triggerTime);
  i16(316, RECORD_SINGLE_SWEEP);
  i16(318, NO_PROCESSING);
  i16(322, 1);
  i16(324, stepIndex(settings['timeScale'], FIRST_TIMEBASE_S, LAST_TIMEBASE) ?? TIMEBASE_EXTERNAL);
  i16(326, COUPLINGS[String(own('coupling'))] ?? COUPLINGS['dc']!);
  const probe = Number(own('probe'));
  f32(328, probe > 0 ? probe : 1);
  i16(332, stepIndex(own('scale'), FIRST_VERTICAL_V, LAST_VERTICAL) ?? 0);
  f32(336, 1);
  i16(344, source !== undefined && source <= MOST_SOURCES ? source - 1 : WAVE_SOURCE_UNKNOWN);
  return bytes;
}

/** Settings by parameter; none where they are in an instrument's own words. */
function settingsOf(text = ''): Readonly<Record<string, unknown>> {
  if (!text.startsWith('{')) return {};
  try {
    return JSON.parse(text) as Readonly<Record<string, unknown>>;
  } catch {
    return {};
  }
}

/** 1 of `C1`, `CH1` and `CHAN1`. */
function channelOf(name: string): number | undefined {
  const number = /^C(?:H|HAN)?(\d)$/i.exec(name)?.[1];
  return number === undefined ? undefined : Number(number);
}

/** Which of the steps 1, 2, 5, 10 … from the first one it is. */
function stepIndex(value: unknown, first: number, last: number): number | undefined {
  if (typeof value !== 'number' || !(value > 0)) return undefined;
  const decade = Math.floor(Math.log10(value / first) + 1e-6);
  const digit = [1, 2, 5].findIndex((wanted) => Math.abs(value / first / 10 ** decade / wanted - 1) < 1e-3);
  const index = 3 * decade + digit;
  return digit >= 0 && index >= 0 && index <= last ? index : undefined;
}

/** Zero where nobody knows it. */
function writeTriggerTime(view: DataView, text: string): void {
  const parts = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d(?:\.\d+)?)Z?$/.exec(text);
  if (!parts) return;
  const [year, month, day, hours, minutes, seconds] = parts.slice(1).map(Number);
  view.setFloat64(296, seconds!, true);
  view.setUint8(304, minutes!);
  view.setUint8(305, hours!);
  view.setUint8(306, day!);
  view.setUint8(307, month!);
  view.setInt16(308, year!, true);
}

/** What single bytes cannot hold is `?`. */
function latin1(text: string): Uint8Array {
  return Uint8Array.from([...text].map((letter) => (letter.charCodeAt(0) < 256 ? letter.charCodeAt(0) : 0x3f)));
}
