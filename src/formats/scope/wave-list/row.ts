// How to know the .bin files of Keysight (Agilent) and Rigol: maker's letters and a version.

import type { FormatRow } from '../../row.ts';

const SIGNATURE = /^(?:AG(?:01|03|10)|RG(?:01|03))$/;

export const WAVE_LIST_ROW: FormatRow = {
  id: 'scope-bin',
  label: 'Keysight or Rigol .bin',
  matches: (head) => SIGNATURE.test(String.fromCharCode(...head.subarray(0, 4))),
  open: async (source, _workspace, { choice }) => (await import('./reader.ts')).openWaveList(source, choice),
};
