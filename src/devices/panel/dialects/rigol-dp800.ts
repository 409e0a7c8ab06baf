// Rigol DP800 supplies (programming guide): channels are chosen by number in each command.

import type { PanelChannel, PanelDialect } from '../dialect.ts';

function channel(number: number, maxV: number, maxA: number): PanelChannel {
  const source = `:SOUR${number}`;
  return {
    id: `CH${number}`,
    settings: [
      {
        kind: 'number',
        id: 'voltage',
        label: 'Voltage',
        unit: 'V',
        min: Math.min(0, maxV),
        max: Math.max(0, maxV),
        question: `${source}:VOLT?`,
        command: `${source}:VOLT %`,
      },
      {
        kind: 'number',
        id: 'current',
        label: 'Current limit',
        unit: 'A',
        min: 0,
        max: maxA,
        question: `${source}:CURR?`,
        command: `${source}:CURR %`,
      },
    ],
    readings: [
      { id: 'voltage', label: 'Voltage', unit: 'V', question: `:MEAS:VOLT? CH${number}` },
      { id: 'current', label: 'Current', unit: 'A', question: `:MEAS:CURR? CH${number}` },
      { id: 'power', label: 'Power', unit: 'W', question: `:MEAS:POWE? CH${number}` },
    ],
    output: {
      question: `:OUTP? CH${number}`,
      on: `:OUTP CH${number},ON`,
      off: `:OUTP CH${number},OFF`,
    },
  };
}

const common = {
  kind: 'supply',
  vendor: /rigol/i,
  prepare: [],
} as const;

/** 30 V and 3 A twice, 5 V and 3 A. */
export const RIGOL_DP832: PanelDialect = {
  ...common,
  id: 'rigol-dp832',
  label: 'Rigol DP832',
  model: /^DP832/i,
  channels: [channel(1, 30, 3), channel(2, 30, 3), channel(3, 5, 3)],
};

/** 8 V and 5 A, 30 V and 2 A, −30 V and 2 A. */
export const RIGOL_DP831: PanelDialect = {
  ...common,
  id: 'rigol-dp831',
  label: 'Rigol DP831',
  model: /^DP831/i,
  channels: [channel(1, 8, 5), channel(2, 30, 2), channel(3, -30, 2)],
};

/** 20 V and 10 A, or 40 V and 5 A. */
export const RIGOL_DP811: PanelDialect = {
  ...common,
  id: 'rigol-dp811',
  label: 'Rigol DP811',
  model: /^DP811/i,
  channels: [channel(1, 40, 10)],
};
