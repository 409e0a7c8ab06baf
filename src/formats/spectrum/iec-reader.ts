// Reads IEC 1455 (IEC 61455:1995) files: lines of 70 letters that begin with `A004`. Line 1 names the system, 2 holds live
// time, real time and channels, 3 the start, 4 the energy calibration, 6 to 9 the sample, 11 to 22 pairs of energy and
// channel, and from 59 on a channel and the counts of the five from there.

import { FormatError } from '../../base/errors.ts';
import type { Diagnostic } from '../../model/signal-store.ts';
import type { FormatReader } from '../reader.ts';
import type { RandomAccess } from '../source.ts';
import { lineThrough } from './calibration-points.ts';
import { startOf } from './moment.ts';
import { createSpectrumReader, MAX_CHANNELS } from './spectrum-reader.ts';
import { numbersOf, readWhole, textOf } from './text.ts';

const FORMAT = 'iec1455';
const LABEL = 'IEC 1455 spectrum';
const PREFIX = 'A004';
/** Line of the first counts, from 1. */
const DATA_LINE = 59;

/** Rejects with a FormatError. */
export async function openIec(source: RandomAccess): Promise<FormatReader> {
  const text = textOf(await readWhole(source, LABEL));
  const records = text
    .split(/\r\n|\n|\r/)
    .filter((line) => line.startsWith(PREFIX))
    .map((line) => line.slice(PREFIX.length));
  const diagnostics: Diagnostic[] = [];
  const [liveS, realS, channelCount = Number.NaN] = numbersOf(records[1] ?? '');
  const most = Math.min(MAX_CHANNELS, text.length);
  if (!(Number.isInteger(channelCount) && channelCount >= 1 && channelCount <= most)) {
    const message = `Line 2 should hold live time, real time and up to ${most} channels: "${records[1] ?? ''}".`;
    throw new FormatError('format/damaged', message, 0);
  }
  const sample = records.slice(5, 9).map((record) => record.trim());
  const spectrum = {
    title: sample.filter(Boolean).join(' '),
    counts: countsOf(records, channelCount, diagnostics),
    liveS,
    realS,
    ...startOf(records[2]?.slice(0, 18), FORMAT, diagnostics),
    coefficients: coefficientsOf(records, diagnostics),
    instrument: systemOf(records[0] ?? ''),
  };
  const metadata = {
    system: records[0]?.trim() ?? '',
    sampleCollected: records[2]?.slice(18).trim() ?? '',
    energyCalibration: records[3]?.trim() ?? '',
    widthCalibration: records[4]?.trim() ?? '',
  };
  return createSpectrumReader({ format: FORMAT, label: LABEL, spectra: [spectrum], metadata, diagnostics });
}

/** System and sub-system, before the numbers of converter and segment. */
function systemOf(record: string): string {
  const words = record.trim().split(/\s+/);
  const end = words.findIndex((word) => /^\d+$/.test(word));
  return words.slice(0, end < 0 ? undefined : end).join(' ');
}

/** Numbers of 15 letters each, which may stand without a blank between them. */
function exponentials(record: string | undefined): readonly number[] {
  return [...(record ?? '').matchAll(/[+-]?\d*\.?\d+(?:[EeDd][+-]?\d{1,3})?/g)].map(([word]) =>
    Number(word.replace(/d/i, 'e')),
  );
}

function coefficientsOf(records: readonly string[], diagnostics: Diagnostic[]): readonly number[] {
  const coefficients = exponentials(records[3]);
  if (coefficients.some((coefficient) => coefficient !== 0)) return coefficients;
  const pairs = records.slice(10, 22).flatMap(exponentials);
  const points = Array.from({ length: Math.floor(pairs.length / 2) }, (_, i) => ({
    energy: pairs[2 * i]!,
    channel: pairs[2 * i + 1]!,
  })).filter(({ energy, channel }) => energy !== 0 || channel !== 0);
  return lineThrough(points, FORMAT, diagnostics) ?? [];
}

/** Each line goes where its channel says; of channels that no line holds the counts are missing. */
function countsOf(records: readonly string[], channelCount: number, diagnostics: Diagnostic[]): Float64Array {
  const say = (message: string) => diagnostics.push({ severity: 'warning', code: `${FORMAT}/counts`, message });
  const counts = new Float64Array(channelCount).fill(Number.NaN);
  const badLines: number[] = [];
  for (let at = DATA_LINE - 1; at < records.length; at++) {
    const [channel = Number.NaN, ...values] = numbersOf(records[at]!);
    const isPlace = Number.isInteger(channel) && channel >= 0 && channel < channelCount;
    if (isPlace) counts.set(values.slice(0, channelCount - channel), channel);
    if (!isPlace || values.some(Number.isNaN)) badLines.push(at + 1);
  }
  if (badLines.length > 0) {
    const others = badLines.length > 1 ? ` and ${badLines.length - 1} more` : '';
    say(`Line ${badLines[0]}${others} should hold a channel and five counts: what is no number there is left out.`);
  }
  const missingCount = counts.reduce((sum, count) => (Number.isNaN(count) ? sum + 1 : sum), 0);
  if (missingCount === channelCount) return new Float64Array(0);
  if (missingCount > 0) {
    const first = counts.findIndex(Number.isNaN);
    say(`${missingCount} of ${channelCount} channels have no counts and are missing, the first is channel ${first}.`);
  }
  return counts;
}
