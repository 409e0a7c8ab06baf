// Reads spectra as text with lines `Name : value`, as identiFINDER instruments and PeakEasy write them under .spc: the
// energy is a·n³ + b·n² + c·n + d, and counts stand apart by commas below the names.

import { FormatError } from '../../base/errors.ts';
import type { Diagnostic } from '../../model/signal-store.ts';
import type { FormatReader } from '../reader.ts';
import type { RandomAccess } from '../source.ts';
import { startOf } from './moment.ts';
import { createSpectrumReader, MAX_CHANNELS } from './spectrum-reader.ts';
import { numbersOf, readWhole, textOf } from './text.ts';

const FORMAT = 'spc-text';
const LABEL = 'SPC text spectrum';

/** Rejects with a FormatError. */
export async function openSpcText(source: RandomAccess): Promise<FormatReader> {
  const lines = textOf(await readWhole(source, LABEL)).split(/\r\n|\n|\r/);
  const names = new Map<string, string>();
  const rows: string[] = [];
  for (const line of lines) {
    const named = /^([A-Za-z][\w ]*?)\s*:\s*(.*)$/.exec(line);
    if (named) names.set(named[1]!, named[2]!.trim());
    else if (/^\s*[\d.]/.test(line)) rows.push(line);
  }
  const channelCount = Number(names.get('Length'));
  if (!(Number.isInteger(channelCount) && channelCount >= 1 && channelCount <= MAX_CHANNELS)) {
    const message = `"Length" should be the number of channels, up to ${MAX_CHANNELS}: "${names.get('Length') ?? ''}".`;
    throw new FormatError('format/damaged', message, 0);
  }
  const diagnostics: Diagnostic[] = [];
  const values = numbersOf(rows.join('\n'));
  if (values.length !== channelCount) {
    const message = `There are ${values.length} counts for ${channelCount} channels; what there is of them is shown.`;
    diagnostics.push({ severity: 'warning', code: `${FORMAT}/counts`, message });
  }
  const seconds = (name: string) => numbersOf(names.get(name) ?? '')[0];
  const spectrum = {
    title: names.get('SpectrumName') ?? '',
    counts: Float64Array.from(values.slice(0, channelCount)),
    liveS: seconds('Livetime') ?? seconds('LiveTime'),
    realS: seconds('Realtime') ?? seconds('RealTime'),
    ...startOf(names.get('Starttime'), FORMAT, diagnostics),
    coefficients: coefficientsOf(names.get('CalibCoeff') ?? ''),
    instrument: [names.get('Manufacturer'), names.get('ModelNumber'), names.get('SerialNumber')]
      .filter(Boolean)
      .join(' '),
  };
  const metadata = Object.fromEntries([...names].filter(([, text]) => text !== ''));
  return createSpectrumReader({ format: FORMAT, label: LABEL, spectra: [spectrum], metadata, diagnostics });
}

/** From `a=… b=… c=… d=…`, lowest power first. */
function coefficientsOf(text: string): readonly number[] {
  const values = new Map([...text.matchAll(/\b([abcd])\s*=\s*(\S+)/g)].map(([, name, value]) => [name, Number(value)]));
  return ['d', 'c', 'b', 'a'].map((name) => values.get(name) ?? 0);
}
