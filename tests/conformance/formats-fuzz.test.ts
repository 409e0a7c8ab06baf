// Every format against thousands of damaged files. A new format is a new row.

import { expect, test } from 'vitest';
import { openCsv } from '../../src/formats/csv/reader.ts';
import { openGzip } from '../../src/formats/gzip/reader.ts';
import { openJlsV1 } from '../../src/formats/jls/v1/reader.ts';
import { openJlsV2 } from '../../src/formats/jls/v2/reader.ts';
import { openMat } from '../../src/formats/mat/reader.ts';
import { MemoryFile } from '../../src/formats/memory-file.ts';
import { openMimo } from '../../src/formats/mimo/reader.ts';
import { openNpy } from '../../src/formats/npy/reader.ts';
import { openParquet } from '../../src/formats/parquet/reader.ts';
import { openRaw } from '../../src/formats/raw/reader.ts';
import { NO_CONTEXT } from '../../src/formats/row.ts';
import { openSaleae } from '../../src/formats/saleae/reader.ts';
import { openRigolWfm } from '../../src/formats/scope/rigol/reader.ts';
import { openRohdeSchwarz } from '../../src/formats/scope/rohde-schwarz/reader.ts';
import { isHead } from '../../src/formats/scope/rohde-schwarz/row.ts';
import { openTektronixWfm } from '../../src/formats/scope/tektronix/reader.ts';
import { openWaveList } from '../../src/formats/scope/wave-list/reader.ts';
import type { RandomAccess } from '../../src/formats/source.ts';
import { SPECTRUM_ROWS } from '../../src/formats/spectrum/row.ts';
import { openIsf } from '../../src/formats/trace/isf-reader.ts';
import { openLecroy } from '../../src/formats/trace/lecroy-reader.ts';
import { openVcd } from '../../src/formats/vcd/reader.ts';
import { openWav } from '../../src/formats/wav/reader.ts';
import { openZip } from '../../src/formats/zip/reader.ts';
import { writeZip } from '../../src/formats/zip/writer.ts';
import { containerFiles, SALEAE_ANALOG, SALEAE_DIGITAL } from '../support/container-files.ts';
import { type FuzzFormat, fuzz } from '../support/fuzz.ts';
import { lieInChunk, lieInRecord, smallJlsV2 } from '../support/fuzz-jls.ts';
import { goldenBytes } from '../support/golden.ts';
import { jlsWorkspace } from '../support/jls.ts';
import { dho, ds1000b, ds1000e, ds1000z, ds2000 } from '../support/rigol-files.ts';
import { rohdeSchwarz, tektronixWfm, waveList } from '../support/scope-files.ts';
import { SPECTRUM_FILES } from '../support/spectrum-files.ts';

const golden = (folder: string, extension: string, names: readonly string[]): Uint8Array[] =>
  names.map((name) => goldenBytes(`${folder}/${name}.${extension}`));
const text = (content: string): Uint8Array => new TextEncoder().encode(content);

const TABLE = text(
  `# run 7\ntime (s);a [V];b\n${Array.from({ length: 40 }, (_, row) => `${row},5;${row % 7},25;-1,5E-${row % 9}`).join('\n')}\n`,
);
/** A head of settings, a unit line, dates, words among the numbers, a footer. */
const LOGGED = text(
  `Model,X1\nSample Interval,0.5\nDate,Time,U,state\n,,V,\n${Array.from({ length: 40 }, (_, row) => `03/04/2026,10:00:${row + 10},${row % 9 === 0 ? 'OL' : `1.${row} mV`},${row % 2 ? 'ON' : 'OFF'}`).join('\r\n')}\nEnd\n`,
);
const SCOPE = text(
  `X,CH1,D0-D7,Start,Increment,\nSequence,Volt,,-1e-3,1e-6\n${Array.from({ length: 40 }, (_, row) => `${row < 20 ? row : row + 3},${row}e-1,0000${1000 + row}`).join('\n')}\n`,
);
const WIDE = new Uint8Array(
  Buffer.from(
    `\ufefftime_ns\tU\n${Array.from({ length: 30 }, (_, row) => `17776296000000${row + 10}000\t${row}`).join('\n')}\n`,
    'utf16le',
  ),
);
/** NumPy's format 1.0: magic, version, length of the description (118), description, items of 46 bytes. */
const STRUCTURED_ARRAY = Uint8Array.from(
  '\x93NUMPY\x01\x00\x76\x00' +
    "{'descr': [('a', '<i2'), ('b', '>f8', (2, 2)), ('s', '<U3')], 'fortran_order': False, 'shape': (3,)}".padEnd(118) +
    'a1'.repeat((3 * 46) / 2),
  (letter) => letter.charCodeAt(0),
);
const workspace = jlsWorkspace(16 * 2 ** 20);

