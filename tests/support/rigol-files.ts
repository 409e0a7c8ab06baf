// .wfm files of Rigol's families with numbers of our own, laid out as Rigol's papers on the families say (DS1000B, DS4000
// and DHO: as the instruments' files are).

import { deflateSync } from 'node:zlib';
import { Bytes, joinBytes } from './scope-bytes.ts';

/** Codes of a channel: a ramp that passes every eighth code, so that no two neighbours are the same. */
export const codes = (count: number, first: number): number[] =>
  Array.from({ length: count }, (_, index) => (first + 8 * index) % 256);

/** Two channels of 40 codes: 2 V/div with a probe of 10 and shifted up by 5 steps, 0.5 V/div and 12 steps down. */
export function ds1000e({ hasLogic = false, headBytes = 276 } = {}): Uint8Array<ArrayBuffer> {
  const file = new Bytes(headBytes + 80 + (hasLogic ? 80 : 0)).u8(0, 0xa5, 0xa5).u32(28, 40);
  const channel = (at: number, scaleUv: number, shift: number, probe: number) =>
    file
      .f32(at + 8, probe)
      .u8(at + 13, 1)
      .u32(at + 16, scaleUv)
      .u16(at + 20, shift);
  channel(36, 200_000, 5, 10);
  channel(60, 500_000, -12, 1);
  file.f32(100, 250_000).i64(92, 3_000_000).i64(112, 3_000_000);
  if (hasLogic) file.u8(120, 1, 16).u16(122, 0xffff);
  file.u8(headBytes, ...codes(40, 3)).u8(headBytes + 40, ...codes(40, 100));
  if (hasLogic) Array.from({ length: 40 }, (_, index) => file.u16(headBytes + 80 + 2 * index, index << 4));
  return file.bytes;
}

/** Channels 1 and 3 of four, 32 codes each. */
export function ds1000b(): Uint8Array<ArrayBuffer> {
  const file = new Bytes(420 + 4 * 32).u8(0, 0xa5, 0xa5, 0xa4, 1).text(4, 'DS1204B').u32(60, 32);
  const channel = (at: number, scaleUv: number, shift: number) =>
    file
      .f32(at + 8, 1)
      .u8(at + 14, 1)
      .u32(at + 16, scaleUv)
      .u16(at + 20, shift);
  channel(68, 1_000_000, 7);
  channel(116, 5_000_000, -20);
  file.i64(172, -1_000_000).f32(180, 1_000_000);
  return file.u8(420, ...codes(32, 9)).u8(420 + 64, ...codes(32, 50)).bytes;
}

/**
 * Channels 1 and 4: their codes take turns, the last channel first. 600 codes, of which 256 are spare. The first is set to
 * a range whose gain is known, with a trim of 40; the second is not.
 */
export function ds1000z({ version = '00.04.04.SP3' } = {}): Uint8Array<ArrayBuffer> {
  const file = new Bytes(1196 + 1200)
    .u8(0, 1, 0xff, 0xff, 0xff, 0xa5, 0xa5, 0x38, 0)
    .text(8, 'DS1054Z')
    .text(28, version);
  file.i64(72, 2_000_000).u8(88, 0b1001).u32(116, 1200).f32(120, 0.05);
  const channel = (at: number, scale: number, shift: number) =>
    file
      .u8(at, 1, 1, 1, 0, 9)
      .f32(at + 8, scale)
      .f32(at + 12, shift)
      .u8(at + 17, 2);
  channel(124, 1, 0.5);
  channel(124 + 3 * 28, 5, -2);
  file
    .u32(256, 896)
    .u32(260, 300)
    .u32(264, 14)
    .u8(300 + 116, 128 + 40, 128, 128, 128);
  for (let index = 0; index < 600; index++) {
    file.u8(1196 + 2 * index, (7 * index) % 251).u8(1197 + 2 * index, (3 * index) % 241);
  }
  return file.bytes;
}

/**
 * `family` 2, 4 or 6. Two channels of 50 codes; of the memory of 60 the first 10 were not saved (not in DS4000). The middle
 * is 5 µs behind the trigger; the screen was moved by `movedPs` since.
 */
export function ds2000(
  family: 2 | 4 | 6,
  { isInterwoven = false, isOlder = false, movedPs = 0 } = {},
): Uint8Array<ArrayBuffer> {
  const file = new Bytes(700 + 2 * 60).u8(0, 0xa5, 0xa5, 0x38, 0).text(4, `DS${family}A0000001`).text(24, '00.01.02');
  const isFour = family === 4;
  const channels = isFour ? 124 : 120;
  file
    .u8(64, isInterwoven ? 2 : 3, isInterwoven ? 1 : 0)
    .u32(68, 700)
    .u32(72, 760);
  const enabled = family === 2 && !isOlder ? 8 : 1;
  const channel = (at: number, scale: number, offset: number) => {
    const isNewer = family === 2 && !isOlder;
    file
      .u8(at, enabled, 0, 0, 0, isNewer ? 0 : 9)
      .f32(at + 8, scale)
      .f32(at + 12, offset);
    file.u8(at + 16, isNewer ? 2 : 0, isNewer ? 0 : 2);
  };
  if (!isInterwoven) channel(channels, 0.5, -0.25);
  channel(channels + 28, 2, 3);
  if (isFour)
    file
      .f32(100, 4_000_000)
      .i64(340, -5_000_000)
      .i64(568, 5_000_000 + movedPs)
      .u32(268, 50);
  else
    file
      .f32(96, 4_000_000)
      .i64(112, 5_000_000 + movedPs)
      .u32(244, 60)
      .u32(248, 10)
      .u32(252, isInterwoven ? 100 : 50);
  if (family === 2) file.i64(332, -5_000_000);
  const skipped = isFour ? 0 : 10;
  return file.u8(700 + skipped, ...codes(50, 11)).u8(760 + skipped, ...codes(50, 90)).bytes;
}

/** Channels 2 and 3 of a DHO800: 20 samples, 2 of 0.8 ns apart. */
export function dho(): Uint8Array<ArrayBuffer> {
  const block = (id: number, type: number, content: Uint8Array) => {
    const packed = deflateSync(content);
    const storedBytes = Math.ceil(packed.length / 16) * 16;
    return new Bytes(12 + storedBytes)
      .u16(0, id)
      .u16(2, type)
      .u16(4, content.length)
      .u16(6, packed.length)
      .u16(8, storedBytes)
      .put(12, packed).bytes;
  };
  const channel = (id: number, isOn: boolean, scale: number, centre: number) =>
    block(id, 5, new Bytes(80).u8(0, Number(isOn)).i64(1, scale).u32(38, centre).bytes);
  const samples = new Bytes(40 + 80).i64(0, 40).i64(8, 77).u32(16, 2).u32(24, 20).u32(28, 20);
  for (let index = 0; index < 40; index++) samples.u16(40 + 2 * index, 30_000 + 100 * index);
  return joinBytes(
    new Bytes(24).u32(0, 2).bytes,
    block(11, 17, new TextEncoder().encode('DHO824 '.repeat(8))),
    channel(1, false, 1, 0),
    channel(2, true, 75_000_000, 250_000_000),
    channel(3, true, 150_000_000, -1_000_000_000),
    new Uint8Array(12 + 37),
    samples.bytes,
  );
}
