// Writes a span of a Joulescope-like recording as JLS v1 float samples, for the older desktop software. It needs a
// current and a voltage of one rate; power, range and inputs are taken where they are and computed or left at 0
// where they are not.

import { FormatError } from '../../../base/errors.ts';
import type { Workspace } from '../../../core/workspace.ts';
import type { SampleValues } from '../../../model/signal-store.ts';
import {
  EXPORT_CHUNK_SAMPLES,
  type ExportOptions,
  ExportProgress,
  type ExportReport,
  isAligned,
  lossNotes,
  requireSteady,
  type SteadySpan,
  selectSpans,
} from '../../export/selection.ts';
import type { FormatReader } from '../../reader.ts';
import type { AppendSink } from '../../source.ts';
import { isMissingEntry } from '../missing.ts';
import { copyJlsV1 } from './copy.ts';
import { JlsV1Reader } from './reader.ts';
import { type FloatColumns, JlsV1Writer } from './writer.ts';

/** Names under which recordings keep what a column holds. */
const NAMES: Readonly<Record<keyof FloatColumns, readonly string[]>> = {
  current: ['current'],
  voltage: ['voltage'],
  power: ['power'],
  currentRange: ['current_range', 'current range'],
  currentLsb: ['current_lsb', 'gpi[0]', 'gpi 0'],
  voltageLsb: ['voltage_lsb', 'gpi[1]', 'gpi 1'],
};

/** Rejects with `format/unsupported` when there is no current with its voltage. Leaves `sink` open. */
export async function writeJlsV1(
  reader: FormatReader,
  sink: AppendSink,
  workspace: Workspace,
  options: ExportOptions = {},
): Promise<ExportReport> {
  const isWhole = options.start === undefined && options.end === undefined && options.signalIds === undefined;
  if (reader instanceof JlsV1Reader && isWhole) return copyWhole(reader, sink, workspace, options);
  const spans = requireSteady(await selectSpans(reader, options), 'JLS v1');
  const find = (column: keyof FloatColumns, beside?: SteadySpan): SteadySpan | undefined =>
    spans.find(
      (span) =>
        NAMES[column].includes(span.info.name.toLowerCase()) &&
        (beside === undefined || (span.info.source === beside.info.source && isAligned([beside, span]))),
    );
  const current = find('current');
  const voltage = current && find('voltage', current);
  if (!current || !voltage) {
    throw new FormatError(
      'format/unsupported',
      'JLS v1 holds a current with its voltage at one rate, which this selection does not have. Use .jls (v2).',
    );
  }
  const sampleRateHz = Math.round(current.info.sampleRateHz);
  const count = current.end - current.start;
  const userData = (await reader.userData()).find((entry) => entry.storage === 'json' && !isMissingEntry(entry));
  const writer = new JlsV1Writer(workspace, sink, {
    dataFormat: 'float32_v2',
    sampleRateHz,
    ...(typeof userData?.data === 'string' ? { userData: userData.data } : {}),
  });
  const columns = (['current', 'voltage', 'power', 'currentRange', 'currentLsb', 'voltageLsb'] as const).map(
    (column) => [column, find(column, current)] as const,
  );
  const progress = new ExportProgress(options, count);
  for (let done = 0; done < count; ) {
    const step = Math.min(EXPORT_CHUNK_SAMPLES, count - done);
    const values = new Map<keyof FloatColumns, Float32Array>();
    for (const [column, span] of columns) {
      const read = span && (await reader.store.samples(span.info.id, span.start + done, span.start + done + step));
      values.set(column, read ? asFloats(read.values) : new Float32Array(step));
    }
    const [amps, volts] = [values.get('current')!, values.get('voltage')!];
    writer.writeFloats({
      current: amps,
      voltage: volts,
      power: find('power', current) ? values.get('power')! : amps.map((value, index) => value * volts[index]!),
      currentRange: values.get('currentRange')!,
      currentLsb: values.get('currentLsb')!,
      voltageLsb: values.get('voltageLsb')!,
    });
    done += step;
    progress.add(step);
  }
  writer.close();
  const leftOut = spans.filter((span) => !columns.some(([, taken]) => taken === span));
  const missing = columns.filter(([, span]) => !span).map(([column]) => column);
  return {
    notes: [
      `${count} samples at ${sampleRateHz} Hz.`,
      ...(missing.length > 0 ? [`Not in the file: ${missing.join(', ')}; power is computed, others are 0.`] : []),
      ...(leftOut.length > 0 ? [`Left out, as JLS v1 has no place for them: ${namesOf(leftOut)}.`] : []),
      ...lossNotes(
        reader,
        columns.flatMap(([, span]) => span ?? []),
      ),
      'JLS v1 keeps no UTC times and no annotations.',
    ],
  };
}

function namesOf(spans: readonly SteadySpan[]): string {
  return spans.map(({ info: { name, source } }) => (source === '' ? name : `${name} of ${source}`)).join(', ');
}

function asFloats(values: SampleValues): Float32Array {
  if (values instanceof Float32Array) return values;
  return values instanceof Float64Array ? new Float32Array(values) : Float32Array.from(values, Number);
}

/** A recording that is JLS v1 already keeps its raw words and calibration. */
async function copyWhole(
  reader: JlsV1Reader,
  sink: AppendSink,
  workspace: Workspace,
  { onProgress, abort }: ExportOptions,
): Promise<ExportReport> {
  const { droppedCount } = await copyJlsV1(reader, sink, workspace, {
    ...(onProgress ? { onProgress } : {}),
    ...(abort ? { signal: abort } : {}),
  });
  const notes = ['A copy as recorded, with its calibration.'];
  if (droppedCount > 0)
    notes.push(`The last ${droppedCount} samples lie in an unfinished range switch and are left out.`);
  return { notes };
}