/** A bundle of data in place and a packed note, and one of a packed table. */
async function bundle(entries: readonly { name: string; content: Uint8Array; isStored: boolean }[]) {
  const file = new MemoryFile();
  const withFiles = entries.map(({ content, ...entry }) => ({
    ...entry,
    content: new MemoryFile(new Uint8Array(content)),
    modifiedUnixMs: 1.7e12,
  }));
  await writeZip(withFiles, file);
  return file.bytes.slice();
}
const BUNDLES = [
  await bundle([
    { name: 'run/run.mimo', content: goldenBytes('mimo/files/mixed_types.mimo'), isStored: true },
    { name: 'run/info.json', content: text('{"a": 1}'), isStored: false },
  ]),
  await bundle([{ name: 'table.csv', content: TABLE, isStored: false }]),
];
const CONTAINERS = await containerFiles();
const containers = (...names: readonly string[]): Uint8Array[] => names.map((name) => CONTAINERS.get(name)!);
const RAW = { dtypeName: '>i2', channelCount: 3, sampleRateHz: 1000, skipBytes: 11 };

const WAVES = { type: 1, pointBytes: 4, values: [1, 2, 3, 4, 5] } as const;
const FRAMES = Array.from({ length: 5 }, (_, frame) => [frame, 7, 8, 9]);
const ROHDE_SCHWARZ = rohdeSchwarz({ format: 'INT8BIT', acquisitions: 4 });

/** One of the two files is damaged, the other lies whole beside it. */
async function openPair(source: RandomAccess) {
  const isOfHead = isHead(await source.read(0, 2048));
  const other = new MemoryFile(isOfHead ? ROHDE_SCHWARZ.samples : ROHDE_SCHWARZ.head);
  const name = isOfHead ? 'a.bin' : 'a.Wfm.bin';
  return openRohdeSchwarz(source, { ...NO_CONTEXT, name, neighbour: () => Promise.resolve(other) });
}
/** Of the damaged files, how many are still read: XML and JSON stand or fall as a whole. */
const SPECTRUM_READ_PARTS: Readonly<Record<string, number>> = { n42: 0.15, becqmoni: 0.015, npes: 0.03 };

