// How to know spectra of multichannel analysers.

import type { FormatRow } from '../row.ts';
import { headText } from './text.ts';

export const SPE_ROW: FormatRow = {
  id: 'spe',
  label: 'IAEA SPE spectrum',
  matches: (head) => /^\$[A-Z][A-Z0-9_ ]*:\s*[\r\n]/i.test(headText(head)),
  open: async (source) => (await import('./spe-reader.ts')).openSpe(source),
};

/** All of them; each has a signature. */
export const SPECTRUM_ROWS: readonly FormatRow[] = [SPE_ROW];
