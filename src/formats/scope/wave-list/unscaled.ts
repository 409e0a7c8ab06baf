// Files of an MSO5074 whose firmware wrote codes of the converter under a head that says otherwise: one whole file per
// channel, one behind the other, with neither scale nor time. The codes are shown as they are, and counted.

import type { ReadChoice } from '../../../model/read-choice.ts';
import type { Diagnostic } from '../../../model/signal-store.ts';
import type { RandomAccess } from '../../source.ts';
import { COUNTED_AXIS } from '../../time-axis.ts';
import type { Trace } from '../capture.ts';
import type { WaveList } from './heads.ts';

const SIGNATURE = 'RG01';
/** Heads of file, waveform and buffer. */
const HEADS_BYTES = 12 + 144 + 12;
const WAVEFORM_BYTES = 144;
const MAX_CHANNELS = 4;

/** Undefined for a file whose heads mean what they say. */
export async function unscaledTraces(
  source: RandomAccess,
  { waveforms }: WaveList,
  { rateHz, startS }: ReadChoice,
): Promise<{ traces: readonly Trace[]; diagnostics: readonly Diagnostic[] } | undefined> {
  const [waveform] = waveforms;
  const buffer = waveform?.buffers[0];
  if (waveform?.headBytes !== WAVEFORM_BYTES || !buffer) return undefined;
  if (buffer.offsetBytes + buffer.sizeBytes === source.sizeBytes) return undefined;
  const channelCount = await partCount(source);
  if (channelCount === 0) return undefined;
  const partBytes = source.sizeBytes / channelCount;
  const place =
    rateHz === undefined ? { start: 0, step: 1, axis: COUNTED_AXIS } : { start: startS ?? 0, step: 1 / rateHz };
  const traces = Array.from({ length: channelCount }, (_, channel) => ({
    ...place,
    name: `CH${channel + 1}`,
    unit: '',
    dtype: 'u8' as const,
    run: { type: 'u8' as const, offsetBytes: channel * partBytes + HEADS_BYTES },
    count: partBytes - HEADS_BYTES,
  }));
  const message =
    'The firmware of the instrument wrote neither scale nor time into this file: codes of its converter are shown, counted. Type in the rate, or save the capture as CSV.';
  return { traces, diagnostics: [{ severity: 'warning', code: 'rigol/no-scale', message }] };
}

/** Into how many parts of one size, each a file of its own, the file falls; 0 when it does not. */
async function partCount(source: RandomAccess): Promise<number> {
  for (let count = MAX_CHANNELS; count >= 1; count--) {
    const partBytes = source.sizeBytes / count;
    if (!Number.isInteger(partBytes) || partBytes <= HEADS_BYTES) continue;
    const starts = Array.from({ length: count }, (_, part) => source.read(part * partBytes, SIGNATURE.length));
    const texts = (await Promise.all(starts)).map((bytes) => String.fromCharCode(...bytes));
    if (texts.every((text) => text === SIGNATURE)) return count;
  }
  return 0;
}
