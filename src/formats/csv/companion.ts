// Rohde & Schwarz RTO and RTP write values to NAME.Wfm.csv and say where they lie in NAME.csv or NAME.bin.

import type { OpenContext } from '../row.ts';
import { decodeText } from './encoding.ts';
import type { Settings } from './settings.ts';

/** Bytes of the companion that are looked at. */
const MOST_BYTES = 1 << 18;
/** What is taken from it. */
const NAMES = [
  'Resolution',
  'RecordLength',
  'XStart',
  'Source',
  'VerticalScale',
  'VerticalOffset',
  'TimeScale',
  'TriggerOffset',
] as const;

/** The columns of more than a single channel, and of tables that have their times; undefined for the others. */
function channelsIn(head: string, source: string | undefined): string | undefined {
  const property = (name: string): string => new RegExp(`Name="${name}"[^>]*`).exec(head)?.[0] ?? '';
  const isMany = /Value="[^"]*_ON"/.test(property('MultiChannelExport'));
  const states = property('MultiChannelExportState');
  const sources = [...property('MultiChannelSource').matchAll(/\b(I_\d+)="eRS_SIGNAL_SOURCE_(\w+?)(?:_TR\d+)?"/g)];
  const many = sources.flatMap(([, key, name]) => (new RegExp(`\\b${key}="[^"]*_ON"`).test(states) ? [name!] : []));
  const channels = isMany ? many : source === undefined ? [] : [source];
  const hasTimes = /Value="[^"]*_XY/.test(property('SignalFormat'));
  if (channels.length === 0 || (channels.length === 1 && !hasTimes)) return undefined;
  return [...(hasTimes ? ['Time (s)'] : []), ...channels].join(', ');
}

/** Settings by their names there; undefined when there is no companion, or the file has another name. */
export async function readCompanion({ name, neighbour }: OpenContext): Promise<Settings | undefined> {
  const [, base] = /^(.+)\.wfm\.csv$/i.exec(name) ?? [];
  if (base === undefined) return undefined;
  for (const extension of ['csv', 'bin']) {
    const source = await neighbour(`${base}.${extension}`);
    if (!source) continue;
    const text = decodeText(await source.read(0, Math.min(MOST_BYTES, source.sizeBytes)), 'latin1');
    const settings = new Map<string, string>();
    for (const key of NAMES) {
      const value =
        new RegExp(`Name="${key}"[^>]*? Value="([^"]*)"`).exec(text)?.[1] ??
        new RegExp(`^${key}:([^:\\r\\n]*)`, 'm').exec(text)?.[1];
      if (value !== undefined) settings.set(key, value.replace(/^eRS_SIGNAL_SOURCE_(CH\d+).*$/, '$1'));
    }
    const unit = /eRS_UNIT_LEVEL_([A-Z])\b/.exec(text)?.[1];
    if (unit !== undefined) settings.set('Vertical Units', unit);
    const channels = channelsIn(text, settings.get('Source'));
    if (channels) settings.set('Channels', channels);
    const resolution = settings.get('Resolution');
    if (resolution !== undefined) return settings.set('Sample Interval', resolution);
  }
  return undefined;
}
