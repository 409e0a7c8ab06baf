// How the samples of a sound file are coded, and their numbers: integers become parts of the full scale.

import { FormatError } from '../../base/errors.ts';
import type { SampleType, SampleValues } from '../../model/signal-store.ts';

/** What the `fmt ` chunk says (Microsoft, Multimedia Programming Interface 1.0; mmreg.h). */
export interface SampleFormat {
  readonly channelCount: number;
  readonly sampleRateHz: number;
  /** Of all channels. */
  readonly frameBytes: number;
  /** Of one channel in a frame. */
  readonly sampleBytes: number;
  /** Bits that mean something, as stated. */
  readonly bits: number;
  readonly isFloat: boolean;
}

const PCM = 1;
const FLOAT = 3;
/** The real tag are the first two bytes of a GUID further on. */
const EXTENSIBLE = 0xfffe;
const SUB_FORMAT_OFFSET = 24;
/** Bytes up to the bits of a sample. */
const MIN_BYTES = 16;
const MAX_CHANNELS = 1024;
/** Codings that are met, for the message. */
const NAMES: ReadonlyMap<number, string> = new Map([
  [2, 'Microsoft ADPCM'],
  [6, 'A-law'],
  [7, 'µ-law'],
  [0x11, 'IMA ADPCM'],
  [0x31, 'GSM 6.10'],
  [0x50, 'MPEG'],
  [0x55, 'MP3'],
]);

/** `offsetBytes` is where the chunk lies, for messages. Throws a FormatError for what is not read. */
export function parseFormat(bytes: Uint8Array, isLittleEndian: boolean, offsetBytes: number): SampleFormat {
  const damaged = (reason: string): FormatError =>
    new FormatError('format/damaged', `The sound file cannot be read: ${reason}.`, offsetBytes);
  if (bytes.length < MIN_BYTES) throw damaged('its "fmt " chunk is cut');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const stated = view.getUint16(0, isLittleEndian);
  const isLong = stated === EXTENSIBLE && bytes.length >= SUB_FORMAT_OFFSET + 2;
  const tag = isLong ? view.getUint16(SUB_FORMAT_OFFSET, isLittleEndian) : stated;
  const channelCount = view.getUint16(2, isLittleEndian);
  const sampleRateHz = view.getUint32(4, isLittleEndian);
  const frameBytes = view.getUint16(12, isLittleEndian);
  const bits = view.getUint16(14, isLittleEndian);
  if (tag !== PCM && tag !== FLOAT) {
    const name = NAMES.get(tag) ?? `coding ${tag}`;
    const message = `The sound is packed as ${name}. Save it as PCM with another program.`;
    throw new FormatError('format/unsupported', message, offsetBytes);
  }
  if (channelCount < 1 || channelCount > MAX_CHANNELS) throw damaged(`it states ${channelCount} channels`);
  if (sampleRateHz < 1) throw damaged('it states no sample rate');
  const sampleBytes = frameBytes > 0 ? frameBytes / channelCount : Math.ceil(bits / 8);
  const isFloat = tag === FLOAT;
  const sizes = isFloat ? [4, 8] : [1, 2, 3, 4];
  if (!sizes.includes(sampleBytes)) {
    const message = `Samples of ${bits} bits in ${sampleBytes} bytes are not read. Save it as PCM of 16 bits or float.`;
    throw new FormatError('format/unsupported', message, offsetBytes);
  }
  return { channelCount, sampleRateHz, frameBytes: sampleBytes * channelCount, sampleBytes, bits, isFloat };
}

/** The type that holds the values: floats of 32 bits are exact up to 24 bits. */
export function sampleTypeOf({ sampleBytes, isFloat }: SampleFormat): SampleType {
  return sampleBytes === 8 || (sampleBytes === 4 && !isFloat) ? 'f64' : 'f32';
}

/** Reads `count` samples of a channel from frame `first` on; integers as parts of the full scale, −1 to 1. */
export function decodeSamples(
  view: DataView,
  { sampleBytes, frameBytes, isFloat }: SampleFormat,
  isLittleEndian: boolean,
  channel: number,
  first: number,
  count: number,
): SampleValues {
  const start = first * frameBytes + channel * sampleBytes;
  const fill = <T extends Float32Array | Float64Array>(values: T, read: (at: number) => number): T => {
    for (let i = 0, at = start; i < count; i++, at += frameBytes) values[i] = read(at);
    return values;
  };
  if (isFloat) {
    return sampleBytes === 4
      ? fill(new Float32Array(count), (at) => view.getFloat32(at, isLittleEndian))
      : fill(new Float64Array(count), (at) => view.getFloat64(at, isLittleEndian));
  }
  switch (sampleBytes) {
    case 1:
      // the only integers without a sign
      return fill(new Float32Array(count), (at) => (view.getUint8(at) - 128) / 128);
    case 2:
      return fill(new Float32Array(count), (at) => view.getInt16(at, isLittleEndian) / 2 ** 15);
    case 3:
      return fill(new Float32Array(count), (at) =>
        isLittleEndian
          ? ((view.getInt8(at + 2) << 16) | view.getUint16(at, true)) / 2 ** 23
          : ((view.getInt8(at) << 16) | view.getUint16(at + 1, false)) / 2 ** 23,
      );
    default:
      return fill(new Float64Array(count), (at) => view.getInt32(at, isLittleEndian) / 2 ** 31);
  }
}
