// Files of Keysight, Rigol (.bin), Tektronix and Rohde & Schwarz with numbers of our own, laid out as the makers' manuals
// say.

import { Bytes, joinBytes } from './scope-bytes.ts';

export interface BufferParts {
  readonly type: number;
  readonly pointBytes: 1 | 4;
  readonly values: readonly number[];
}

export interface WaveformParts {
  readonly label: string;
  readonly buffers: readonly BufferParts[];
  readonly type?: number;
  readonly xOrigin?: number;
  readonly xIncrement?: number;
  readonly xUnit?: number;
  readonly yUnit?: number;
  readonly segmentIndex?: number;
  readonly timeTagS?: number;
}

/** A list of waveforms; `signature` is the maker's letters and the version. Sizes of version 03 have 64 bits. */
export function waveList(signature: string, waveforms: readonly WaveformParts[]): Uint8Array<ArrayBuffer> {
  const isLong = signature.endsWith('03');
  const parts = waveforms.flatMap((waveform) => [
    waveformHead(waveform),
    ...waveform.buffers.flatMap((buffer) => [bufferHead(buffer, isLong), bufferBytes(buffer)]),
  ]);
  const head = new Bytes(isLong ? 16 : 12).text(0, signature);
  const sizeBytes = parts.reduce((sum, { length }) => sum + length, head.bytes.length);
  if (isLong) head.i64(4, sizeBytes).u32(12, waveforms.length);
  else head.u32(4, sizeBytes).u32(8, waveforms.length);
  return joinBytes(head.bytes, ...parts);
}

function waveformHead(waveform: WaveformParts): Uint8Array {
  const { label, buffers, type = 1, xOrigin = -0.002, xIncrement = 1e-4, xUnit = 2, yUnit = 1 } = waveform;
  return new Bytes(140)
    .u32(0, 140)
    .u32(4, type)
    .u32(8, buffers.length)
    .u32(12, buffers[0]?.values.length ?? 0)
    .f64(32, xIncrement)
    .f64(40, xOrigin)
    .u32(48, xUnit)
    .u32(52, yUnit)
    .text(56, '30 NOV 2026')
    .text(72, '12:34:56')
    .text(88, 'MSO-X 1:MY00000001')
    .text(112, label)
    .f64(128, waveform.timeTagS ?? 0)
    .u32(136, waveform.segmentIndex ?? 0).bytes;
}

function bufferHead({ type, pointBytes, values }: BufferParts, isLong: boolean): Uint8Array {
  const head = new Bytes(isLong ? 16 : 12)
    .u32(0, isLong ? 16 : 12)
    .u16(4, type)
    .u16(6, pointBytes);
  const sizeBytes = values.length * pointBytes;
  return (isLong ? head.i64(8, sizeBytes) : head.u32(8, sizeBytes)).bytes;
}

function bufferBytes({ pointBytes, values }: BufferParts): Uint8Array {
  if (pointBytes === 1) return Uint8Array.from(values);
  return new Uint8Array(Float32Array.from(values).buffer);
}

export interface TektronixParts {
  readonly version: 1 | 2 | 3;
  readonly isLittle: boolean;
  /** Codes of 16 bits of each frame. */
  readonly frames: readonly (readonly number[])[];
  readonly xUnit?: string;
  readonly storage?: number;
}

