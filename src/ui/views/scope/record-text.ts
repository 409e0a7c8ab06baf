// A record as a table of text: a row for each point, the settings in force before it.

import { shortestFloat32 } from '../../../base/float32.ts';
import { utcToIsoText } from '../../../base/time.ts';
import { download } from '../../save-picture.ts';
import { type ShownRecord, sampleCount } from './screen.ts';

/** Rows that are put together at once: a text of all would be longer than one may be. */
const BLOCK_ROWS = 65_536;

/** Lines of comments, names with units, and times from the trigger with a value for each signal; a hole is empty. */
export function recordText(record: ShownRecord): readonly string[] {
  const { signals, samples, startS, stepS } = record;
  const count = sampleCount(record);
  const head = [
    `# trigger: ${utcToIsoText(record.triggerUtc)}`,
    `# settings: ${record.settings.replace(/[\r\n]+/g, ' ')}`,
    ['time (s)', ...signals.map(({ name, unit }) => `${name} (${unit})`.replaceAll(',', ' '))].join(','),
  ];
  const parts = [`${head.join('\n')}\n`];
  for (let start = 0; start < count; start += BLOCK_ROWS) {
    const rows = Array.from({ length: Math.min(BLOCK_ROWS, count - start) }, (_, row) => {
      const values = samples.map((part) => valueText(part[start + row]!));
      return `${String(Number((startS + (start + row) * stepS).toPrecision(15)))},${values.join(',')}\n`;
    });
    parts.push(rows.join(''));
  }
  return parts;
}

function valueText(value: number): string {
  return Number.isNaN(value) ? '' : String(shortestFloat32(value));
}

/** Offers it for download, named by the instrument and the trigger's time. */
export function exportRecord(record: ShownRecord, label: string): void {
  const time = utcToIsoText(record.triggerUtc).slice(0, 19).replaceAll(':', '').replace('T', '_');
  download(new Blob([...recordText(record)], { type: 'text/csv' }), `${label} ${time}.csv`);
}
