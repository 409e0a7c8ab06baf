// Keysight E36300 supplies (programming guide): channels are lists such as (@1).

import type { PanelChannel, PanelDialect } from '../dialect.ts';

function channel(number: number, maxV: number, maxA: number): PanelChannel {
  const at = `(@${number})`;
  return {
    id: `CH${number}`,
    settings: [
      {
        kind: 'number',
        id: 'voltage',
        label: 'Voltage',
        unit: 'V',
        min: 0,
        max: maxV,
        question: `VOLT? ${at}`,
        command: `VOLT %,${at}`,
      },
      {
        kind: 'number',
        id: 'current',
        label: 'Current limit',
        unit: 'A',
        min: 0,
        max: maxA,
        question: `CURR? ${at}`,
        command: `CURR %,${at}`,
      },
    ],
    readings: [
      { id: 'voltage', label: 'Voltage', unit: 'V', question: `MEAS:VOLT? ${at}` },
      { id: 'current', label: 'Current', unit: 'A', question: `MEAS:CURR? ${at}` },
    ],
    output: { question: `OUTP? ${at}`, on: `OUTP ON,${at}`, off: `OUTP OFF,${at}` },
  };
}

/** What the three outputs can give, from the data sheet: 103 % of what they are rated for. */
function supply(
  id: string,
  model: RegExp,
  label: string,
  ratings: readonly (readonly [number, number])[],
): PanelDialect {
  return {
    id,
    label,
    kind: 'supply',
    vendor: /keysight|agilent/i,
    model,
    channels: ratings.map(([maxV, maxA], index) => channel(index + 1, maxV * 1.03, maxA * 1.03)),
    prepare: [],
  };
}

export const KEYSIGHT_E36311A = supply('keysight-e36311a', /^E36311/i, 'Keysight E36311A', [
  [6, 5],
  [25, 1],
  [25, 1],
]);
export const KEYSIGHT_E36312A = supply('keysight-e36312a', /^E36312/i, 'Keysight E36312A', [
  [6, 5],
  [25, 1],
  [25, 1],
]);
export const KEYSIGHT_E36313A = supply('keysight-e36313a', /^E36313/i, 'Keysight E36313A', [
  [6, 10],
  [25, 2],
  [25, 2],
]);