const FORMATS: readonly FuzzFormat[] = [
  ...SPECTRUM_ROWS.map(({ id, label, open }) => ({
    name: label,
    originals: SPECTRUM_FILES.filter(({ format }) => format === id).map(({ bytes }) => bytes),
    open: (source: RandomAccess) => open(source, workspace, NO_CONTEXT),
    readPart: SPECTRUM_READ_PARTS[id] ?? 0.3,
  })),
  {
    name: 'JLS v1',
    originals: golden('jls-v1/recordings', 'jls', [
      'raw_short',
      'raw_compressed_tlvs',
      'float_js220_style_small',
      'format1_v070_b',
      'empty_user_cal',
    ]),
    open: (source) => openJlsV1(source, workspace),
    lie: lieInRecord,
    readPart: 0.5,
  },
  {
    name: 'JLS v2',
    originals: [
      smallJlsV2(),
      ...golden('jls-v2', 'jls', ['short', 'js220_ui.anno', 'recipe_minimal', 'writer_tail_fixed']),
    ],
    open: (source) => openJlsV2(source, workspace),
    lie: lieInChunk,
    readPart: 0.5,
  },
  {
    name: '.mimo',
    originals: golden('mimo/files', 'mimo', [
      'simple_f4_1ch',
      'mixed_types',
      'subarray',
      'datetime64',
      'protocol0',
      'protocol2',
      'no_version_reordered',
    ]),
    open: (source) => openMimo(source, workspace),
    readPart: 0.2,
  },
  {
    name: 'LeCroy',
    originals: golden('scope-waveforms', 'data.bin', [
      'lecroy-sequence-3',
      'lecroy-word-hifirst',
      'lecroy-raw-no-block',
      'lecroy-ris',
    ]),
    open: openLecroy,
    readPart: 0.5,
  },
  { name: 'ISF', originals: golden('scope-waveforms', 'data.bin', ['tek-isf-ri2']), open: openIsf, readPart: 0.3 },
  {
    name: 'Rigol .wfm',
    originals: [ds1000e(), ds1000e({ hasLogic: true }), ds1000b(), ds1000z(), ds2000(2), ds2000(4), dho()],
    open: openRigolWfm,
    readPart: 0.3,
  },
  {
    name: 'Keysight and Rigol .bin',
    originals: [
      waveList('AG10', [
        { label: '1', buffers: [WAVES] },
        { label: 'D7-D0', type: 6, buffers: [{ type: 6, pointBytes: 1, values: [1, 2, 3] }] },
      ]),
      waveList(
        'RG03',
        [1, 2, 3].map((segmentIndex) => ({ label: 'CH1', segmentIndex, timeTagS: segmentIndex, buffers: [WAVES] })),
      ),
    ],
    open: (source) => openWaveList(source, {}),
    readPart: 0.3,
  },
  {
    name: 'Tektronix .wfm',
    originals: [
      tektronixWfm({ version: 1, isLittle: true, frames: [[1, 2, 3]] }),
      tektronixWfm({ version: 3, isLittle: false, frames: FRAMES }),
    ],
    open: openTektronixWfm,
    readPart: 0.3,
  },
  {
    name: 'Rohde & Schwarz',
    originals: [ROHDE_SCHWARZ.head, ROHDE_SCHWARZ.samples],
    open: openPair,
    readPart: 0.2,
  },
  {
    name: 'NumPy',
    originals: [goldenBytes('mimo/pipeline/hist_basic/Histograms_In/decay_time.npy'), STRUCTURED_ARRAY],
    open: (source) => openNpy(source, workspace),
    readPart: 0.25,
  },
  {
    name: 'CSV',
    originals: [TABLE, goldenBytes('mimo/pipeline/csv_float_format/In.csv'), LOGGED, SCOPE, WIDE],
    open: (source) => openCsv(source, workspace),
    readPart: 0.4,
  },
  {
    name: 'Parquet',
    originals: golden('parquet', 'parquet', ['clock_snappy', 'clock_gzip', 'split', 'uneven', 'counted']),
    open: (source) => openParquet(source, NO_CONTEXT),
    readPart: 0.2,
  },
  {
    name: 'MATLAB 5',
    originals: golden('mat', 'mat', ['plain', 'packed', 'pico']),
    open: (source) => openMat(source),
    readPart: 0.3,
  },
  { name: 'MATLAB 4', originals: golden('mat', 'mat', ['level4']), open: (source) => openMat(source), readPart: 0.2 },
  { name: 'zip', originals: BUNDLES, open: (source) => openZip(source, workspace, NO_CONTEXT), readPart: 0.15 },
  {
    name: 'bundles',
    originals: containers('npz, stored', 'npz, packed', 'sigrok session', 'Power Profiler session', 'zip of tables'),
    open: (source) => openZip(source, workspace, NO_CONTEXT),
    readPart: 0.15,
  },
  {
    name: 'gzip',
    originals: containers('gzip', 'gzip, members'),
    open: (source) => openGzip(source, workspace, NO_CONTEXT),
    readPart: 0.2,
  },
  { name: 'WAV', originals: containers('WAV, 16 bits', 'WAV, float'), open: openWav, readPart: 0.4 },
  { name: 'VCD', originals: containers('VCD'), open: openVcd, readPart: 0.4 },
  {
    name: 'Saleae',
    originals: [SALEAE_DIGITAL, SALEAE_ANALOG, ...containers('Saleae digital', 'Saleae analog')],
    open: openSaleae,
    readPart: 0.2,
  },
  {
    name: 'bare numbers',
    originals: [goldenBytes('mimo/files/simple_f4_1ch.mimo')],
    open: async (source) => openRaw(source, RAW, workspace),
    readPart: 0.5,
  },
];

test.each(FORMATS.map((format) => [format.name, format] as const))(
  '%s, damaged in every way',
  { timeout: 240_000 },
  async (_name, format) => {
    expect(format.originals.length).toBeGreaterThan(0);
    await fuzz(format);
  },
);
