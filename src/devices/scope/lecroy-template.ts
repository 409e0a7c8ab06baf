// The layout of a WAVEDESC as the instrument itself describes it: the text that answers `TMPL?`, with a line
// `<  36> WAVE_DESCRIPTOR: long` for each field between `WAVEDESC: BLOCK` and `ENDBLOCK`. For firmware whose template is
// not in the tables.

import type { LecroyLayout } from './lecroy-layout.ts';
import { WaveformError } from './waveform.ts';

/** Bytes of each type of a template, as its own explanation gives them. */
const TYPE_BYTES: ReadonlyMap<string, number> = new Map([
  ['byte', 1],
  ['word', 2],
  ['enum', 2],
  ['long', 4],
  ['float', 4],
  ['double', 8],
  ['string', 16],
  ['time_stamp', 16],
  ['unit_definition', 48],
]);

/** A template has some sixty fields. */
const MAX_FIELDS = 1000;
/** No descriptor is near as long. */
const MAX_DESCRIPTOR_BYTES = 64 * 1024;

interface Field {
  readonly offset: number;
  readonly type: string;
}

export interface LecroyTemplate {
  /** Such as LECROY_2_3, as descriptors state it. */
  readonly name: string;
  readonly layout: LecroyLayout;
}

/** Throws WaveformError with `bad-preamble` for a text that describes no descriptor that can be read. */
export function parseLecroyTemplate(text: string): LecroyTemplate {
  const name = /([A-Z0-9_]+)\s*:\s*TEMPLATE/i.exec(text)?.[1];
  const start = /WAVEDESC\s*:\s*BLOCK/i.exec(text);
  if (name === undefined || !start) throw unusable('it names no template or has no block WAVEDESC');
  const [block = ''] = text.slice(start.index + start[0].length).split(/ENDBLOCK/i, 1);
  const fields = fieldsOf(block);
  const at = (field: string, type: string): number => {
    const found = fields.get(field);
    if (found?.type === type) return found.offset;
    throw unusable(found ? `${field} is of type ${found.type}, not ${type}` : `it has no ${field}`);
  };
  const ifThere = <Key extends string>(key: Key, field: string, type: string): { readonly [K in Key]?: number } =>
    (fields.has(field) ? { [key]: at(field, type) } : {}) as { readonly [K in Key]?: number };
  // the decoder looks there for them, in every template that is known
  if (at('TEMPLATE_NAME', 'string') !== 16 || at('COMM_TYPE', 'enum') !== 32 || at('COMM_ORDER', 'enum') !== 34) {
    throw unusable('its head is not that of other templates');
  }
  return {
    name,
    layout: {
      descriptorBytes: endOf(fields),
      ...lengthsOf(fields, at),
      instrumentName: at('INSTRUMENT_NAME', 'string'),
      ...ifThere('instrumentNumber', 'INSTRUMENT_NUMBER', 'long'),
      ...ifThere('traceLabel', 'TRACE_LABEL', 'string'),
      pointCount: at('WAVE_ARRAY_COUNT', 'long'),
      ...pair('validPoints', at, fields, ['FIRST_VALID_PNT', 'LAST_VALID_PNT']),
      ...pair('sparsing', at, fields, ['FIRST_POINT', 'SPARSING_FACTOR']),
      segmentCount: at('SUBARRAY_COUNT', 'long'),
      gain: at('VERTICAL_GAIN', 'float'),
      offset: at(fields.has('VERTICAL_OFFSET') ? 'VERTICAL_OFFSET' : 'ACQ_VERT_OFFSET', 'float'),
      ...ifThere('nominalBits', 'NOMINAL_BITS', 'word'),
      interval: at('HORIZ_INTERVAL', 'float'),
      horizontalOffset: at('HORIZ_OFFSET', 'double'),
      verticalUnit: at('VERTUNIT', 'unit_definition'),
      horizontalUnit: at('HORUNIT', 'unit_definition'),
      triggerTime: at('TRIGGER_TIME', 'time_stamp'),
      ...ifThere('recordType', 'RECORD_TYPE', 'enum'),
      source: at('WAVE_SOURCE', 'enum'),
      firstSource: firstSourceOf(block),
    },
  };
}

function unusable(why: string): WaveformError {
  return new WaveformError(
    'bad-preamble',
    `The instrument's template cannot be used: ${why}. Set it to template LECROY_2_3.`,
  );
}

function fieldsOf(block: string): ReadonlyMap<string, Field> {
  const fields = new Map<string, Field>();
  for (const [, offset, name, word] of block.matchAll(/^[^\S\n]*<\s*(\d{1,9})\s*>\s*(\w+)\s*:\s*(\w+)/gm)) {
    const type = word!.toLowerCase();
    if (!TYPE_BYTES.has(type)) throw unusable(`the type ${type.slice(0, 20)} of ${name!.slice(0, 20)} is not known`);
    if (fields.size === MAX_FIELDS || Number(offset) > MAX_DESCRIPTOR_BYTES) throw unusable('it is too long');
    fields.set(name!.toUpperCase(), { offset: Number(offset), type });
  }
  return fields;
}

function endOf(fields: ReadonlyMap<string, Field>): number {
  return Math.max(...[...fields.values()].map(({ offset, type }) => offset + TYPE_BYTES.get(type)!));
}

/** Lengths of the blocks in the order in which these follow each other: that of their fields, from WAVE_DESCRIPTOR on. */
function lengthsOf(
  fields: ReadonlyMap<string, Field>,
  at: (field: string, type: string) => number,
): Pick<LecroyLayout, 'lengthsBefore' | 'lengthsBehind' | 'triggerTimeArray' | 'risTimeArray'> {
  const first = at('WAVE_DESCRIPTOR', 'long');
  const samples = at('WAVE_ARRAY_1', 'long');
  const triggerTimeArray = at('TRIGTIME_ARRAY', 'long');
  const risTimeArray = fields.get('RIS_TIME_ARRAY')?.offset;
  const lengths = [...fields.values()]
    .filter(({ offset, type }) => type === 'long' && offset >= first && offset < samples)
    .map(({ offset }) => offset)
    .sort((a, b) => a - b);
  return {
    lengthsBefore: lengths.filter((offset) => offset < triggerTimeArray),
    triggerTimeArray,
    ...(risTimeArray !== undefined && { risTimeArray }),
    lengthsBehind: lengths.filter((offset) => offset > triggerTimeArray && offset !== risTimeArray),
  };
}

/** Two numbers that are read together; left out where the template has them apart or not at all. */
function pair<Key extends string>(
  key: Key,
  at: (field: string, type: string) => number,
  fields: ReadonlyMap<string, Field>,
  [first, second]: readonly [string, string],
): { readonly [K in Key]?: number } {
  const isThere = fields.has(first) && fields.has(second) && at(second, 'long') === at(first, 'long') + 4;
  return (isThere ? { [key]: at(first, 'long') } : {}) as { readonly [K in Key]?: number };
}

/** What stands for channel 1 in WAVE_SOURCE: `_0 CHANNEL_1`, in old templates `_1 CHANNEL_1`. */
function firstSourceOf(block: string): number {
  const sources = /WAVE_SOURCE\s*:\s*enum(.*?)(?:endenum|$)/is.exec(block)?.[1] ?? '';
  return Number(/_(\d{1,3})\s+CHANNEL[_ ]?1\b/i.exec(sources)?.[1] ?? 0);
}
