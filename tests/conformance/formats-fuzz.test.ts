// Every format against thousands of damaged files. A new format is a new row.

import { expect, test } from 'vitest';
import { openCsv } from '../../src/formats/csv/reader.ts';
import { openJlsV1 } from '../../src/formats/jls/v1/reader.ts';
import { openJlsV2 } from '../../src/formats/jls/v2/reader.ts';
import { MemoryFile } from '../../src/formats/memory-file.ts';
import { openMimo } from '../../src/formats/mimo/reader.ts';
import { openNpy } from '../../src/formats/npy/reader.ts';
import { openParquet } from '../../src/formats/parquet/reader.ts';
import { openRaw } from '../../src/formats/raw/reader.ts';
import { NO_CONTEXT } from '../../src/formats/row.ts';
import type { RandomAccess } from '../../src/formats/source.ts';
import { SPECTRUM_ROWS } from '../../src/formats/spectrum/row.ts';
import { openIsf } from '../../src/formats/trace/isf-reader.ts';
import { openLecroy } from '../../src/formats/trace/lecroy-reader.ts';
import { openZip } from '../../src/formats/zip/reader.ts';
import { writeZip } from '../../src/formats/zip/writer.ts';
import { type FuzzFormat, fuzz } from '../support/fuzz.ts';
import { lieInChunk, lieInRecord, smallJlsV2 } from '../support/fuzz-jls.ts';
import { goldenBytes } from '../support/golden.ts';
import { jlsWorkspace } from '../support/jls.ts';
import { SPECTRUM_FILES } from '../support/spectrum-files.ts';

const golden = (folder: string, extension: string, names: readonly string[]): Uint8Array[] =>
  names.map((name) => goldenBytes(`${folder}/${name}.${extension}`));
const text = (content: string): Uint8Array => new TextEncoder().encode(content);

const TABLE = text(
  `# run 7\ntime (s);a [V];b\n${Array.from({ length: 40 }, (_, row) => `${row},5;${row % 7},25;-1,5E-${row % 9}`).join('\n')}\n`,
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
const RAW = { dtypeName: '>i2', channelCount: 3, sampleRateHz: 1000, skipBytes: 11 };

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
    name: 'NumPy',
    originals: [goldenBytes('mimo/pipeline/hist_basic/Histograms_In/decay_time.npy'), STRUCTURED_ARRAY],
    open: (source) => openNpy(source, workspace),
    readPart: 0.25,
  },
  {
    name: 'CSV',
    originals: [TABLE, goldenBytes('mimo/pipeline/csv_float_format/In.csv')],
    open: openCsv,
    readPart: 0.4,
  },
  {
    name: 'Parquet',
    originals: golden('parquet', 'parquet', ['clock_snappy', 'clock_gzip', 'split', 'uneven', 'counted']),
    open: (source) => openParquet(source, NO_CONTEXT),
    readPart: 0.2,
  },
  { name: 'zip', originals: BUNDLES, open: (source) => openZip(source, workspace, NO_CONTEXT), readPart: 0.15 },
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
