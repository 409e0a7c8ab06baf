// The head that a Rohde & Schwarz oscilloscope writes beside its samples: properties in XML, each an element with a name.

import { FormatError } from '../../../base/errors.ts';
import type { RandomAccess } from '../../source.ts';

/** Heads have some 70 kB. */
const MAX_HEAD_BYTES = 1 << 20;

/** A channel of the record and how codes of it become values. */
export interface HeadChannel {
  readonly name: string;
  /** Value of one code where samples are whole numbers, and what is added. */
  readonly scale: number;
  readonly offset: number;
  readonly scalePerDivision: number;
}

export interface RohdeSchwarzHead {
  /** Time of the first sample to be shown, in s from the trigger, and from one to the next. */
  readonly startS: number;
  readonly stepS: number;
  /** Samples to be shown of each record, behind those in which the filters settle. */
  readonly count: number;
  readonly leadingCount: number;
  /** Samples of each record in the file. */
  readonly storedCount: number;
  readonly recordCount: number;
  readonly channels: readonly HeadChannel[];
  readonly unit: string;
  readonly firmware: string;
  /** Where there is one: the instrument's own clock. */
  readonly timestamp: string;
}

type Attributes = ReadonlyMap<string, string>;

/** Rejects with a FormatError. Of use to a table of samples whose axis stands in the head, too. */
export async function readRohdeSchwarzHead(source: RandomAccess): Promise<RohdeSchwarzHead> {
  const bytes = await source.read(0, Math.min(MAX_HEAD_BYTES, source.sizeBytes));
  const properties = propertiesOf(new TextDecoder().decode(bytes));
  const number = (name: string, otherwise?: number): number => {
    const text = properties.get(name)?.get('Value');
    const value = text === undefined || text === '' ? otherwise : Number(text);
    if (value !== undefined && Number.isFinite(value)) return value;
    throw new FormatError('format/damaged', `The head has no usable ${name}. Save the capture again.`, 0);
  };
  const count = number('RecordLength');
  const startS = number('XStart');
  const head = {
    startS,
    stepS: (number('XStop') - startS) / count,
    count,
    leadingCount: number('LeadingSettlingSamples', 0),
    storedCount: number('SignalHardwareRecordLength', count),
    recordCount: number('NumberOfAcquisitions', 1),
    channels: channelsOf(properties, number('NofQuantisationLevels', 1)),
    unit: properties.get('BaseUnit')?.get('Value')?.split('_').at(-1) ?? 'V',
    firmware: properties.get('FirmwareVersion')?.get('Value') ?? '',
    timestamp: properties.get('Timestamp')?.get('Value') ?? '',
  };
  const { leadingCount, storedCount, recordCount } = head;
  const counts = [count, leadingCount, storedCount, recordCount];
  if (counts.every((each) => Number.isSafeInteger(each) && each >= 0) && leadingCount + count <= storedCount)
    return head;
  throw new FormatError('format/damaged', 'The lengths that the head states do not fit together. Save it again.', 0);
}

/** Attributes by the name of the element; the first of a name counts. */
function propertiesOf(text: string): ReadonlyMap<string, Attributes> {
  const properties = new Map<string, Attributes>();
  for (const [element] of text.matchAll(/<Prop\b[^>]*>/g)) {
    const attributes = new Map<string, string>();
    for (const [, key, value] of element.matchAll(/\b(\w+)="([^"]*)"/g)) attributes.set(key!, value!);
    const name = attributes.get('Name');
    if (name && !properties.has(name)) properties.set(name, attributes);
  }
  return properties;
}

/** The channels in the order in which their samples take turns. */
function channelsOf(properties: ReadonlyMap<string, Attributes>, levels: number): readonly HeadChannel[] {
  const isMany = properties.get('MultiChannelExport')?.get('Value')?.endsWith('_ON') ?? false;
  if (!isMany) return [channelOf(properties, 'Vertical', 'Source', 'Value', levels)];
  const states = properties.get('MultiChannelExportState') ?? new Map<string, string>();
  return [...states]
    .filter(([key, state]) => /^I_\d+$/.test(key) && state.endsWith('_ON'))
    .map(([key]) => channelOf(properties, 'MultiChannelVertical', 'MultiChannelSource', key, levels));
}

function channelOf(
  properties: ReadonlyMap<string, Attributes>,
  prefix: string,
  source: string,
  key: string,
  levels: number,
): HeadChannel {
  const value = (name: string, attribute = key) => Number(properties.get(`${prefix}${name}`)?.get(attribute) ?? 0);
  const scalePerDivision = value('Scale');
  const from = properties.get(source)?.get(key) ?? '';
  const number = /C(?:H)?(\d)/.exec(from.replace('eRS_SIGNAL_SOURCE_', ''))?.[1];
  return {
    name: number === undefined ? from.replace('eRS_SIGNAL_SOURCE_', '') || 'CH1' : `CH${number}`,
    scale: (value('Scale', 'StepFactor') * scalePerDivision) / levels,
    offset: value('Offset') - value('Position') * scalePerDivision,
    scalePerDivision,
  };
}
