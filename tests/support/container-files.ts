// Small files of the kinds that hold others, and of logic analysers and sound: made here, after their descriptions.
// Node only.

import { gzipSync } from 'node:zlib';
import { BlobReader, BlobWriter, ZipWriter } from '@zip.js/zip.js';

type Content = string | Uint8Array;

export function bytesOf(content: Content): Uint8Array<ArrayBuffer> {
  return typeof content === 'string' ? new TextEncoder().encode(content) : new Uint8Array(content);
}

/** A zip of these files, packed unless `level` is 0. */
export async function zipOf(files: Readonly<Record<string, Content>>, level = 6): Promise<Uint8Array<ArrayBuffer>> {
  const zip = new ZipWriter(new BlobWriter(), { useWebWorkers: false });
  for (const [name, content] of Object.entries(files)) {
    await zip.add(name, new BlobReader(new Blob([bytesOf(content)])), { level });
  }
  return new Uint8Array(await (await zip.close()).arrayBuffer());
}

/** Numbers one behind the other, the low byte first, as `struct.pack('<…')` of Python: `i` 32 bits, `q` 64, `d`, `f`. */
export function packed(form: string, ...values: readonly (number | bigint)[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(8 * values.length);
  const view = new DataView(bytes.buffer);
  let at = 0;
  for (const [index, letter] of [...form].entries()) {
    const value = values[index]!;
    if (letter === 'd') view.setFloat64(at, Number(value), true);
    else if (letter === 'q') view.setBigUint64(at, BigInt.asUintN(64, BigInt(value)), true);
    else if (letter === 'f') view.setFloat32(at, Number(value), true);
    else if (letter === 'i') view.setUint32(at, Number(value) >>> 0, true);
    else if (letter === 'h') view.setUint16(at, Number(value) & 0xffff, true);
    else view.setUint8(at, Number(value) & 0xff);
    at += { d: 8, q: 8, f: 4, i: 4, h: 2 }[letter] ?? 1;
  }
  return bytes.slice(0, at);
}

export function joined(...parts: readonly Content[]): Uint8Array<ArrayBuffer> {
  return new Uint8Array(Buffer.concat(parts.map(bytesOf)));
}

/** An array as numpy.lib.format 1.0 has it; `data` are its items as they lie. */
export function npyOf(
  descr: string,
  shape: readonly number[],
  data: Uint8Array,
  isFortran = false,
): Uint8Array<ArrayBuffer> {
  const shapeText = shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(', ')})`;
  const dict = `{'descr': ${descr}, 'fortran_order': ${isFortran ? 'True' : 'False'}, 'shape': ${shapeText}, }`;
  const head = `${dict.padEnd(Math.ceil((dict.length + 11) / 64) * 64 - 11)}\n`;
  return joined(Uint8Array.of(0x93), 'NUMPY', packed('bbh', 1, 0, head.length), Buffer.from(head, 'latin1'), data);
}

/** An array of doubles. */
export function f8Of(values: readonly number[]): Uint8Array<ArrayBuffer> {
  return npyOf("'<f8'", [values.length], new Uint8Array(Float64Array.from(values).buffer));
}

export interface WavParts {
  readonly tag?: number;
  readonly channels?: number;
  readonly rateHz?: number;
  /** Bytes of a sample. */
  readonly width: number;
  readonly data: Uint8Array;
  /** What is stated for the samples and the whole. */
  readonly statedBytes?: number;
  /** Chunks before the samples. */
  readonly before?: Uint8Array;
  readonly after?: Uint8Array;
}

export function chunkOf(id: string, data: Uint8Array, statedBytes = data.length): Uint8Array<ArrayBuffer> {
  return joined(id, packed('i', statedBytes), data, new Uint8Array(data.length % 2));
}

/** RIFF WAVE (Microsoft, Multimedia Programming Interface 1.0). */
export function wavOf({ tag = 1, channels = 1, rateHz = 8000, width, data, statedBytes, before, after }: WavParts) {
  const format = packed('hhiihh', tag, channels, rateHz, rateHz * channels * width, channels * width, 8 * width);
  const samples = chunkOf('data', data, statedBytes);
  const body = joined('WAVE', chunkOf('fmt ', format), before ?? '', samples, after ?? '');
  return joined('RIFF', packed('i', statedBytes ?? body.length), body);
}

/** A sigrok session: two logic probes in two chunks and an analogue channel. */
export function sigrokFiles(rate = 'samplerate=200 kHz\n'): Readonly<Record<string, Content>> {
  return {
    version: '2',
    metadata: `[global]\nsigrok version=0.6.0\n\n[device 1]\ncapturefile=logic-1\ntotal probes=11\n${rate}total analog=1\nprobe1=CLK\nprobe10=DATA\nanalog12=VBUS\nunitsize=2\n`,
    'logic-1-1': Uint8Array.of(1, 0, 0, 2, 1, 2),
    'logic-1-10': Uint8Array.of(1, 0),
    'logic-1-2': Uint8Array.of(0, 0),
    'analog-1-12-1': packed('fff', 1.5, -2.25, 3),
    'analog-1-12-2': packed('ff', 0.5, 4),
  };
}

/** A Power Profiler session; `levels` are the eight inputs of each sample as two bits each, input 0 lowest. */
export function ppk2Files(
  samples: readonly (readonly [current: number, levels: number])[],
  metadata: unknown = { metadata: { samplesPerSecond: 1000, startSystemTime: 1_700_000_000_250 }, formatVersion: 2 },
): Readonly<Record<string, Content>> {
  return {
    'session.raw': joined(...samples.map(([current, levels]) => packed('fh', current, levels))),
    'metadata.json': JSON.stringify(metadata),
    'minimap.raw': '{"data":{"length":0}}',
  };
}

export const VCD_TEXT = `$date 2026-11-30 $end
$version a hand $end
$timescale 10 ns $end
$scope module top $end
$var wire 1 ! clk $end
$var wire 8 " data [7:0] $end
$scope module sub $end
$var real 64 # temp $end
$var integer 32 % n $end
$upscope $end
$var wire 1 ! alias $end
$upscope $end
$enddefinitions $end
#0
$dumpvars
x!
bxxxxxxxx "
r0.5 #
$end
#5
0!
b101 "
b11111111111111111111111111111110 %
#10
1!
r-1e3 #
#25
z!
b11111111 "
#100
`;

/** A digital channel, version 0: high at first, three changes in two seconds. */
export const SALEAE_DIGITAL = joined('<SALEAE>', packed('iiiddqddd', 0, 0, 1, 0, 2, 3, 0.5, 0.75, 1.5));
/** Version 1: two stretches with a second between them. */
export const SALEAE_STRETCHES = joined(
  '<SALEAE>',
  packed('iiq', 1, 0, 2),
  packed('idddqd', 0, 1e6, 0, 1, 1, 0.5),
  packed('idddq', 1, 1e6, 2, 3, 0),
);
export const SALEAE_ANALOG = joined('<SALEAE>', packed('iidqqqffff', 0, 1, 0.25, 1_000_000, 10, 4, 1, -2, 3, 4.5));
export const SALEAE_WAVEFORMS = joined(
  '<SALEAE>',
  packed('iiq', 1, 1, 2),
  packed('dddqqff', 0.25, 0.3, 1e6, 1, 2, 1, 2),
  packed('dddqqf', 1.25, 1.3, 5e5, 1, 1, 7),
);

export const TABLE_TEXT = `time (s),U (V)\n${Array.from({ length: 60 }, (_, row) => `${row / 100},${row % 7}`).join('\n')}\n`;

const RISE = Array.from({ length: 100 }, (_, index) => index / 50);
const WAVE = RISE.map((timeS) => Math.sin(9 * timeS));

/** A file of each kind, by its name. */
export async function containerFiles(): Promise<ReadonlyMap<string, Uint8Array>> {
  const info = joined('INFO', chunkOf('IART', bytesOf('a hand\0')), chunkOf('ICMT', bytesOf('odd\0\0')));
  return new Map<string, Uint8Array>([
    [
      'npz, stored',
      await zipOf({ 'time.npy': f8Of(RISE), 'u.npy': f8Of(WAVE), 'fs.npy': npyOf("'<f8'", [], packed('d', 50)) }, 0),
    ],
    ['npz, packed', await zipOf({ 't.npy': f8Of(RISE.map((timeS) => timeS ** 2)), 'u.npy': f8Of(WAVE) })],
    ['sigrok session', await zipOf(sigrokFiles())],
    [
      'Power Profiler session',
      await zipOf(ppk2Files(WAVE.map((value, index) => [value, index % 2 ? 0x5555 : 0x5556]))),
    ],
    ['zip of tables', await zipOf({ 'a/1.csv': TABLE_TEXT, 'a/2.csv': TABLE_TEXT.slice(0, 200), 'b.npy': f8Of(WAVE) })],
    ['gzip', gzipSync(TABLE_TEXT)],
    ['gzip, members', joined(gzipSync(TABLE_TEXT.slice(0, 100)), gzipSync(TABLE_TEXT.slice(100)))],
    [
      'WAV, 16 bits',
      wavOf({
        channels: 2,
        width: 2,
        data: new Uint8Array(Int16Array.from(WAVE, (value) => 30_000 * value).buffer),
        before: chunkOf('LIST', info),
      }),
    ],
    ['WAV, float', wavOf({ tag: 3, width: 4, data: new Uint8Array(Float32Array.from(WAVE).buffer) })],
    ['VCD', bytesOf(VCD_TEXT)],
    ['Saleae digital', SALEAE_STRETCHES],
    ['Saleae analog', SALEAE_WAVEFORMS],
  ]);
}
