// The wave descriptor of LeCroy, template LECROY_2_3, which older Siglent scopes send, too: 346 bytes whose places are a
// table, so that `TMPL?` describes what the writer writes.

type FieldType = 'string' | 'text' | 'word' | 'enum' | 'long' | 'float' | 'double' | 'time_stamp' | 'unit_definition';

/** Offset in bytes, name, type. */
const FIELDS = [
  [0, 'DESCRIPTOR_NAME', 'string'],
  [16, 'TEMPLATE_NAME', 'string'],
  [32, 'COMM_TYPE', 'enum'],
  [34, 'COMM_ORDER', 'enum'],
  [36, 'WAVE_DESCRIPTOR', 'long'],
  [40, 'USER_TEXT', 'long'],
  [44, 'RES_DESC1', 'long'],
  [48, 'TRIGTIME_ARRAY', 'long'],
  [52, 'RIS_TIME_ARRAY', 'long'],
  [56, 'RES_ARRAY1', 'long'],
  [60, 'WAVE_ARRAY_1', 'long'],
  [64, 'WAVE_ARRAY_2', 'long'],
  [68, 'RES_ARRAY2', 'long'],
  [72, 'RES_ARRAY3', 'long'],
  [76, 'INSTRUMENT_NAME', 'string'],
  [92, 'INSTRUMENT_NUMBER', 'long'],
  [96, 'TRACE_LABEL', 'string'],
  [112, 'RESERVED1', 'word'],
  [114, 'RESERVED2', 'word'],
  [116, 'WAVE_ARRAY_COUNT', 'long'],
  [120, 'PNTS_PER_SCREEN', 'long'],
  [124, 'FIRST_VALID_PNT', 'long'],
  [128, 'LAST_VALID_PNT', 'long'],
  [132, 'FIRST_POINT', 'long'],
  [136, 'SPARSING_FACTOR', 'long'],
  [140, 'SEGMENT_INDEX', 'long'],
  [144, 'SUBARRAY_COUNT', 'long'],
  [148, 'SWEEPS_PER_ACQ', 'long'],
  [152, 'POINTS_PER_PAIR', 'word'],
  [154, 'PAIR_OFFSET', 'word'],
  [156, 'VERTICAL_GAIN', 'float'],
  [160, 'VERTICAL_OFFSET', 'float'],
  [164, 'MAX_VALUE', 'float'],
  [168, 'MIN_VALUE', 'float'],
  [172, 'NOMINAL_BITS', 'word'],
  [174, 'NOM_SUBARRAY_COUNT', 'word'],
  [176, 'HORIZ_INTERVAL', 'float'],
  [180, 'HORIZ_OFFSET', 'double'],
  [188, 'PIXEL_OFFSET', 'double'],
  [196, 'VERTUNIT', 'unit_definition'],
  [244, 'HORUNIT', 'unit_definition'],
  [292, 'HORIZ_UNCERTAINTY', 'float'],
  [296, 'TRIGGER_TIME', 'time_stamp'],
  [312, 'ACQ_DURATION', 'float'],
  [316, 'RECORD_TYPE', 'enum'],
  [318, 'PROCESSING_DONE', 'enum'],
  [320, 'RESERVED5', 'word'],
  [322, 'RIS_SWEEPS', 'word'],
  [324, 'TIMEBASE', 'enum'],
  [326, 'VERT_COUPLING', 'enum'],
  [328, 'PROBE_ATT', 'float'],
  [332, 'FIXED_VERT_GAIN', 'enum'],
  [334, 'BANDWIDTH_LIMIT', 'enum'],
  [336, 'VERTICAL_VERNIER', 'float'],
  [340, 'ACQ_VERT_OFFSET', 'float'],
  [344, 'WAVE_SOURCE', 'enum'],
] as const satisfies readonly (readonly [number, string, FieldType])[];

export const DESCRIPTOR_BYTES = 346;

type FieldName = (typeof FIELDS)[number][1];

/** What is not given is 0. A time stamp is milliseconds since the Unix epoch. */
export type DescriptorValues = Readonly<Partial<Record<FieldName, number | string>>>;

export function waveDescriptor(values: DescriptorValues, isLittleEndian: boolean): Uint8Array<ArrayBuffer> {
  const view = new DataView(new ArrayBuffer(DESCRIPTOR_BYTES));
  for (const [offset, name, type] of FIELDS) {
    const value = values[name];
    if (value === undefined) continue;
    if (typeof value === 'string') writeText(view, offset, value);
    else writeNumber(view, offset, type, value, isLittleEndian);
  }
  return new Uint8Array(view.buffer);
}

function writeText(view: DataView, offset: number, text: string): void {
  for (let i = 0; i < text.length; i++) view.setUint8(offset + i, text.charCodeAt(i));
}

function writeNumber(view: DataView, offset: number, type: FieldType, value: number, isLittle: boolean): void {
  switch (type) {
    case 'word':
    case 'enum':
      view.setInt16(offset, value, isLittle);
      return;
    case 'long':
      view.setInt32(offset, value, isLittle);
      return;
    case 'float':
      view.setFloat32(offset, value, isLittle);
      return;
    case 'double':
      view.setFloat64(offset, value, isLittle);
      return;
    case 'time_stamp': {
      const date = new Date(value);
      view.setFloat64(offset, date.getUTCSeconds() + date.getUTCMilliseconds() / 1e3, isLittle);
      view.setUint8(offset + 8, date.getUTCMinutes());
      view.setUint8(offset + 9, date.getUTCHours());
      view.setUint8(offset + 10, date.getUTCDate());
      view.setUint8(offset + 11, date.getUTCMonth() + 1);
      view.setInt16(offset + 12, date.getUTCFullYear(), isLittle);
      return;
    }
    default:
      throw new RangeError(`A ${type} is written as text.`);
  }
}

/** Answer to `TMPL?`. */
export function waveTemplate(): string {
  const lines = FIELDS.map(([offset, name, type]) => `<${String(offset).padStart(3)}>          ${name}: ${type}`);
  return [
    '/00',
    '    000000              LECROY_2_3:  TEMPLATE',
    '                        8 66 111',
    '; Explanation of the formats of waveforms and their descriptors.',
    '; Blocks: WAVEDESC, USERTEXT, TRIGTIME, RISTIME, DATA_ARRAY_1, DATA_ARRAY_2.',
    '; All numbers are in the order of bytes that COMM_ORDER names: 0 high first, 1 low first.',
    '; floating values from integers: VERTICAL_GAIN * data - VERTICAL_OFFSET',
    '',
    'WAVEDESC: BLOCK',
    ...lines,
    `<${DESCRIPTOR_BYTES}>          ENDBLOCK`,
    '',
    'DATA_ARRAY_1: ARRAY',
    '<  0>          MEASUREMENT: data       ; byte or word, as COMM_TYPE says',
    '               ENDARRAY',
    '/00             ENDTEMPLATE',
  ].join('\n');
}

const STEPS = [1, 2, 5];

/** Index of a 1-2-5 step: 0 is `first`. */
export function stepIndex(value: number, first: number): number {
  const ratio = value / first;
  const decade = Math.floor(Math.log10(ratio) + 1e-9);
  const step = STEPS.findIndex((candidate) => Math.abs(ratio / 10 ** decade - candidate) < 0.01);
  return 3 * decade + Math.max(step, 0);
}
