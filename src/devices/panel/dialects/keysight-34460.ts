// Keysight Truevolt meters 34460A to 34470A, and the 34401A that they follow (operating and service guides).

import type { PanelDialect } from '../dialect.ts';

export const KEYSIGHT_34460: PanelDialect = {
  id: 'keysight-34460',
  label: 'Keysight 34460A, 34461A, 34465A, 34470A, 34401A',
  kind: 'meter',
  vendor: /keysight|agilent|hewlett/i,
  model: /^34(401|4[67]\d)/i,
  channels: [
    {
      id: 'input',
      settings: [
        {
          kind: 'choice',
          id: 'function',
          label: 'Function',
          question: 'FUNC?',
          command: 'CONF:%',
          choices: [
            { word: 'VOLT', label: 'DC voltage', unit: 'V' },
            { word: 'VOLT:AC', label: 'AC voltage', unit: 'V' },
            { word: 'CURR', label: 'DC current', unit: 'A' },
            { word: 'CURR:AC', label: 'AC current', unit: 'A' },
            { word: 'RES', label: 'Resistance, two wires', unit: 'Ω' },
            { word: 'FRES', label: 'Resistance, four wires', unit: 'Ω' },
            { word: 'FREQ', label: 'Frequency', unit: 'Hz' },
          ],
        },
      ],
      readings: [{ id: 'reading', label: 'Reading', unit: undefined, question: 'READ?' }],
    },
  ],
  prepare: [],
};
