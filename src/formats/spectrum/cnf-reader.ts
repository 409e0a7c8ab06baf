// Reads Canberra (Genie 2000) .cnf files. The format is not published; places are those that open readers agree on
// (xylib's canberra_cnf.cpp, becquerel's cnf.py): a list of sections from byte 112 on, 48 bytes each, and sections that
// begin with a head of 48 bytes of the same kind.

import { FormatError } from '../../base/errors.ts';
import type { Diagnostic } from '../../model/signal-store.ts';
import type { FormatReader } from '../reader.ts';
import type { RandomAccess } from '../source.ts';
import { SpectrumBytes } from './bytes.ts';
import { startOf } from './moment.ts';
import { createSpectrumReader, MAX_CHANNELS } from './spectrum-reader.ts';
import { readWhole } from './text.ts';

const FORMAT = 'canberra-cnf';
const LABEL = 'Canberra CNF spectrum';
const LIST_BYTE = 112;
const LIST_END_BYTE = 2048;
const HEAD_BYTES = 48;
/** Kinds of sections: 0x00012000 and these. */
const ACQUISITION = 0x0001_2000;
const SAMPLE = 0x0001_2001;
const COUNTS = 0x0001_2005;
/** Counts of a section begin here. */
const COUNTS_BYTE = 512;
/** Channels are counted in so many. */
const CHANNEL_UNIT = 256;
/** Times count in 100 ns; dates since 17 November 1858, this many seconds before 1970. */
const TICKS_PER_MS = 10_000n;
const MJD_EPOCH_MS = 3_506_716_800_000;
/** The year 10000, as Unix time. */
const END_OF_DATES_MS = 253_402_300_800_000;

/** Rejects with a FormatError. */
export async function openCnf(source: RandomAccess): Promise<FormatReader> {
  const bytes = new SpectrumBytes(await readWhole(source, LABEL), LABEL);
  const sections = sectionsOf(bytes);
  const acquisition = sections.get(ACQUISITION)?.[0];
  const countsAt = sections.get(COUNTS)?.[0];
  if (acquisition === undefined || countsAt === undefined) {
    const missing = acquisition === undefined ? 'how it was measured' : 'counts';
    throw new FormatError(
      'format/damaged',
      `This CNF file has no section of ${missing}. Save the spectrum again.`,
      112,
    );
  }
  const channelCount = CHANNEL_UNIT * bytes.u16(acquisition + HEAD_BYTES + 128 + 10);
  if (channelCount < 1 || channelCount > MAX_CHANNELS) {
    throw new FormatError('format/damaged', `This CNF file counts ${channelCount} channels.`, acquisition);
  }
  const diagnostics: Diagnostic[] = [];
  const times = timesOf(bytes, acquisition, diagnostics);
  const sample = sections.get(SAMPLE)?.[0];
  const texts = sample === undefined ? {} : sampleTexts(bytes, sample);
  const spectrum = {
    title: texts['name'] ?? '',
    counts: countsOf(bytes, countsAt, channelCount, times, diagnostics),
    ...times,
    coefficients: coefficientsOf(bytes, sections.get(ACQUISITION)!),
  };
  return createSpectrumReader({ format: FORMAT, label: LABEL, spectra: [spectrum], metadata: texts, diagnostics });
}

/** Offsets of sections by kind, in their order; only those whose head is of that kind. */
function sectionsOf(bytes: SpectrumBytes): ReadonlyMap<number, readonly number[]> {
  const sections = new Map<number, number[]>();
  for (let at = LIST_BYTE; at + HEAD_BYTES <= Math.min(LIST_END_BYTE, bytes.sizeBytes); at += HEAD_BYTES) {
    const kind = bytes.u32(at);
    const offset = bytes.u32(at + 10);
    if (!bytes.has(offset, HEAD_BYTES) || bytes.u32(offset) !== kind) continue;
    sections.set(kind, [...(sections.get(kind) ?? []), offset]);
  }
  return sections;
}

/** Start in local time, and times as what is left of 2^64 ticks. */
function timesOf(bytes: SpectrumBytes, acquisition: number, diagnostics: Diagnostic[]) {
  const at = acquisition + HEAD_BYTES + bytes.u16(acquisition + 36) + 1;
  const startMs = Number(bytes.u64(at) / TICKS_PER_MS) - MJD_EPOCH_MS;
  const seconds = (offset: number) => Number(BigInt.asUintN(64, ~bytes.u64(offset))) / 1e7;
  const isDate = startMs > -MJD_EPOCH_MS && startMs < END_OF_DATES_MS;
  const start = isDate ? new Date(startMs).toISOString().slice(0, -1) : '';
  return { ...startOf(start, FORMAT, diagnostics), realS: seconds(at + 8), liveS: seconds(at + 16) };
}

/** Analysers keep live and real time in the first two channels, which are no counts. */
function countsOf(
  bytes: SpectrumBytes,
  section: number,
  channelCount: number,
  { liveS, realS }: { readonly liveS: number; readonly realS: number },
  diagnostics: Diagnostic[],
): Float64Array {
  const counts = bytes.counts(section + COUNTS_BYTE, channelCount);
  for (let channel = 0; channel < Math.min(2, channelCount); channel++) {
    const count = counts[channel]!;
    if (count === 0 || (count !== Math.floor(liveS) && count !== Math.floor(realS))) continue;
    counts[channel] = 0;
    const message = `Channel ${channel} holds the time, ${count} s, as analysers do, and no counts: it is shown as 0.`;
    diagnostics.push({ severity: 'info', code: `${FORMAT}/time-channel`, message });
  }
  return counts;
}

/** In the last section of the kind, at the place that the first one names, or at the start. */
function coefficientsOf(bytes: SpectrumBytes, acquisitions: readonly number[]): readonly number[] {
  const base = acquisitions.at(-1)! + HEAD_BYTES + 32 + 36;
  const offset = bytes.u16(acquisitions[0]! + 34);
  const read = (at: number) =>
    bytes.has(at, 16) ? Array.from({ length: 4 }, (_, i) => pdpFloat(bytes, at + 4 * i)) : [];
  const first = read(base + offset);
  return first[1] ? first : read(base);
}

/** DEC's floating point: sign, 8 bits of exponent with bias 128, 23 bits below a hidden 0.1, the upper word first. */
function pdpFloat(bytes: SpectrumBytes, at: number): number {
  const [high, low] = [bytes.u16(at), bytes.u16(at + 2)];
  const exponent = (high >> 7) & 0xff;
  if (exponent === 0) return high & 0x8000 ? Number.NaN : 0;
  const fraction = (((high & 0x7f) | 0x80) * 2 ** 16 + low) / 2 ** 24;
  return (high & 0x8000 ? -1 : 1) * fraction * 2 ** (exponent - 128);
}

/** Texts of the sample by their places behind its head. */
function sampleTexts(bytes: SpectrumBytes, section: number): Readonly<Record<string, string>> {
  const places: readonly (readonly [string, number, number])[] = [
    ['name', 48, 64],
    ['id', 112, 64],
    ['type', 176, 16],
    ['user', 0x2d6, 32],
    ['description', 0x36e, 256],
  ];
  const texts = places.flatMap(([name, offset, length]) => {
    const text = bytes.has(section + offset, length) ? bytes.text(section + offset, length) : '';
    // control letters: the place holds something else in this file
    return text === '' || /[\p{Cc}]/u.test(text) ? [] : [[name, text] as const];
  });
  return Object.fromEntries(texts);
}
