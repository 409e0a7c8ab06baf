// Rigol DS1000E and D: no preamble; the record is the screen (programming guide, :WAVeform:DATA?).

import type { ScopeDialect } from '../dialect.ts';
import { decodeRigolScreen } from '../rigol.ts';

export const RIGOL_DS1000E: ScopeDialect = {
  id: 'rigol-ds1000e',
  label: 'Rigol DS1000E, DS1000D',
  isOf: ({ vendor, model }) => /rigol/i.test(vendor) && /^DS1\d{3}(E|D|CD?)/i.test(model),
  channelCount: () => 2,
  settings: {
    on: { header: ':CHAN#:DISP', isSwitch: true },
    scale: { header: ':CHAN#:SCAL' },
    offset: { header: ':CHAN#:OFFS' },
    coupling: { header: ':CHAN#:COUP', words: { dc: 'DC', ac: 'AC', ground: 'GND' } },
    probe: { header: ':CHAN#:PROB' },
    timeScale: { header: ':TIM:SCAL' },
    timeDelay: { header: ':TIM:OFFS' },
    triggerSource: { header: ':TRIG:EDGE:SOUR', words: { '1': 'CHAN1', '2': 'CHAN2' } },
    triggerLevel: { header: ':TRIG:EDGE:LEV' },
    triggerSlope: { header: ':TRIG:EDGE:SLOP', words: { rise: 'POSITIVE', fall: 'NEGATIVE' } },
  },
  prepare: async () => undefined,
  start: (port, mode) => port.command({ run: ':RUN', single: ':TRIG:EDGE:SWE SINGLE;:RUN', stop: ':STOP' }[mode]),
  async state(port) {
    const word = (await port.query(':TRIG:STAT?')).trim().toUpperCase();
    return word === 'STOP' ? 'stopped' : word === 'WAIT' ? 'armed' : 'running';
  },
  async fetch(port, number, { onProgress }) {
    const ask = async (question: string) => Number(await port.query(question));
    const settings = {
      scaleV: await ask(`:CHAN${number}:SCAL?`),
      offsetV: await ask(`:CHAN${number}:OFFS?`),
      timeScaleS: await ask(':TIM:SCAL?'),
      timeOffsetS: await ask(':TIM:OFFS?'),
    };
    const waveform = decodeRigolScreen(await port.queryBytes(`:WAV:DATA? CHAN${number}`), settings);
    onProgress?.(waveform.y.length, waveform.y.length);
    return { channel: `CH${number}`, ...waveform };
  },
};
