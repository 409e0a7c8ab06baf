// Reads Amptek .mca files: parts that begin with `<<NAME>>`, lines `NAME - value` in the first, points of the calibration,
// regions, and counts one a line (as DppMCA and ADMCA write them).

import type { Diagnostic } from '../../model/signal-store.ts';
import type { FormatReader } from '../reader.ts';
import type { RandomAccess } from '../source.ts';
import { lineThrough } from './calibration-points.ts';
import { startOf } from './moment.ts';
import { createSpectrumReader, MAX_CHANNELS } from './spectrum-reader.ts';
import { numbersOf, readWhole, textOf } from './text.ts';

const FORMAT = 'amptek-mca';
const LABEL = 'Amptek MCA spectrum';

/** Rejects with a FormatError. */
export async function openAmptek(source: RandomAccess): Promise<FormatReader> {
  const parts = partsOf(textOf(await readWhole(source, LABEL)));
  const diagnostics: Diagnostic[] = [];
  const head = new Map((parts.get('PMCA SPECTRUM') ?? []).map(pairOf));
  const seconds = (name: string) => numbersOf(head.get(name) ?? '')[0];
  const serial = head.get('SERIAL_NUMBER') ?? '';
  const counts = numbersOf((parts.get('DATA') ?? []).join('\n')).slice(0, MAX_CHANNELS);
  const spectrum = {
    title: head.get('DESCRIPTION') ?? '',
    counts: Float64Array.from(counts),
    liveS: seconds('LIVE_TIME'),
    realS: seconds('REAL_TIME'),
    ...startOf(head.get('START_TIME'), FORMAT, diagnostics),
    ...calibrationOf(parts.get('CALIBRATION'), diagnostics),
    regions: regionsOf(parts.get('ROI')),
    instrument: serial === '' || serial === '0' ? 'Amptek' : `Amptek ${serial}`,
  };
  const settings = [...parts].flatMap(([name, lines]) =>
    /CONFIGURATION|STATUS/.test(name) ? [[name, lines.join('\n')]] : [],
  );
  const metadata = { ...Object.fromEntries(head), ...Object.fromEntries(settings) };
  return createSpectrumReader({ format: FORMAT, label: LABEL, spectra: [spectrum], metadata, diagnostics });
}

function partsOf(text: string): ReadonlyMap<string, readonly string[]> {
  const parts = new Map<string, string[]>();
  let lines: string[] | undefined;
  for (const raw of text.split(/\r\n|\n|\r/)) {
    const line = raw.trim();
    const head = /^<<(.+)>>$/.exec(line);
    if (head) {
      lines = [];
      parts.set(head[1]!.trim().toUpperCase(), lines);
    } else if (line !== '') lines?.push(line);
  }
  return parts;
}

/** `LIVE_TIME - 120.5` */
function pairOf(line: string): readonly [string, string] {
  const match = /^([^-]*?)\s*-\s*(.*)$/.exec(line);
  return match ? [match[1]!, match[2]!] : [line, ''];
}

/** A label, which programs leave at `Channel`, and pairs of channel and energy; energies are keV unless it names a unit. */
function calibrationOf(lines: readonly string[] | undefined, diagnostics: Diagnostic[]) {
  const label = lines?.find((line) => /^LABEL/i.test(line)) ?? '';
  const unit = /\b(eV|keV|MeV)\b/i.exec(label)?.[1];
  const points = (lines ?? []).flatMap((line) => {
    const [channel, energy] = numbersOf(line);
    return channel === undefined || energy === undefined || Number.isNaN(channel) ? [] : [{ channel, energy }];
  });
  return {
    coefficients: lineThrough(points, FORMAT, diagnostics) ?? [],
    ...(unit && { energyUnit: unit.toLowerCase() === 'mev' ? 'MeV' : unit.toLowerCase() === 'ev' ? 'eV' : 'keV' }),
  };
}

/** First and last channel of each. */
function regionsOf(lines: readonly string[] | undefined) {
  return (lines ?? []).flatMap((line) => {
    const [first, last] = numbersOf(line);
    if (first === undefined || last === undefined || !(last >= first)) return [];
    return [{ name: '', startChannel: first, endChannel: last + 1 }];
  });
}
