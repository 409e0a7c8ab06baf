// The picture of a scope's screen as the instrument sends it: a small PNG (RFC 2083) or BMP, with graticule and traces.

import type { Acquisition } from './acquisition.ts';

const WIDTH = 320;
const HEIGHT = 240;

/** Background, graticule, and a colour per channel. */
const PALETTE: readonly (readonly [number, number, number])[] = [
  [0, 0, 0],
  [70, 70, 70],
  [250, 250, 0],
  [0, 220, 250],
  [250, 0, 220],
  [0, 120, 250],
];

export function screenPicture(scope: Acquisition, kind: 'PNG' | 'BMP'): Uint8Array<ArrayBuffer> {
  const pixels = drawScreen(scope);
  return kind === 'PNG' ? pngOf(pixels) : bmpOf(pixels);
}

/** An index into the palette per pixel, from the upper left. */
function drawScreen(scope: Acquisition): Uint8Array {
  const { horizontalDivisions, verticalDivisions, codesPerDivision } = scope.hardware;
  const pixels = new Uint8Array(WIDTH * HEIGHT);
  for (let i = 0; i <= horizontalDivisions; i++) {
    const x = Math.round((i * (WIDTH - 1)) / horizontalDivisions);
    for (let y = 0; y < HEIGHT; y++) pixels[y * WIDTH + x] = 1;
  }
  for (let i = 0; i <= verticalDivisions; i++) {
    const y = Math.round((i * (HEIGHT - 1)) / verticalDivisions);
    pixels.fill(1, y * WIDTH, (y + 1) * WIDTH);
  }
  const record = scope.record;
  if (record === undefined) return pixels;
  const stepS = (record.timeScaleS * horizontalDivisions) / WIDTH;
  record.channels.forEach(({ isOn }, index) => {
    if (!isOn) return;
    const codes = scope.codes(record, index, { startS: record.startS, stepS, count: WIDTH });
    codes.forEach((code, x) => {
      const fromTop = 0.5 - code / codesPerDivision / verticalDivisions;
      const y = Math.round(Math.min(Math.max(fromTop, 0), 1) * (HEIGHT - 1));
      pixels[y * WIDTH + x] = 2 + (index % (PALETTE.length - 2));
    });
  });
  return pixels;
}

function bmpOf(pixels: Uint8Array): Uint8Array<ArrayBuffer> {
  const HEADERS = 14 + 40;
  const offset = HEADERS + 4 * PALETTE.length;
  const bytes = new Uint8Array(offset + pixels.length);
  const view = new DataView(bytes.buffer);
  view.setUint16(0, 0x4d42, true);
  view.setUint32(2, bytes.length, true);
  view.setUint32(10, offset, true);
  view.setUint32(14, 40, true);
  view.setInt32(18, WIDTH, true);
  view.setInt32(22, HEIGHT, true);
  view.setUint16(26, 1, true);
  view.setUint16(28, 8, true);
  view.setUint32(34, pixels.length, true);
  view.setUint32(46, PALETTE.length, true);
  PALETTE.forEach(([red, green, blue], i) => {
    bytes.set([blue, green, red, 0], HEADERS + 4 * i);
  });
  // rows from below
  for (let y = 0; y < HEIGHT; y++) {
    bytes.set(pixels.subarray((HEIGHT - 1 - y) * WIDTH, (HEIGHT - y) * WIDTH), offset + y * WIDTH);
  }
  return bytes;
}

function pngOf(pixels: Uint8Array): Uint8Array<ArrayBuffer> {
  const header = new DataView(new ArrayBuffer(13));
  header.setUint32(0, WIDTH);
  header.setUint32(4, HEIGHT);
  header.setUint8(8, 8);
  header.setUint8(9, 3);
  // a row begins with the number of its filter, here none
  const rows = new Uint8Array((WIDTH + 1) * HEIGHT);
  for (let y = 0; y < HEIGHT; y++) rows.set(pixels.subarray(y * WIDTH, (y + 1) * WIDTH), y * (WIDTH + 1) + 1);
  return concatenated([
    Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a),
    pngChunk('IHDR', new Uint8Array(header.buffer)),
    pngChunk('PLTE', Uint8Array.from(PALETTE.flat())),
    pngChunk('IDAT', stored(rows)),
    pngChunk('IEND', new Uint8Array(0)),
  ]);
}

function pngChunk(name: string, content: Uint8Array): Uint8Array {
  const chunk = new Uint8Array(12 + content.length);
  const view = new DataView(chunk.buffer);
  view.setUint32(0, content.length);
  chunk.set(
    Uint8Array.from(name, (c) => c.charCodeAt(0)),
    4,
  );
  chunk.set(content, 8);
  view.setUint32(8 + content.length, crc32(chunk.subarray(4, 8 + content.length)));
  return chunk;
}

/** A zlib stream (RFC 1950) of blocks that are stored as they are (RFC 1951, 3.2.4). */
function stored(data: Uint8Array): Uint8Array {
  const MAX_STORED = 65_535;
  const parts: Uint8Array[] = [Uint8Array.of(0x78, 0x01)];
  for (let start = 0; start < data.length; start += MAX_STORED) {
    const piece = data.subarray(start, start + MAX_STORED);
    const n = piece.length;
    const isLast = start + n === data.length ? 1 : 0;
    parts.push(Uint8Array.of(isLast, n & 0xff, n >> 8, ~n & 0xff, (~n >> 8) & 0xff), piece);
  }
  const sum = new DataView(new ArrayBuffer(4));
  sum.setUint32(0, adler32(data));
  return concatenated([...parts, new Uint8Array(sum.buffer)]);
}

function adler32(data: Uint8Array): number {
  let [a, b] = [1, 0];
  for (const byte of data) {
    a = (a + byte) % 65_521;
    b = (b + a) % 65_521;
  }
  return (b * 65_536 + a) >>> 0;
}

function crc32(data: Uint8Array): number {
  let crc = 0xffff_ffff;
  for (const byte of data) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb8_8320 : 0);
  }
  return ~crc >>> 0;
}

function concatenated(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length;
  }
  return whole;
}
