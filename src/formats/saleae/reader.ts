// Opens a channel that Saleae Logic 2 exported as binary, versions 0 and 1 (support.saleae.com, "Binary Export Format").
// A digital channel keeps the times of its changes; an analogue one has a rate.

import { FormatError } from '../../base/errors.ts';
import type { Diagnostic } from '../../model/signal-store.ts';
import { type FrameColumn, frameSignals } from '../frame-table.ts';
import { createPlainReader } from '../plain-reader.ts';
import type { PlainSignal } from '../plain-store.ts';
import type { FormatReader } from '../reader.ts';
import { NO_CONTEXT, type OpenContext } from '../row.ts';
import type { RandomAccess } from '../source.ts';
import { changedSignal } from './changes.ts';
import { ANALOG, type AnalogBlock, DIGITAL, readBlocks, readDigital } from './layout.ts';

/** Rejects with a FormatError. What lies behind a cut is left out. */
export async function openSaleae(source: RandomAccess, context: OpenContext = NO_CONTEXT): Promise<FormatReader> {
  const header = await source.read(0, 16);
  if (header.length < 16) throw new FormatError('format/damaged', 'The Saleae export ends in its first bytes.', 0);
  const view = new DataView(header.buffer, header.byteOffset, header.byteLength);
  const version = view.getInt32(8, true);
  const type = view.getInt32(12, true);
  if (version < 0 || version > 1 || (type !== DIGITAL && type !== ANALOG)) {
    const message = `This Saleae export has version ${version} and type ${type}; versions 0 and 1 of digital and analogue channels are read. In Logic 2 export it as CSV.`;
    throw new FormatError('format/unsupported', message, 8);
  }
  const diagnostics: Diagnostic[] = [];
  const fallback = type === DIGITAL ? 'digital' : 'analog';
  const name = /^(?:digital|analog)_\d+(?=\.bin$)/i.exec(context.name)?.[0] ?? fallback;
  const signals: readonly PlainSignal[] =
    type === DIGITAL
      ? [changedSignal(await readDigital(source, version, diagnostics), name)]
      : analogSignals(source, await readBlocks(source, version, diagnostics), name);
  return createPlainReader({
    format: 'saleae',
    label: 'Saleae export',
    version: String(version),
    signals,
    diagnostics,
    isRecovered: diagnostics.some(({ severity }) => severity === 'warning'),
    hasMissing: true,
  });
}

const VOLTS: Omit<FrameColumn, 'name'> = {
  unit: 'V',
  dtype: 'f32',
  decode: (view, first, count, frameBytes) => {
    const values = new Float32Array(count);
    for (let i = 0; i < count; i++) values[i] = view.getFloat32((first + i) * frameBytes, true);
    return values;
  },
};

/** Each waveform keeps its own start and rate. */
function analogSignals(source: RandomAccess, blocks: readonly AnalogBlock[], name: string): readonly PlainSignal[] {
  return blocks.flatMap(({ offsetBytes, frameCount, beginS, sampleRateHz }, index) => {
    const own = { ...VOLTS, name: blocks.length > 1 ? `${name}[${index}]` : name };
    return frameSignals(source, { offsetBytes, frameBytes: 4, frameCount }, [own], { sampleRateHz, offsetS: beginS });
  });
}
