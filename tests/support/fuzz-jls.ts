// Lies inside JLS files whose checksums fit, and a small JLS v2 file with a bit of everything.

import { utcFromTicks } from '../../src/base/time.ts';
import { JlsWriter } from '../../src/formats/jls/v2/writer.ts';
import { MemoryFile } from '../../src/formats/memory-file.ts';
import { lie, type Random } from './damage.ts';
import { jlsWorkspace } from './jls.ts';

/** Reflected polynomials: IEEE 802.3 in JLS v1, Castagnoli in JLS v2. */
const crcV1 = crcFunction(0xedb8_8320);
const crcV2 = crcFunction(0x82f6_3b78);

/** A lie in the length or payload of a JLS v1 record. */
export function lieInRecord(original: Uint8Array, random: Random): Uint8Array {
  const bytes = new Uint8Array(original);
  const view = new DataView(bytes.buffer);
  const starts: number[] = [];
  for (let at = 32; at + 8 <= bytes.byteLength; at += Math.ceil((view.getUint32(at + 4, true) + 12) / 8) * 8)
    starts.push(at);
  const at = starts[Math.floor(random() * starts.length)]!;
  const length = view.getUint32(at + 4, true);
  const end = at + Math.ceil((length + 12) / 8) * 8;
  if (length === 0 || random() < 0.3) lie(bytes, at + 4, at + 8, random);
  else lie(bytes, at + 8, at + 8 + Math.min(length, 320), random);
  if (end <= bytes.byteLength) view.setUint32(end - 4, crcV1(bytes.subarray(at, end - 4)), true);
  return bytes;
}

/** A lie in the header or payload of a JLS v2 chunk. */
export function lieInChunk(original: Uint8Array, random: Random): Uint8Array {
  const bytes = new Uint8Array(original);
  const view = new DataView(bytes.buffer);
  const starts: number[] = [];
  for (let at = 32; at + 32 <= bytes.byteLength; ) {
    starts.push(at);
    const length = view.getUint32(at + 20, true);
    at += 32 + (length > 0 ? Math.ceil((length + 4) / 8) * 8 : 0);
  }
  const at = starts[Math.floor(random() * starts.length)]!;
  const length = view.getUint32(at + 20, true);
  const isHeader = length === 0 || random() < 0.4;
  if (isHeader) lie(bytes, at, at + 28, random);
  else {
    lie(bytes, at + 32, at + 32 + Math.min(length, 160), random);
    view.setUint32(at + 28 + Math.ceil((length + 4) / 8) * 8, crcV2(bytes.subarray(at + 32, at + 32 + length)), true);
  }
  view.setUint32(at + 28, crcV2(bytes.subarray(at, at + 28)), true);
  return bytes;
}

/** A JLS v2 file of several signals, levels, annotations and pairs, in few bytes. */
export function smallJlsV2(): Uint8Array {
  const file = new MemoryFile();
  const writer = new JlsWriter(jlsWorkspace(), file);
  const sizes = {
    samplesPerData: 32,
    sampleDecimateFactor: 8,
    entriesPerSummary: 12,
    summaryDecimateFactor: 10,
    annotationDecimateFactor: 3,
    utcDecimateFactor: 3,
  };
  const signal = { sourceId: 1, sampleRateHz: 100, sizes };
  writer.defineSource({ sourceId: 1, name: 'fuzz' });
  writer.defineSignal({ ...signal, signalId: 1, dtype: 'f64', name: 'a', unit: 'V' });
  writer.defineSignal({ ...signal, signalId: 2, dtype: 'u4', name: 'b', unit: '', isConstantOmitted: true });
  writer.userData({ meta: 1, storage: 'json', data: '{"a":1}' });
  for (let i = 0; i < 8; i++) {
    const sine = Float64Array.from({ length: 60 }, (_, k) => Math.sin(k + i));
    writer.writeSamples(1, 100 + i * 60, sine);
    writer.writeSamples(2, i * 300, new Uint8Array(150).fill(i < 4 ? 0x22 : i * 0x11 + 1));
    writer.utc(1, 100 + i * 60, utcFromTicks(BigInt(i) << 30n));
    const timestamp = BigInt(100 + i);
    writer.annotation(1, { timestamp, kind: 'text', storage: 'string', groupId: 0, y: 0, data: `t${i}` });
  }
  writer.close();
  return file.bytes.slice();
}

function crcFunction(polynomial: number): (bytes: Uint8Array) => number {
  const table = Uint32Array.from({ length: 256 }, (_, byte) => {
    let crc = byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ polynomial : crc >>> 1;
    return crc;
  });
  return (bytes) => {
    let crc = 0xffff_ffff;
    for (const byte of bytes) crc = (crc >>> 8) ^ table[(crc ^ byte) & 0xff]!;
    return ~crc >>> 0;
  };
}
