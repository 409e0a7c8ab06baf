// How to know the two files that Rohde & Schwarz oscilloscopes write: a head in XML, and the samples.

import type { FormatRow } from '../../row.ts';

/** Bytes of one value by the code of its form; pairs of time and value take 8 more for each time. */
const VALUE_BYTES: Readonly<Record<number, number>> = { 0: 1, 1: 2, 4: 4, 6: 4 };
const PAIRS = 6;
const TIME_BYTES = 8;
const SAMPLES_HEAD_BYTES = 8;
const MAX_CHANNELS = 8;
/** Less is no record, and many a file of other kinds begins with small numbers. */
const MIN_COUNT = 16;

export const ROHDE_SCHWARZ_ROW: FormatRow = {
  id: 'rohde-schwarz-bin',
  label: 'Rohde & Schwarz .bin',
  matches: (head, sizeBytes) => isHead(head) || isSamples(head, sizeBytes),
  open: async (source, _workspace, context) => (await import('./reader.ts')).openRohdeSchwarz(source, context),
};

export function isHead(head: Uint8Array): boolean {
  const text = String.fromCharCode(...head.subarray(0, 2048));
  return text.includes('<Database') && text.includes('eRS_');
}

/** The form of the values, their number per channel, and as many bytes as that takes for whole channels. */
function isSamples(head: Uint8Array, sizeBytes: number): boolean {
  if (head.length < SAMPLES_HEAD_BYTES) return false;
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  const [form, count] = [view.getUint32(0, true), view.getUint32(4, true)];
  const valueBytes = VALUE_BYTES[form];
  if (valueBytes === undefined || count < MIN_COUNT) return false;
  const valuesBytes = sizeBytes - SAMPLES_HEAD_BYTES - (form === PAIRS ? count * TIME_BYTES : 0);
  const channelCount = valuesBytes / (count * valueBytes);
  return Number.isInteger(channelCount) && channelCount >= 1 && channelCount <= MAX_CHANNELS;
}
