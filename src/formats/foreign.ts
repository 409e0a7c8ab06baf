// Well-known files that are not read, by their first bytes, and how their data come here.

/** How they are named, and what to do with them. */
export interface ForeignFormat {
  readonly name: string;
  /** A sentence. */
  readonly wayOut: string;
}

const UNPACK = 'Unpack it and open what is inside.';
const NO_SAMPLES = 'It holds no samples: open the data that it was made from.';
const AS_WAV = 'Save it as WAV.';
const AS_CSV = 'Save its data as CSV or HDF5.';

/** First bytes as Latin-1, the name, the way out. */
const SIGNATURES: readonly (readonly [start: string, name: string, wayOut: string])[] = [
  ['TDSm', 'a LabVIEW TDMS file', 'Save it as CSV in LabVIEW or DIAdem, or as HDF5 with npTDMS for Python.'],
  ['\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1', 'a document of Microsoft Office', 'Save the table as CSV and open that.'],
  ['SQLite format 3\0', 'an SQLite database', 'Save a table of it: sqlite3 -header -csv FILE "select * from TABLE".'],
  ['ARROW1', 'an Arrow or Feather file', 'Save it as Parquet: pandas.read_feather(IN).to_parquet(OUT).'],
  ['CDF\x01', 'a netCDF file of the classic form', 'Convert it: nccopy -k netCDF-4 IN OUT.'],
  ['CDF\x02', 'a netCDF file of the classic form', 'Convert it: nccopy -k netCDF-4 IN OUT.'],
  ['CDF\x05', 'a netCDF file of the classic form', 'Convert it: nccopy -k netCDF-4 IN OUT.'],
  ['root\0', 'a ROOT file', 'Save its arrays with numpy.savez, read by uproot for Python.'],
  ['SIMPLE  =', 'a FITS file', 'Save its table as CSV, such as with astropy for Python.'],
  ['GRIB\0', 'a GRIB file', AS_CSV],
  ['MDF     ', 'an ASAM MDF file', 'Save it as CSV or HDF5, such as with asammdf.'],
  ['UnFinMF ', 'an ASAM MDF file that was not closed', 'Repair it with the program that wrote it, and save it as CSV.'],
  ['LOGG\x90\0\0\0', 'a Vector BLF log', 'Save the signals of it as CSV.'],
  ['\xffBIOSEMI', 'a BDF recording', 'Save it as CSV, such as with EDFbrowser.'],
  ['#ROSBAG', 'a ROS bag', 'Save a topic of it as CSV: rostopic echo -b FILE -p TOPIC.'],
  ['\x89MCAP0\r\n', 'an MCAP recording', AS_CSV],
  ['ULog\x01\x12\x35', 'a PX4 log', 'Convert it: ulog2csv FILE.'],
  ['%PDF-', 'a PDF document', NO_SAMPLES],
  ['%!PS', 'a PostScript document', NO_SAMPLES],
  ['{\\rtf', 'a text document (RTF)', 'Save the table as CSV.'],
  ['\x89PNG\r\n', 'a picture (PNG)', NO_SAMPLES],
  ['\xff\xd8\xff', 'a picture (JPEG)', NO_SAMPLES],
  ['GIF87a', 'a picture (GIF)', NO_SAMPLES],
  ['GIF89a', 'a picture (GIF)', NO_SAMPLES],
  ['II*\0', 'a picture (TIFF)', NO_SAMPLES],
  ['MM\0*', 'a picture (TIFF)', NO_SAMPLES],
  ['OggS', 'a sound (Ogg)', AS_WAV],
  ['fLaC', 'a sound (FLAC)', AS_WAV],
  ['ID3\x03\0', 'a sound (MP3)', AS_WAV],
  ['ID3\x04\0', 'a sound (MP3)', AS_WAV],
  ['7z\xbc\xaf\x27\x1c', 'packed with 7-Zip', UNPACK],
  ['Rar!\x1a\x07', 'packed with RAR', UNPACK],
  ['\xfd7zXZ\0', 'packed with xz', UNPACK],
  ['\x28\xb5\x2f\xfd', 'packed with Zstandard', UNPACK],
  ['PK\x05\x06', 'a zip without a file in it', 'Pack it again.'],
  ['\x7fELF', 'a program', NO_SAMPLES],
  ['MZ\x90\0', 'a program', NO_SAMPLES],
];
/** Begins as bzip2 does: the level, and the digits of pi. */
const BZIP2 = /^BZh[1-9]1AY&SY/;
/** Where a tar archive says `ustar` (POSIX.1-2017, pax). */
const TAR_MAGIC_OFFSET = 257;
/** Version, patient, recording, then a date and a clock (edfplus.info, "EDF specification"). */
const EDF = /^0 {7}[\x20-\x7e]{160}\d\d\.\d\d\.\d\d\d\d\.\d\d\.\d\d/;
const EDF_BYTES = 192;

/** Undefined when the bytes are of no file that is known here. */
export function foreignFormat(head: Uint8Array): ForeignFormat | undefined {
  const text = String.fromCharCode(...head.subarray(0, TAR_MAGIC_OFFSET + 5));
  const [, name, wayOut] = SIGNATURES.find(([start]) => text.startsWith(start)) ?? [];
  if (name !== undefined && wayOut !== undefined) return { name, wayOut };
  if (BZIP2.test(text)) return { name: 'packed with bzip2', wayOut: UNPACK };
  if (text.slice(TAR_MAGIC_OFFSET) === 'ustar') return { name: 'a tar archive', wayOut: UNPACK };
  if (EDF.test(text.slice(0, EDF_BYTES))) {
    return { name: 'an EDF recording', wayOut: 'Save it as CSV, such as with EDFbrowser.' };
  }
  return undefined;
}
