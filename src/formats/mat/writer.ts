// Writes signals as a MATLAB file of level 5 (MathWorks, "MAT-File Format"), which every MATLAB, Octave and SciPy reads:
// a column per signal under its name, the rate as `Fs`, the time of the first sample as `Tstart`, units in a struct. Nothing is packed.

import { FormatError } from '../../base/errors.ts';
import { utcToIsoText } from '../../base/time.ts';
import type { SampleType, SignalInfo } from '../../model/signal-store.ts';
import { timeOfSample } from '../../model/timing.ts';
import {
  EXPORT_CHUNK_SAMPLES,
  type ExportOptions,
  ExportProgress,
  type ExportReport,
  isSteady,
  lossNotes,
  selectNumbers,
} from '../export/selection.ts';
import type { FormatReader } from '../reader.ts';
import type { AppendSink } from '../source.ts';
import { inWholeBytes, packSamples } from '../stored.ts';
import { columnHead, header, MAX_NAME_LETTERS, matrix, paddingAfter, scalar, struct, text } from './elements.ts';

/** Numbers of the format: the type of doubles, and their class of arrays. */
const MI_DOUBLE = 9;
const CLASS_DOUBLE = 6;

interface NumberClass {
  readonly stored: SampleType;
  readonly type: number;
  readonly classId: number;
}

const NUMBER_CLASSES: Partial<Record<SampleType, NumberClass>> = {
  f64: { stored: 'f64', type: MI_DOUBLE, classId: CLASS_DOUBLE },
  f32: { stored: 'f32', type: 7, classId: 7 },
  i8: { stored: 'i8', type: 1, classId: 8 },
  u8: { stored: 'u8', type: 2, classId: 9 },
  i16: { stored: 'i16', type: 3, classId: 10 },
  u16: { stored: 'u16', type: 4, classId: 11 },
  i32: { stored: 'i32', type: 5, classId: 12 },
  u32: { stored: 'u32', type: 6, classId: 13 },
  i64: { stored: 'i64', type: 12, classId: 14 },
  u64: { stored: 'u64', type: 13, classId: 15 },
};

/** A variable states its size in four bytes, and MATLAB takes it as signed. */
const MAX_VARIABLE_BYTES = 2 ** 31 - 1024;

/** The signals must have one rate; the span is what all of them have. Leaves `sink` open. */
export async function writeMat(
  reader: FormatReader,
  sink: AppendSink,
  options: ExportOptions = {},
): Promise<ExportReport> {
  const { spans, first, count, notes: leftOut } = await selectNumbers(reader, options, 'MATLAB file');
  const { originUtc } = reader.store;
  const about = Object.entries(reader.about ?? {});
  const own = about.map(([name]) => name);
  const names = variableNames(
    spans.map(({ info }) => info.name),
    own,
  );
  sink.append(header());
  const progress = new ExportProgress(options, count * spans.length);
  if (isSteady(first)) {
    sink.append(matrix('Fs', scalar(first.info.sampleRateHz)));
    sink.append(matrix('Tstart', scalar(timeOfSample(first.info, first.start))));
  } else {
    await appendColumn(sink, 't', count, NUMBER_CLASSES.f64!, false, async (from, to) => {
      const { timesS } = await reader.store.samples(first.info.id, first.start + from, first.start + to);
      return timesS!;
    });
  }
  if (originUtc !== undefined) sink.append(matrix('startUtc', text(utcToIsoText(originUtc))));
  for (const [name, said] of about) sink.append(matrix(name, text(said)));
  sink.append(matrix('units', struct(spans.map(({ info }, i) => [names[i]!, info.unit]))));
  for (const [index, { info, start }] of spans.entries()) {
    await appendColumn(sink, names[index]!, count, classOf(info), info.dtype === 'u1', async (from, to) => {
      const { values } = await reader.store.samples(info.id, start + from, start + to);
      progress.add(to - from);
      return values;
    });
  }
  const renamed = spans.flatMap(({ info }, i) => (names[i] === info.name ? [] : [`"${info.name}" is ${names[i]}`]));
  return {
    notes: [
      `${spans.length === 1 ? 'One variable' : `${spans.length} variables`} of ${count} samples.`,
      ...(renamed.length > 0 ? [`MATLAB's names have letters, digits and _: ${renamed.join(', ')}.`] : []),
      ...lossNotes(reader, spans),
      ...leftOut,
    ],
  };
}

function classOf({ dtype, isScaled = false }: SignalInfo): NumberClass {
  return NUMBER_CLASSES[isScaled ? 'f64' : inWholeBytes(dtype)]!;
}

/** Letters, digits and `_`, a letter first, each once. */
function variableNames(names: readonly string[], others: readonly string[]): readonly string[] {
  const taken = new Set(['Fs', 'Tstart', 't', 'startUtc', 'units', ...others]);
  return names.map((name) => {
    const plain = name
      .replace(/\W+/g, '_')
      .replace(/^(?![A-Za-z])/, 'x')
      .slice(0, MAX_NAME_LETTERS - 4);
    let free = plain;
    for (let n = 2; taken.has(free); n++) free = `${plain}_${n}`;
    taken.add(free);
    return free;
  });
}

/** Streams the values of a column as one variable. Rejects with `format/range` when it is too long for the format. */
async function appendColumn(
  sink: AppendSink,
  name: string,
  count: number,
  { stored, type, classId }: NumberClass,
  isLogical: boolean,
  read: (from: number, to: number) => Promise<Parameters<typeof packSamples>[0]>,
): Promise<void> {
  const valueBytes = (count * Number(stored.slice(1))) / 8;
  if (valueBytes > MAX_VARIABLE_BYTES) {
    throw new FormatError('format/range', 'A variable of a MATLAB file holds 2 GB at most. Choose a shorter span.');
  }
  sink.append(columnHead({ name, count, classId, isLogical, type, valueBytes }));
  for (let done = 0; done < count; done += EXPORT_CHUNK_SAMPLES) {
    const to = Math.min(count, done + EXPORT_CHUNK_SAMPLES);
    sink.append(packSamples(await read(done, to), stored));
  }
  sink.append(new Uint8Array(paddingAfter(valueBytes)));
}
