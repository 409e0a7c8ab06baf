// Opens a .mimo file: events for those who want records, and one signal per numeric field for the viewer. A
// field of waveforms is all waveforms in a row (one item = one sample); a field of metadata has one sample per
// event. The file states no sample rate, so both are counted.

import type { Workspace } from '../../core/workspace.ts';
import type { Diagnostic } from '../../model/signal-store.ts';
import { sampleColumns } from '../numpy/columns.ts';
import { itemSignals } from '../numpy/item-signals.ts';
import { createPlainReader } from '../plain-reader.ts';
import type { PlainSignal } from '../plain-store.ts';
import type { FormatReader } from '../reader.ts';
import type { RandomAccess } from '../source.ts';
import { COUNTED_AXIS } from '../time-axis.ts';
import { type ItemPart, MimoEvents } from './events.ts';
import { MIMO_VERSION, readMimoHeader } from './header.ts';

/** Name of the signal of a file whose items are plain numbers without field names. */
const UNNAMED = 'value';

/** Rejects with a FormatError when the header cannot be used; a cut last record is reported, not refused. */
export async function openMimo(source: RandomAccess, workspace: Workspace): Promise<FormatReader> {
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
  const partSignals = (part: ItemPart, prefix: string): PlainSignal[] => {
    const { columns, omittedCount } = sampleColumns(part.dtype, UNNAMED);
    if (omittedCount > 0) {
      diagnostics.push({
        severity: 'info',
        code: 'mimo/no-signal',
        message: `${omittedCount} values per item (texts, raw bytes or very wide arrays) are in the events but not shown as signals.`,
      });
    }
    return itemSignals(source, events.grid(part), columns, workspace, (column) => ({
      name: prefix + column.name,
      sampleRateHz: 1,
      axis: COUNTED_AXIS,
    }));
  };
  const signals = [...partSignals(events.dataPart, ''), ...partSignals(events.metadataPart, 'metadata.')];
  return createPlainReader({
    format: 'mimo',
    label: 'mimo events',
    version: header.version === undefined ? '' : String(header.version),
    signals,
    diagnostics,
    events,
    isRecovered: events.trailingBytes > 0,
  });
}
