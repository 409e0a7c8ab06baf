// Reads IAEA .spe files: sections that begin with `$NAME:`, in any order, one spectrum per file (ORTEC, "Software File
// Structure Manual", 753800, section "ASCII spectrum"; IAEA, "Specialized software utilities for gamma ray spectrometry",
// TECDOC-1275). $DATA begins with the first and the last channel; what follows are counts, one or more a line.

import { FormatError } from '../../base/errors.ts';
import type { Diagnostic } from '../../model/signal-store.ts';
import type { SpectrumRegion } from '../../model/spectrum-info.ts';
import type { FormatReader } from '../reader.ts';
import type { RandomAccess } from '../source.ts';
import { startOf } from './moment.ts';
import { createSpectrumReader, MAX_CHANNELS } from './spectrum-reader.ts';
import { numbersOf, readWhole, textOf } from './text.ts';

const FORMAT = 'spe';
const LABEL = 'IAEA SPE spectrum';

interface Section {
  /** Line number of the first of `lines`, from 1. */
  readonly firstLine: number;
  readonly lines: string[];
}

/** Rejects with a FormatError. */
export async function openSpe(source: RandomAccess): Promise<FormatReader> {
  const diagnostics: Diagnostic[] = [];
  const sections = sectionsOf(textOf(await readWhole(source, LABEL)), diagnostics);
  const data = sections.get('DATA');
  if (!data) throw new FormatError('format/damaged', 'There is no $DATA section: no counts are in this file.', 0);
  const [liveS, realS] = timesOf(sections.get('MEAS_TIM'));
  const spectrum = {
    title: firstText(sections.get('SPEC_ID')),
    ...countsOf(data, diagnostics),
    liveS,
    realS,
    ...startOf(
      sections.get('DATE_MEA')?.lines.find((line) => line !== ''),
      FORMAT,
      diagnostics,
    ),
    ...calibrationOf(sections),
    regions: regionsOf(sections.get('ROI')),
    instrument: instrumentOf(sections.get('SPEC_REM')),
  };
  const metadata = metadataOf(sections);
  return createSpectrumReader({ format: FORMAT, label: LABEL, spectra: [spectrum], metadata, diagnostics });
}

/** By name without `$` and `:`. Of a name that comes twice the first counts. */
function sectionsOf(text: string, diagnostics: Diagnostic[]): ReadonlyMap<string, Section> {
  const sections = new Map<string, Section>();
  let section: Section | undefined;
  for (const [index, raw] of text.split(/\r\n|\n|\r/).entries()) {
    const line = raw.trim();
    const head = /^\$([A-Z][A-Z0-9_ ]*):?(.*)$/i.exec(line);
    if (!head) {
      section?.lines.push(line);
      continue;
    }
    const [, name, rest] = head as unknown as [string, string, string];
    section = { firstLine: index + (rest.trim() === '' ? 2 : 1), lines: rest.trim() === '' ? [] : [rest.trim()] };
    const key = name.trim().toUpperCase();
    if (sections.has(key)) {
      const message = `Line ${index + 1} begins a second section $${key}; the first one counts.`;
      diagnostics.push({ severity: 'warning', code: `${FORMAT}/section`, message });
    } else sections.set(key, section);
  }
  return sections;
}

function firstText(section: Section | undefined): string {
  return section?.lines.find((one) => one !== '') ?? '';
}

/** Live and real time in seconds. */
function timesOf(section: Section | undefined): readonly [number | undefined, number | undefined] {
  const [liveS, realS] = numbersOf(section?.lines.join(' ') ?? '');
  return [liveS, realS];
}

function countsOf({ firstLine, lines }: Section, diagnostics: Diagnostic[]) {
  const headAt = lines.findIndex((line) => line !== '');
  const [firstChannel = Number.NaN, lastChannel = Number.NaN, ...more] = numbersOf(lines[headAt] ?? '');
  const count = lastChannel - firstChannel + 1;
  const isRange = Number.isInteger(firstChannel) && Number.isInteger(lastChannel) && firstChannel >= 0 && count >= 1;
  if (!isRange || more.length > 0 || count > MAX_CHANNELS) {
    const place = `Line ${firstLine + Math.max(0, headAt)} should hold the first and the last channel`;
    throw new FormatError('format/damaged', `${place} (at most ${MAX_CHANNELS} of them): "${lines[headAt] ?? ''}".`);
  }
  const say = (message: string) => diagnostics.push({ severity: 'warning', code: `${FORMAT}/counts`, message });
  const values: number[] = [];
  const badLines: number[] = [];
  let extraCount = 0;
  for (let at = headAt + 1; at < lines.length; at++) {
    for (const value of numbersOf(lines[at]!)) {
      if (values.length === count) {
        extraCount++;
        continue;
      }
      values.push(value);
      if (Number.isNaN(value)) badLines.push(firstLine + at);
    }
  }
  if (badLines.length > 0) {
    const others = badLines.length > 1 ? `, as ${badLines.length - 1} more` : '';
    say(`Line ${badLines[0]} holds no number where a count should be${others}: that channel is missing.`);
  }
  if (extraCount > 0) say(`${extraCount} numbers follow the last of ${count} channels; they are left out.`);
  if (values.length < count) {
    say(`$DATA ends after ${values.length} of ${count} channels: the file was cut short. What is there is shown.`);
  }
  return { firstChannel, counts: Float64Array.from(values) };
}

/** $MCA_CAL has more digits and powers than $ENER_FIT; of zeros the other may know more. */
function calibrationOf(sections: ReadonlyMap<string, Section>) {
  const [countText = '', ...rest] = sections.get('MCA_CAL')?.lines.filter((line) => line !== '') ?? [];
  const words = rest.join(' ').split(/[\s,]+/);
  const mca = words.slice(0, Math.max(0, numbersOf(countText)[0] ?? 0)).map(Number);
  const unit = /\b(keV|MeV|eV)\b/i.exec(rest.join(' '))?.[1]?.toLowerCase();
  const energyUnit = unit === 'mev' ? 'MeV' : unit === 'ev' ? 'eV' : 'keV';
  if (mca.some((value) => value !== 0 && Number.isFinite(value))) return { coefficients: mca, energyUnit };
  const fit = numbersOf(sections.get('ENER_FIT')?.lines.join(' ') ?? '');
  return { coefficients: fit.filter(Number.isFinite), energyUnit };
}

/** How many, then the first and the last channel of each. */
function regionsOf(section: Section | undefined): readonly SpectrumRegion[] {
  const numbers = numbersOf(section?.lines.slice(1).join(' ') ?? '');
  const regions: SpectrumRegion[] = [];
  for (let i = 0; i + 1 < numbers.length; i += 2) {
    const [first, last] = [numbers[i]!, numbers[i + 1]!];
    if (last >= first) regions.push({ name: '', startChannel: first, endChannel: last + 1 });
  }
  return regions;
}

/** `DETDESC# digiBASE` of ORTEC's programs. */
function instrumentOf(section: Section | undefined): string {
  const line = section?.lines.find((one) => /^DETDESC#/i.test(one)) ?? '';
  return line.replace(/^DETDESC#\s*/i, '');
}

/** Every other section, by its own name. */
function metadataOf(sections: ReadonlyMap<string, Section>): Readonly<Record<string, string>> {
  const texts = [...sections].flatMap(([name, { lines }]) => {
    const text = lines.join('\n').trim();
    return name === 'DATA' || text === '' ? [] : [[name, text] as const];
  });
  return Object.fromEntries(texts);
}
