// Files of other programs that are known and not read.

import { expect, test } from 'vitest';
import { openFile } from '../../../src/formats/detect.ts';
import { MemoryFile } from '../../../src/formats/memory-file.ts';
import { createTestCore } from '../../support/core.ts';
import { openTable, signalsOf } from '../../support/tables.ts';

const open = (start: string) => {
  const bytes = Uint8Array.from({ length: 600 }, (_, index) => start.charCodeAt(index) || 0);
  return openFile(new MemoryFile(bytes), createTestCore());
};

test.each([
  ['TDSm\x0e\0\0\0', 'LabVIEW TDMS', 'as CSV'],
  ['\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1', 'Microsoft Office', 'as CSV'],
  ['SQLite format 3\0', 'SQLite', 'sqlite3 -header -csv'],
  ['ARROW1\0\0', 'Arrow', 'as Parquet'],
  ['CDF\x01', 'netCDF', 'nccopy -k netCDF-4'],
  ['%PDF-1.7\n', 'PDF', 'no samples'],
  ['\x89PNG\r\n\x1a\n', 'PNG', 'no samples'],
  ['MDF     4.10', 'ASAM MDF', 'asammdf'],
  ['BZh91AY&SY', 'bzip2', 'Unpack it'],
  ['\xfd7zXZ\0', 'xz', 'Unpack it'],
  [`x.csv${'\0'.repeat(252)}ustar\x0000`, 'tar', 'Unpack it'],
  [`0       ${'X'.repeat(80)}${'Y'.repeat(80)}01.02.2411.12.13768     `, 'EDF', 'as CSV'],
])('%j is named, with the way out', async (start, name, wayOut) => {
  const refused = await open(start).then(
    () => undefined,
    (error: unknown) => error as Error,
  );
  expect(refused).toMatchObject({ code: 'format/unsupported', message: expect.stringContaining(name) });
  expect(refused!.message).toContain(wayOut);
});

test.each(['ID3,ID4', 'LOGGER,v', 'GRIB,v', 'BZh,v'])('a table whose names begin alike opens: %s', async (names) => {
  const reader = await openTable(`${names}\n1,2\n2,3\n3,4\n`);
  expect(signalsOf(reader)).toHaveLength(2);
});

test('what begins as nothing that is known says what can be read, and the way out', async () => {
  await expect(open('\x01\x02\x03\x04')).rejects.toThrow(/01 02 03 04.*Save it as CSV or HDF5/s);
});
