// The layout of LeCroy's descriptor as `TMPL?` tells it, and descriptors of another layout made from those of LECROY_2_3.

/** Offset, name and type of the fields of LECROY_2_3 (its own text). */
const FIELDS: readonly (readonly [number, string, string])[] = [
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
  [76, 'INSTRUMENT_NAME', 'string'],
  [92, 'INSTRUMENT_NUMBER', 'long'],
  [96, 'TRACE_LABEL', 'string'],
  [116, 'WAVE_ARRAY_COUNT', 'long'],
  [124, 'FIRST_VALID_PNT', 'long'],
  [128, 'LAST_VALID_PNT', 'long'],
  [132, 'FIRST_POINT', 'long'],
  [136, 'SPARSING_FACTOR', 'long'],
  [144, 'SUBARRAY_COUNT', 'long'],
  [156, 'VERTICAL_GAIN', 'float'],
  [160, 'VERTICAL_OFFSET', 'float'],
  [172, 'NOMINAL_BITS', 'word'],
  [176, 'HORIZ_INTERVAL', 'float'],
  [180, 'HORIZ_OFFSET', 'double'],
  [196, 'VERTUNIT', 'unit_definition'],
  [244, 'HORUNIT', 'unit_definition'],
  [296, 'TRIGGER_TIME', 'time_stamp'],
  [316, 'RECORD_TYPE', 'enum'],
  [344, 'WAVE_SOURCE', 'enum'],
];

/** Fields from here on lie further behind in the other layout. */
const GAP_AT = 76;
const DESCRIPTOR_BYTES = 346;

/** The text of a template whose fields behind the lengths lie `gapBytes` further on. */
export function templateText(name: string, gapBytes: number): string {
  const lines = FIELDS.map(([offset, field, type]) => {
    const at = offset >= GAP_AT ? offset + gapBytes : offset;
    const values = field === 'WAVE_SOURCE' ? '\n               _0      CHANNEL_1\n               endenum' : '';
    return `<${String(at).padStart(3)}>          ${field}: ${type}   ; as in the manual${values}\n;`;
  });
  return [
    '"/00',
    `    000000              ${name}:  TEMPLATE`,
    '                        8 66 111',
    ';',
    'WAVEDESC: BLOCK',
    ';',
    ...lines,
    '/00             ENDBLOCK',
    'USERTEXT: BLOCK',
    '<  0>           TEXT: text',
    '/00             ENDBLOCK',
    '/00             ENDTEMPLATE"',
  ].join('\n');
}

/** A reply of LECROY_2_3 with its descriptor in the other layout. Little-endian ones only. */
export function withGap(reply: Uint8Array, name: string, gapBytes: number): Uint8Array {
  const start = new TextDecoder('latin1').decode(reply).indexOf('WAVEDESC');
  const descriptor = reply.slice(start, start + DESCRIPTOR_BYTES);
  descriptor.fill(0, 16, 32);
  descriptor.set(new TextEncoder().encode(name), 16);
  new DataView(descriptor.buffer).setInt32(36, DESCRIPTOR_BYTES + gapBytes, true);
  const parts = [
    descriptor.subarray(0, GAP_AT),
    new Uint8Array(gapBytes).fill(0xee),
    descriptor.subarray(GAP_AT),
    reply.subarray(start + DESCRIPTOR_BYTES),
  ];
  return new Uint8Array(parts.flatMap((part) => [...part]));
}
