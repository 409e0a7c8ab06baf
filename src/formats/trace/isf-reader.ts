// Opens a Tektronix .isf file: one trace, read whole (instruments write at most some ten million points). An envelope is
// two signals, its lower and its upper edge.

import { FormatError } from '../../base/errors.ts';
import { decodeIsf } from '../../devices/scope/tektronix.ts';
import type { SteadySignal } from '../../model/signal-store.ts';
import { createPlainReader } from '../plain-reader.ts';
import type { FormatReader } from '../reader.ts';
import { axisOfUnit } from '../scope/capture.ts';
import type { RandomAccess } from '../source.ts';
import { unitSymbol } from '../units.ts';

/** Larger files are refused: they would not fit into memory as numbers. */
const MAX_FILE_BYTES = 64 * 2 ** 20;

/** Rejects with a FormatError. */
export async function openIsf(source: RandomAccess): Promise<FormatReader> {
  if (source.sizeBytes > MAX_FILE_BYTES) {
    throw new FormatError(
      'format/unsupported',
      'An ISF file of more than 64 MiB is not read. Save a shorter record.',
      0,
    );
  }
  const { x0S, dxS, y, yUnit, xUnit, identifier, isEnvelope } = decodeIsf(await source.read(0, source.sizeBytes));
  if (!(dxS > 0)) throw new FormatError('format/damaged', 'The trace states no time between its points.', 0);
  const name = identifier.split(',')[0]!.trim() || 'trace';
  const axis = axisOfUnit(xUnit);
  const traces = isEnvelope ? edgesOf(y, name) : [{ name, values: y }];
  return createPlainReader({
    format: 'tektronix-isf',
    label: 'Tektronix ISF',
    version: '',
    signals: traces.map(({ name: id, values }) => {
      const info: SteadySignal = {
        id,
        name: id,
        unit: unitSymbol(yUnit),
        source: '',
        dtype: 'f64',
        timing: 'steady',
        // a pair of an envelope takes the time of two points (TDS programmer manual, WFMPre:PT_Fmt)
        sampleRateHz: 1 / (isEnvelope ? 2 * dxS : dxS),
        startSample: 0,
        endSample: values.length,
        offsetS: x0S,
        firstSampleId: 0n,
        ...(axis ? { axis } : {}),
      };
      return { info, read: (start: number, end: number) => Promise.resolve(values.slice(start, end)) };
    }),
    metadata: identifier === '' ? {} : { waveform: identifier },
    diagnostics: [],
  });
}

/** The pairs of an envelope, whichever value comes first in them. */
function edgesOf(y: Float64Array, name: string): readonly { readonly name: string; readonly values: Float64Array }[] {
  const count = Math.floor(y.length / 2);
  const edge = (pick: (a: number, b: number) => number) =>
    Float64Array.from({ length: count }, (_, index) => pick(y[2 * index]!, y[2 * index + 1]!));
  return [
    { name: `${name} min`, values: edge(Math.min) },
    { name: `${name} max`, values: edge(Math.max) },
  ];
}
