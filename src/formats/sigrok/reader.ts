// Opens a sigrok session (.sr): logic samples as a lane per probe, analogue channels as they are
// (sigrok.org/wiki/File_format:Sigrok/v2; what libsigrok writes and reads).

import { FormatError } from '../../base/errors.ts';
import type { Diagnostic } from '../../model/signal-store.ts';
import { type FrameAxis, type FrameColumn, frameSignals } from '../frame-table.ts';
import { createPlainReader } from '../plain-reader.ts';
import type { SteadyPlainSignal } from '../plain-store.ts';
import type { FormatReader } from '../reader.ts';
import type { OpenContext } from '../row.ts';
import type { RandomAccess } from '../source.ts';
import { JoinedSource } from '../source-part.ts';
import { COUNTED_AXIS } from '../time-axis.ts';
import { uniqueNames } from '../unique-names.ts';
import type { ArchiveFile } from '../zip/archive.ts';
import { type Device, deviceOf, parseSections } from './metadata.ts';

/** Versions whose files have this form. */
const VERSIONS = ['1', '2'];
const MAX_TEXT_BYTES = 2 ** 20;

/** Rejects with a FormatError when it is of another version or holds no samples. */
export async function openSigrok(files: readonly ArchiveFile[], context: OpenContext): Promise<FormatReader> {
  for (const file of files) if (/^(?:logic|analog)-\d/.test(file.name)) await file.ready();
  const version = (await textOf(files, 'version')).trim();
  if (!VERSIONS.includes(version)) {
    const message = `This sigrok session states version "${version.slice(0, 20)}"; versions 1 and 2 are read. Convert it with sigrok-cli.`;
    throw new FormatError('format/unsupported', message, 0);
  }
  const sections = parseSections(await textOf(files, 'metadata'));
  const diagnostics: Diagnostic[] = [];
  const signals: SteadyPlainSignal[] = [];
  const devices = [...sections].filter(([title]) => title.startsWith('device '));
  for (const [title, section] of devices) {
    const device = deviceOf(section);
    const number = title.slice('device '.length);
    signals.push(...deviceSignals(files, device, number, axisOf(device, context), diagnostics));
  }
  if (signals.length === 0) {
    throw new FormatError('format/damaged', 'This sigrok session holds no samples of any channel.', 0);
  }
  const isCounted = signals.some(({ info }) => info.axis);
  if (isCounted)
    diagnostics.push(note('sigrok/counted', 'The session states no sample rate: samples are counted. Say the rate.'));
  const names = uniqueNames(signals.map(({ info }) => info.name));
  const metadata = Object.fromEntries([...sections].map(([title, section]) => [title, Object.fromEntries(section)]));
  return createPlainReader({
    format: 'sigrok',
    label: 'sigrok session',
    version,
    signals: signals.map((signal, i) => ({ ...signal, info: { ...signal.info, id: names[i]!, name: names[i]! } })),
    diagnostics,
    metadata,
    reading: {
      form: `sigrok:${names.join(',')}`,
      guesses: [],
      choice: context.choice,
      columns: signals.map(({ info }, i) => ({
        id: names[i]!,
        name: names[i]!,
        unit: info.unit,
        role: info.dtype === 'u1' ? 'bits' : 'signal',
      })),
    },
  });
}

async function textOf(files: readonly ArchiveFile[], name: string): Promise<string> {
  const file = files.find((one) => one.name === name);
  if (!file || file.sizeBytes > MAX_TEXT_BYTES) {
    throw new FormatError('format/damaged', `The sigrok session has no usable "${name}".`, 0);
  }
  return new TextDecoder().decode(new Uint8Array(await file.content.read(0, file.sizeBytes)));
}

function axisOf({ sampleRateHz }: Device, { choice }: OpenContext): FrameAxis {
  const rateHz = sampleRateHz ?? choice.rateHz;
  const offsetS = choice.startS ?? 0;
  return rateHz === undefined ? { sampleRateHz: 1, offsetS, axis: COUNTED_AXIS } : { sampleRateHz: rateHz, offsetS };
}

