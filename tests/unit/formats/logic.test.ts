// Logic analysers: sigrok sessions, value change dumps, exports of Saleae's program; and the Power Profiler.

import { deflateRawSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { utcToUnixMs } from '../../../src/base/time.ts';
import { openFile } from '../../../src/formats/detect.ts';
import { MemoryFile } from '../../../src/formats/memory-file.ts';
import type { FormatReader } from '../../../src/formats/reader.ts';
import { NO_CONTEXT } from '../../../src/formats/row.ts';
import { COUNTED_AXIS } from '../../../src/formats/time-axis.ts';
import type { ReadChoice } from '../../../src/model/read-choice.ts';
import {
  bytesOf,
  joined,
  packed,
  ppk2Files,
  SALEAE_ANALOG,
  SALEAE_DIGITAL,
  SALEAE_STRETCHES,
  SALEAE_WAVEFORMS,
  sigrokFiles,
  VCD_TEXT,
  zipOf,
} from '../../support/container-files.ts';
import { createTestCore } from '../../support/core.ts';
import { forgeZip } from '../../support/zip-forge.ts';

const open = (bytes: Uint8Array, choice: ReadChoice = {}, name = ''): Promise<FormatReader> =>
  openFile(new MemoryFile(new Uint8Array(bytes)), createTestCore(), { ...NO_CONTEXT, choice, name });
const info = (reader: FormatReader, id: string) => reader.store.signals().find((signal) => signal.id === id)!;
const numbers = async (reader: FormatReader, id: string): Promise<number[]> =>
  Array.from((await reader.store.samples(id, 0, info(reader, id).endSample)).values, Number);
const changes = async (reader: FormatReader, id: string) => {
  const { values, timesS } = await reader.store.samples(id, 0, info(reader, id).endSample);
  return Array.from(timesS!, (timeS, index) => [timeS, Number(values[index])]);
};
const codes = (reader: FormatReader): readonly string[] => reader.diagnostics.map(({ code }) => code);

test('a sigrok session: probes by name, chunks in the order of their numbers, analogue beside them', async () => {
  const reader = await open(await zipOf(sigrokFiles()));
  expect(reader.store.signals().map(({ id, unit, dtype, endSample }) => [id, unit, dtype, endSample])).toEqual([
    ['CLK', '', 'u1', 5],
    ['DATA', '', 'u1', 5],
    ['VBUS', 'V', 'f32', 5],
  ]);
  expect(await numbers(reader, 'CLK')).toEqual([1, 0, 1, 0, 1]);
  expect(await numbers(reader, 'DATA')).toEqual([0, 1, 1, 0, 0]);
  expect(await numbers(reader, 'VBUS')).toEqual([1.5, -2.25, 3, 0.5, 4]);
  expect(info(reader, 'CLK')).toMatchObject({ timing: 'steady', sampleRateHz: 200_000, offsetS: 0 });
  expect(reader.metadata).toMatchObject({ global: { 'sigrok version': '0.6.0' } });
  expect((await reader.store.statistics('DATA', 0, 5)).mean).toBeCloseTo(0.4, 12);
  expect(codes(reader)).toEqual(['sigrok/unit']);
});

test.each([
  ['samplerate=2.0 MHz\n', 2e6],
  ['samplerate = 12.345678 kHz\n', 12_345.678],
  ['samplerate=1G\n', 1e9],
  ['samplerate=7 Hz\n', 7],
])('a session with %s', async (rate, rateHz) => {
  expect(info(await open(await zipOf(sigrokFiles(rate))), 'CLK')).toMatchObject({ sampleRateHz: rateHz });
});

test.each(['', 'samplerate=0 Hz\n'])(
  'a session without a rate (%j) is counted until the user says one',
  async (rate) => {
    const zip = await zipOf(sigrokFiles(rate));
    const reader = await open(zip);
    expect([info(reader, 'CLK').axis, codes(reader)]).toEqual([COUNTED_AXIS, ['sigrok/unit', 'sigrok/counted']]);
    expect(info(await open(zip, { rateHz: 50 }), 'CLK')).toMatchObject({ sampleRateHz: 50 });
  },
);

test('a session of another version is refused', async () => {
  await expect(open(await zipOf({ ...sigrokFiles(), version: '3' }))).rejects.toMatchObject({
    code: 'format/unsupported',
  });
});

test('a Power Profiler session: current in µA, two bits per input', async () => {
  const levels = [0b01_10, 0b10_01, 0b11_00];
  const zip = await zipOf(
    ppk2Files([
      [1.5, levels[0]!],
      [250_000, levels[1]!],
      [0, levels[2]!],
    ]),
  );
  const reader = await open(zip);
  expect(reader.store.signals().map(({ id }) => id)).toEqual([
    'current',
    'D0',
    'D1',
    'D2',
    'D3',
    'D4',
    'D5',
    'D6',
    'D7',
  ]);
  expect(await numbers(reader, 'current')).toEqual([1.5, 250_000, 0]);
  expect([await numbers(reader, 'D0'), await numbers(reader, 'D1')]).toEqual([
    [1, 0, Number.NaN],
    [0, 1, Number.NaN],
  ]);
  expect(info(reader, 'current')).toMatchObject({ unit: 'µA', dtype: 'f32', sampleRateHz: 1000 });
  expect(utcToUnixMs(reader.store.originUtc!)).toBe(1_700_000_000_250);
  expect(await reader.missingSamples!('D0', 0, 3)).toEqual([{ start: 2, end: 3 }]);
  expect(await reader.missingSamples!('current', 0, 3)).toEqual([]);
});

test('a session of a later form is refused; one without a rate is counted', async () => {
  const later = { metadata: { samplesPerSecond: 10, frameSize: 10 }, formatVersion: 3 };
  await expect(open(await zipOf(ppk2Files([[1, 0]], later)))).rejects.toThrow('Export it as CSV');
  const reader = await open(await zipOf(ppk2Files([[1, 0]], {})));
  expect([info(reader, 'D0').axis, reader.store.originUtc]).toEqual([COUNTED_AXIS, undefined]);
});

test('a value change dump: each variable keeps its changes, what is x or z is missing', async () => {
  const reader = await open(bytesOf(VCD_TEXT));
  expect(reader.store.signals().map(({ id, dtype }) => [id, dtype])).toEqual([
    ['top.clk', 'u1'],
    ['top.data', 'u8'],
    ['top.sub.temp', 'f64'],
    ['top.sub.n', 'i32'],
    ['top.alias', 'u1'],
  ]);
  const clock = [
    [0, Number.NaN],
    [50e-9, 0],
    [100e-9, 1],
    [250e-9, Number.NaN],
  ];
  expect([await changes(reader, 'top.clk'), await changes(reader, 'top.alias')]).toEqual([clock, clock]);
  expect(await changes(reader, 'top.data')).toEqual([
    [0, Number.NaN],
    [50e-9, 5],
    [250e-9, 255],
  ]);
  expect(await changes(reader, 'top.sub.temp')).toEqual([
    [0, 0.5],
    [100e-9, -1000],
  ]);
  expect(await changes(reader, 'top.sub.n')).toEqual([[50e-9, -2]]);
  expect(info(reader, 'top.clk')).toMatchObject({ timing: 'stamped', startS: 0, endS: 1e-6 });
  expect(reader.metadata).toEqual({ date: '2026-11-30', version: 'a hand', timescale: '10ns' });
  expect(await reader.missingSamples!('top.clk', 0, 4)).toEqual([
    { start: 0, end: 1 },
    { start: 3, end: 4 },
  ]);
  expect([codes(reader), reader.isRecovered]).toEqual([[], false]);
});

const dump = (head: string, body: string): Uint8Array =>
  bytesOf(`$timescale 1us $end ${head} $enddefinitions $end\n${body}`);
const WIRE = '$var wire 1 ! a $end';

test('changes of one moment stay in their order, and what lies before the first time is at 0', async () => {
  const reader = await open(dump(WIRE, '0!\n#3 1! 0! 1!\n#4'));
  expect(await changes(reader, 'a')).toEqual([
    [0, 0],
    [3e-6, 1],
    [3e-6, 0],
    [3e-6, 1],
  ]);
});

test('bits of a vector, equal names, texts and variables without a value', async () => {
  const head =
    '$var wire 1 ! d [3] $end $var wire 1 " d $end $var wire 1 # d $end $var string 1 $ s $end $var wire 1 % still $end';
  const reader = await open(dump(head, '#0 1! 0" 1# shello $\n'));
  expect(reader.store.signals().map(({ id }) => id)).toEqual(['d[3]', 'd', 'd (2)']);
  expect(codes(reader)).toEqual(['vcd/texts', 'vcd/no-changes']);
});

test('ports of an extended dump', async () => {
  const reader = await open(dump('$var port 1 <0 p $end', '#0 $dumpports pU 0 6 <0 $end #2 pD 6 0 <0 #3 pX 6 6 <0\n'));
  expect(await changes(reader, 'p')).toEqual([
    [0, 1],
    [2e-6, 0],
    [3e-6, Number.NaN],
  ]);
});

test.each([
  ['times that step back', '#5 1! #4 0!', [[5e-6, 1]], 'vcd/time-steps-back'],
  [
    'a word that is no change',
    '#1 1! hello #2 0!',
    [
      [1e-6, 1],
      [2e-6, 0],
    ],
    'vcd/damaged',
  ],
  [
    'an id that was not declared',
    '#1 1! 1? #2 0!',
    [
      [1e-6, 1],
      [2e-6, 0],
    ],
    'vcd/damaged',
  ],
])('%s are said', async (_what, body, expected, code) => {
  const reader = await open(dump(WIRE, body));
  expect([await changes(reader, 'a'), codes(reader), reader.isRecovered]).toEqual([expected, [code], true]);
  expect(reader.diagnostics[0]!.offsetBytes).toBeGreaterThan(0);
});

test('without a timescale ticks are counted until the user says how long one is', async () => {
  const text = bytesOf(`$version x $end ${WIRE} $enddefinitions $end #7 1! #9`);
  const reader = await open(text);
  expect([info(reader, 'a').axis, await changes(reader, 'a')]).toEqual([{ name: 'tick', unit: '' }, [[7, 1]]]);
  expect(await changes(await open(text, { timeUnit: 'ms' }), 'a')).toEqual([[0.007, 1]]);
});

test('words that lie over the end of a read are whole', async () => {
  const lines = Array.from({ length: 150_000 }, (_, i) => `#${1_000_000 + i}\n${i % 2}!\n`).join('');
  const reader = await open(dump(WIRE, lines));
  expect([info(reader, 'a').endSample, codes(reader)]).toEqual([150_000, []]);
  const { timesS } = await reader.store.samples('a', 149_999, 150_000);
  expect(timesS).toEqual(Float64Array.of(1.149999));
});

test('a dump that ends in its head is refused', async () => {
  await expect(open(bytesOf(VCD_TEXT.slice(0, 100)))).rejects.toMatchObject({ code: 'format/damaged' });
});

test('a digital channel of Saleae keeps its changes, and its level to the end', async () => {
  const reader = await open(SALEAE_DIGITAL, {}, 'digital_3.bin');
  expect(await changes(reader, 'digital_3')).toEqual([
    [0, 1],
    [0.5, 0],
    [0.75, 1],
    [1.5, 0],
  ]);
  expect(info(reader, 'digital_3')).toMatchObject({ dtype: 'u1', startS: 0, endS: 2 });
});

test('between two stretches the level is missing', async () => {
  const reader = await open(SALEAE_STRETCHES);
  expect(await changes(reader, 'digital')).toEqual([
    [0, 0],
    [0.5, 1],
    [1, Number.NaN],
    [2, 1],
  ]);
  expect(info(reader, 'digital')).toMatchObject({ endS: 3 });
});

test('an analogue channel has a rate, the waveforms of a scope one each', async () => {
  const one = await open(SALEAE_ANALOG, {}, 'analog_0.bin');
  expect([await numbers(one, 'analog_0'), info(one, 'analog_0')]).toMatchObject([
    [1, -2, 3, 4.5],
    { unit: 'V', dtype: 'f32', sampleRateHz: 100_000, offsetS: 0.25 },
  ]);
  const many = await open(SALEAE_WAVEFORMS);
  expect([await numbers(many, 'analog[0]'), await numbers(many, 'analog[1]')]).toEqual([[1, 2], [7]]);
  expect(info(many, 'analog[1]')).toMatchObject({ sampleRateHz: 500_000, offsetS: 1.25 });
});

test('what a cut export holds is shown, and that it was cut is said', async () => {
  const digital = await open(SALEAE_DIGITAL.slice(0, -12));
  expect([await changes(digital, 'digital'), codes(digital), digital.isRecovered]).toEqual([
    [
      [0, 1],
      [0.5, 0],
    ],
    ['saleae/truncated'],
    true,
  ]);
  const analog = await open(SALEAE_ANALOG.slice(0, -6));
  expect([await numbers(analog, 'analog'), codes(analog)]).toEqual([[1, -2], ['saleae/truncated']]);
});

test('other versions, and times that fall, are refused in words', async () => {
  await expect(open(joined('<SALEAE>', packed('ii', 7, 0), new Uint8Array(40)))).rejects.toThrow('version 7');
  const falling = joined('<SALEAE>', packed('iiiddqdd', 0, 0, 0, 0, 2, 2, 1, 0.5));
  await expect(open(falling)).rejects.toMatchObject({ code: 'format/damaged' });
});

test('a packed session of more than can be unpacked is refused when it is opened, with the way out', async () => {
  const metadata = Buffer.from(JSON.stringify({ metadata: { samplesPerSecond: 100_000 }, formatVersion: 2 }));
  const zip = forgeZip(
    [
      { name: 'session.raw', packed: new Uint8Array(1_300_000) },
      { name: 'metadata.json', packed: deflateRawSync(metadata) },
    ],
    [
      { name: 'session.raw', stream: 0, unpackedBytes: 1_200_000_000 },
      { name: 'metadata.json', stream: 1, unpackedBytes: metadata.length },
    ],
  );
  await expect(open(zip)).rejects.toThrow(
    '"session.raw" in the zip takes more than 1024 MB. Unpack the zip, or pack it anew without compression (zip -0).',
  );
});
