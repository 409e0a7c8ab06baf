// Opens a .mimo file: events for those who want records, and one signal per numeric field for the viewer. A
// field of waveforms is all waveforms in a row (one item = one sample); a field of metadata has one sample per
// event. The file states no sample rate, so both count at 1 per second.

import type { Diagnostic, SignalInfo } from '../../model/signal-store.ts';
import { sampleColumns } from '../numpy/columns.ts';
import type { FormatReader } from '../reader.ts';
import { createScanReader } from '../scan-reader.ts';
import type { ScanSignal } from '../scan-store.ts';
import type { RandomAccess } from '../source.ts';
import { type ItemPart, MimoEvents } from './events.ts';
import { MIMO_VERSION, readMimoHeader } from './header.ts';

/** Name of the signal of a file whose items are plain numbers without field names. */
const UNNAMED = 'value';

/** Rejects with a FormatError when the header cannot be used; a cut last record is reported, not refused. */
export async function openMimo(source: RandomAccess): Promise<FormatReader> {
  const header = await readMimoHeader(source);
  const events = new MimoEvents(source, header);
  const diagnostics: Diagnostic[] = [];
  if (header.version !== MIMO_VERSION) {
    diagnostics.push({
      severity: 'warning',
      code: 'mimo/version',
      message: `The file states version ${header.version ?? '(none)'}; it is read as version ${MIMO_VERSION}.`,
      offsetBytes: 0,
    });
  }
  if (events.trailingBytes > 0) {
    diagnostics.push({
      severity: 'warning',
      code: 'mimo/trailing-bytes',
      message: `The last ${events.trailingBytes} bytes are no whole event and are left out; all ${events.eventCount} events before them are read.`,
      offsetBytes: source.sizeBytes - events.trailingBytes,
    });
  }
  const signals = [
    ...partSignals(events, events.dataPart, '', diagnostics),
    ...partSignals(events, events.metadataPart, 'metadata.', diagnostics),
  ];
  return createScanReader({
    format: 'mimo',
    label: 'mimo events',
    version: header.version === undefined ? '' : String(header.version),
    signals,
    diagnostics,
    events,
    isRecovered: events.trailingBytes > 0,
  });
}

function partSignals(events: MimoEvents, part: ItemPart, prefix: string, diagnostics: Diagnostic[]): ScanSignal[] {
  const { columns, omittedCount } = sampleColumns(part.dtype, UNNAMED);
  if (omittedCount > 0) {
    diagnostics.push({
      severity: 'info',
      code: 'mimo/no-signal',
      message: `${omittedCount} values per item (texts, raw bytes or very wide arrays) are in the events but not shown as signals.`,
    });
  }
  return columns.map((column): ScanSignal => {
    const info: SignalInfo = {
      id: prefix + column.name,
      name: prefix + column.name,
      unit: '',
      source: '',
      dtype: column.dtype,
      sampleRateHz: 1,
      startSample: 0,
      endSample: events.eventCount * part.length,
      offsetS: 0,
      firstSampleId: 0n,
    };
    return { info, read: (start, end) => events.readColumn(part, column, start, end) };
  });
}