function deviceSignals(
  files: readonly ArchiveFile[],
  { captureFile, unitBytes, probes, analogs }: Device,
  number: string,
  axis: FrameAxis,
  diagnostics: Diagnostic[],
): SteadyPlainSignal[] {
  const lanes = probes.filter(({ bit }) => bit < 8 * unitBytes);
  const logic = captureFile === '' || lanes.length === 0 ? [] : chunksOf(files, captureFile);
  const signals =
    logic.length === 0 ? [] : signalsIn(logic, unitBytes, lanes.map(laneOf), axis, captureFile, diagnostics);
  if (captureFile !== '' && logic.length === 0 && probes.length > 0) {
    diagnostics.push(note('sigrok/no-samples', `There are no samples of "${captureFile}" in the session.`, 'warning'));
  }
  for (const { index, name } of analogs) {
    const file = `analog-${number}-${index}`;
    const chunks = chunksOf(files, file);
    if (chunks.length > 0) signals.push(...signalsIn(chunks, 4, [analogOf(name)], axis, file, diagnostics));
    else diagnostics.push(note('sigrok/no-samples', `There are no samples of "${name}" in the session.`, 'warning'));
  }
  if (analogs.length > 0) {
    diagnostics.push(note('sigrok/unit', 'The session does not store units: volts are taken, as sigrok does.'));
  }
  return signals;
}

/** The samples `NAME`, or `NAME-1`, `NAME-2`… in the order of their numbers. */
function chunksOf(files: readonly ArchiveFile[], name: string): readonly RandomAccess[] {
  const numbered = files.flatMap((file) => {
    if (file.name === name) return [{ file, number: 0 }];
    const number = file.name.startsWith(`${name}-`) ? file.name.slice(name.length + 1) : '';
    return /^\d{1,9}$/.test(number) ? [{ file, number: Number(number) }] : [];
  });
  return numbered.sort((a, b) => a.number - b.number).map(({ file }) => file.content);
}

function signalsIn(
  chunks: readonly RandomAccess[],
  frameBytes: number,
  columns: readonly FrameColumn[],
  axis: FrameAxis,
  file: string,
  diagnostics: Diagnostic[],
): SteadyPlainSignal[] {
  const source = new JoinedSource(chunks);
  const rest = source.sizeBytes % frameBytes;
  if (rest > 0) {
    const message = `The last ${rest} bytes of "${file}" are no whole sample and are left out.`;
    diagnostics.push(note('sigrok/trailing-bytes', message, 'warning'));
  }
  const grid = { offsetBytes: 0, frameBytes, frameCount: Math.floor(source.sizeBytes / frameBytes) };
  return frameSignals(source, grid, columns, axis);
}

/** Bit n is in byte n / 8, the lowest first. */
function laneOf({ bit, name }: { readonly bit: number; readonly name: string }): FrameColumn {
  const byte = bit >> 3;
  const shift = bit & 7;
  return {
    name,
    unit: '',
    dtype: 'u1',
    decode: (view, first, count, frameBytes) => {
      const values = new Float32Array(count);
      let at = first * frameBytes + byte;
      for (let i = 0; i < count; i++, at += frameBytes) values[i] = (view.getUint8(at) >> shift) & 1;
      return values;
    },
  };
}

function analogOf(name: string): FrameColumn {
  return {
    name,
    unit: 'V',
    dtype: 'f32',
    decode: (view, first, count, frameBytes) => {
      const values = new Float32Array(count);
      for (let i = 0; i < count; i++) values[i] = view.getFloat32((first + i) * frameBytes, true);
      return values;
    },
  };
}

function note(code: string, message: string, severity: Diagnostic['severity'] = 'info'): Diagnostic {
  return { severity, code, message };
}
