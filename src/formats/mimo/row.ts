// How to know a .mimo file: a pickled dict that names the type of its data. There is no magic number.

import type { FormatRow, WriteRow } from '../row.ts';

export const MIMO_ROW: FormatRow = {
  id: 'mimo',
  label: 'mimo events',
  matches: (head) => {
    // protocols 2 to 5 begin with 0x80; protocol 1 with an empty dict, protocol 0 with a mark and a dict
    const begins = head[0] === 0x80 || (head[0] === 0x7d && head[1] === 0x71) || (head[0] === 0x28 && head[1] === 0x64);
    return begins && (head[0] === 0x80 ? (head[1] ?? 255) <= 5 : true);
  },
  open: async (source, workspace) => (await import('./reader.ts')).openMimo(source, workspace),
};

export const MIMO_WRITE_ROW: WriteRow = {
  extension: 'mimo',
  label: 'Events',
  isTable: false,
  canReduce: false,
  keepsTimes: true,
  isForEvents: true,
  write: async (reader, sink, _workspace, options) => {
    const [{ copyMimoEvents, writeEventsAsMimo, writeSignalsAsMimo }, { MimoEvents }] = await Promise.all([
      import('./writer.ts'),
      import('./events.ts'),
    ]);
    const { events } = reader;
    if (!events) return writeSignalsAsMimo(reader, sink, options);
    return events instanceof MimoEvents
      ? copyMimoEvents(events, sink, options)
      : writeEventsAsMimo(events, sink, options);
  },
};
