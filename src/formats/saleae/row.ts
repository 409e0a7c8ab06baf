// How to know a channel that Saleae Logic 2 exported as binary (Export Data, Binary).

import type { FormatRow } from '../row.ts';

export const SALEAE_ROW: FormatRow = {
  id: 'saleae',
  label: 'Saleae export',
  matches: (head) => String.fromCharCode(...head.subarray(0, 8)) === '<SALEAE>',
  open: async (source, _workspace, context) => (await import('./reader.ts')).openSaleae(source, context),
};
