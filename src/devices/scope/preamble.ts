// The ten numbers that Keysight and Rigol scopes send before their data (:WAVeform:PREamble?).

import { WaveformError } from './waveform.ts';

export interface Preamble {
  readonly format: number;
  readonly type: number;
  readonly points: number;
  readonly count: number;
  readonly xIncrement: number;
  readonly xOrigin: number;
  readonly xReference: number;
  readonly yIncrement: number;
  readonly yOrigin: number;
  readonly yReference: number;
}

/** Throws `bad-preamble` unless the text is ten numbers. */
export function parsePreamble(text: string): Preamble {
  const fields = text.trim().split(',');
  const numbers = fields.map((field) => (field.trim() === '' ? Number.NaN : Number(field)));
  if (fields.length !== 10 || numbers.some((value) => !Number.isFinite(value))) {
    throw new WaveformError(
      'bad-preamble',
      `The preamble has ${fields.length} fields instead of ten numbers: "${text.trim().slice(0, 60)}".`,
    );
  }
  const [format, type, points, count, xIncrement, xOrigin, xReference, yIncrement, yOrigin, yReference] = numbers as [
    number,
    number,
    number,
    number,
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  return { format, type, points, count, xIncrement, xOrigin, xReference, yIncrement, yOrigin, yReference };
}
