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
    const resolution = settings.get('Resolution');
    if (resolution !== undefined) return settings.set('Sample Interval', resolution);
  }
  return undefined;
}