/** Each frame has two codes before its samples and one behind them; frame i was triggered 10 i + 0.25 s after the first. */
export function tektronixWfm(parts: TektronixParts): Uint8Array<ArrayBuffer> {
  const { version, isLittle, frames, xUnit = 's', storage = 0 } = parts;
  const shift = version === 1 ? -2 : 0;
  const [y, x, update] = version === 3 ? [168, 488, 784] : [168 + shift, 480 + shift, 768 + shift];
  const curve = update + 24;
  const others = frames.length - 1;
  const curveOffset = curve + 30 + others * 54;
  const frameBytes = 2 * (frames[0]!.length + 3);
  const file = new Bytes(curveOffset + frames.length * frameBytes + 8, isLittle);
  file
    .u8(0, ...(isLittle ? [0x0f, 0x0f] : [0xf0, 0xf0]))
    .text(2, `:WFM#00${version}`)
    .u8(15, 2)
    .u32(16, curveOffset);
  file.text(40, 'Ch 2').u32(72, others).u32(122, 2);
  file
    .f64(y, 0.005)
    .f64(y + 8, -0.1)
    .text(y + 20, 'V')
    .u32(y + 72, 0)
    .u32(y + 76, storage);
  file
    .f64(x, 2e-9)
    .f64(x + 8, -4e-9)
    .u32(x + 16, frames[0]!.length)
    .text(x + 20, xUnit);
  frames.forEach((codes, frame) => {
    const updateAt = frame === 0 ? update : curve + 30 + 24 * (frame - 1);
    const curveAt = frame === 0 ? curve : curve + 30 + 24 * others + 30 * (frame - 1);
    file.f64(updateAt + 12, frame === 0 ? 0.5 : 0.75).u32(updateAt + 20, 1_700_000_000 + 10 * frame);
    file
      .u32(curveAt + 14, 4)
      .u32(curveAt + 18, 4 + 2 * codes.length)
      .u32(curveAt + 22, frameBytes)
      .u32(curveAt + 26, frameBytes);
    for (const [index, code] of codes.entries()) file.u16(curveOffset + frame * frameBytes + 4 + 2 * index, code);
  });
  return file.bytes;
}

export interface RohdeSchwarzParts {
  readonly format: 'INT8BIT' | 'FLOAT' | 'XYDOUBLEFLOAT';
  readonly acquisitions?: number;
}

/** Two channels of 20 samples, 2 of them before those that count. The head, and the samples as codes or values. */
export function rohdeSchwarz({ format, acquisitions = 1 }: RohdeSchwarzParts) {
  const property = (name: string, attributes: string) => `\t\t<Prop Name="${name}" ${attributes}/>\n`;
  const head = new TextEncoder().encode(
    `<?xml version="1.0" standalone="no"?>\n<Database FWVersion="" SaveItemType="Data">\n${[
      property('RecordLength', 'Value="18" UserValue="1000"'),
      property('XStart', 'Value="-1.8e-06"'),
      property('XStop', 'Value="1.8e-06"'),
      property('SignalHardwareRecordLength', 'Value="20"'),
      property('LeadingSettlingSamples', 'Value="2"'),
      property('NofQuantisationLevels', 'Value="250"'),
      property('NumberOfAcquisitions', `Value="${acquisitions}"`),
      property('BaseUnit', 'Value="eRS_UNIT_LEVEL_V"'),
      property('SignalFormat', `Value="eRS_SIGNAL_FORMAT_${format}"`),
      property('MultiChannelExport', 'Value="eRS_ONOFF_ON"'),
      property('MultiChannelExportState', 'Size="4" I_0="eRS_ONOFF_OFF" I_1="eRS_ONOFF_ON" I_2="eRS_ONOFF_ON"'),
      property('MultiChannelSource', 'Size="4" I_1="eRS_SIGNAL_SOURCE_CH2_TR1" I_2="eRS_SIGNAL_SOURCE_CH3_TR1"'),
      property('MultiChannelVerticalScale', 'StepFactor="10" Size="4" I_1="0.5" I_2="2"'),
      property('MultiChannelVerticalOffset', 'Size="4" I_1="0.1" I_2="0"'),
      property('MultiChannelVerticalPosition', 'Size="4" I_1="0" I_2="-1"'),
      property('FirmwareVersion', 'Value="4.80.1.0"'),
    ].join('')}</Database>\n`,
  );
  const codesOf = (row: number): readonly [number, number] => [row - 60, 2 * row - 100];
  const rowCount = 20 * acquisitions;
  const form = { INT8BIT: 0, FLOAT: 4, XYDOUBLEFLOAT: 6 }[format];
  const rowBytes = { INT8BIT: 2, FLOAT: 8, XYDOUBLEFLOAT: 16 }[format];
  const samples = new Bytes(8 + rowCount * rowBytes).u32(0, form).u32(4, rowCount);
  for (let row = 0; row < rowCount; row++) {
    const at = 8 + row * rowBytes;
    const [first, second] = codesOf(row);
    if (format === 'INT8BIT') samples.u8(at, first, second);
    else if (format === 'FLOAT') samples.f32(at, first).f32(at + 4, second);
    else
      samples
        .f64(at, row)
        .f32(at + 8, first)
        .f32(at + 12, second);
  }
  return { head: new Uint8Array(head), samples: samples.bytes, codesOf };
}
