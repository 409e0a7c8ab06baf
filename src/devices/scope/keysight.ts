// Keysight / Agilent InfiniiVision and Infiniium (programmer's guides, :WAVeform subsystem).

import { parsePreamble } from './preamble.ts';
import { blockContent, numberList, rawCodes, requirePoints } from './samples.ts';
import type { Waveform } from './waveform.ts';

const BYTE = 0;
const ASCII = 4;

export interface KeysightSettings {
  readonly byteOrder: 'LSBF' | 'MSBF';
  readonly unsigned: boolean;
}

/** From `:WAV:PRE?` and `:WAV:DATA?` of the same acquisition. Throws WaveformError. */
export function decodeKeysight(preambleText: string, data: Uint8Array, settings: KeysightSettings): Waveform {
  const preamble = parsePreamble(preambleText);
  const { xIncrement, xOrigin, xReference, yIncrement, yOrigin, yReference } = preamble;
  const axis = { x0S: -xReference * xIncrement + xOrigin, dxS: xIncrement, yUnit: 'V' };
  if (preamble.format === ASCII) {
    const y = numberList(data);
    requirePoints(y.length, preamble.points);
    return { ...axis, y };
  }
  const codes = rawCodes(blockContent(data), {
    kind: settings.unsigned ? 'unsigned' : 'signed',
    itemBytes: preamble.format === BYTE ? 1 : 2,
    isLittleEndian: settings.byteOrder === 'LSBF',
  });
  requirePoints(codes.length, preamble.points);
  // unsigned code 0 marks a place without a sample
  const y = codes.map((code) =>
    settings.unsigned && code === 0 ? Number.NaN : (code - yReference) * yIncrement + yOrigin,
  );
  return { ...axis, y };
}
