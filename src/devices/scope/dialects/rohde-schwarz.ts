// Rohde & Schwarz RTB, RTM, RTA and the Hameg HMO that they come from (user manuals, CHANnel:DATA).

import type { ScopeDialect } from '../dialect.ts';
import { decodeRohdeSchwarz } from '../other.ts';
import { channelsOfModel } from './words.ts';

export const ROHDE_SCHWARZ: ScopeDialect = {
  id: 'rohde-schwarz',
  label: 'Rohde & Schwarz RTB, RTM, RTA, Hameg HMO',
  isOf: ({ vendor, model }) => /rohde|hameg/i.test(vendor) && /^(RT|HMO)/i.test(model),
  channelCount: ({ model }) => channelsOfModel(model),
  settings: {
    on: { header: 'CHAN#:STAT', isSwitch: true },
    scale: { header: 'CHAN#:SCAL' },
    offset: { header: 'CHAN#:OFFS', offsetIs: 'middle' },
    coupling: { header: 'CHAN#:COUP', words: { dc: 'DCL', ac: 'ACL', ground: 'GND' } },
    probe: { header: 'PROB#:SET:ATT:MAN' },
    timeScale: { header: 'TIM:SCAL' },
    timeDelay: { header: 'TIM:POS' },
    triggerSource: { header: 'TRIG:A:SOUR', words: { '1': 'CH1', '2': 'CH2', '3': 'CH3', '4': 'CH4' } },
    triggerLevel: { header: 'TRIG:A:LEV#', isOfTriggerSource: true },
    triggerSlope: { header: 'TRIG:A:EDGE:SLOP', words: { rise: 'POS', fall: 'NEG', either: 'EITH' } },
  },
  async prepare(port) {
    await port.command('FORM REAL,32');
    await port.command('FORM:BORD LSBF');
  },
  screen: { question: 'HCOP:DATA?' },
  start: (port, mode) => port.command({ run: 'RUN', single: 'SING', stop: 'STOP' }[mode]),
  async state(port) {
    const word = (await port.query('ACQ:STAT?')).trim().toUpperCase();
    return /^(COMP|STOP|BRE)/.test(word) ? 'stopped' : 'running';
  },
  async fetch(port, number, { isDeep, onProgress }) {
    await port.command(`CHAN${number}:DATA:POIN ${isDeep ? 'MAX' : 'DEF'}`);
    const header = await port.query(`CHAN${number}:DATA:HEAD?`);
    const waveform = decodeRohdeSchwarz(header, await port.queryBytes(`CHAN${number}:DATA?`));
    onProgress?.(waveform.y.length, waveform.y.length);
    return { channel: `CH${number}`, ...waveform };
  },
};
