// The styles in which a scan can be printed.

import type { PrintedScan, ScanFacts } from './printed.ts';
import { printed2019 } from './printed-2019.ts';
import { printed2021 } from './printed-2021.ts';

/** By the name that people choose them by. */
export const PRINTED_STYLES: ReadonlyMap<string, (facts: ScanFacts) => PrintedScan> = new Map([
  ['2019', printed2019],
  ['2021', printed2021],
]);
