// Keysight / Agilent InfiniiVision and Infiniium (programmer's guides, :WAVeform subsystem).

import type { ScopeDialect } from '../dialect.ts';
import { decodeKeysight } from '../keysight.ts';
import { channelsOfModel, isYes } from './words.ts';

/** Operation status condition register: bit 3 is set while it acquires or waits for its trigger. */
const RUN_BIT = 8;
/** A trigger has come since the event register was read last. */
const TRIGGERED = 1;

export const KEYSIGHT: ScopeDialect = {
  id: 'keysight',
  label: 'Keysight InfiniiVision, Infiniium',
  isOf: ({ vendor, model }) => /keysight|agilent|hewlett/i.test(vendor) && /^[DM]SO/i.test(model),
  channelCount: ({ model }) => channelsOfModel(model),
  settings: {
    on: { header: ':CHAN#:DISP', isSwitch: true },
    scale: { header: ':CHAN#:SCAL' },
    offset: { header: ':CHAN#:OFFS', offsetIs: 'middle' },
    coupling: { header: ':CHAN#:COUP', words: { dc: 'DC', ac: 'AC' } },
    probe: { header: ':CHAN#:PROB' },
    timeScale: { header: ':TIM:SCAL' },
    timeDelay: { header: ':TIM:POS' },
    triggerSource: { header: ':TRIG:EDGE:SOUR', words: { '1': 'CHAN1', '2': 'CHAN2', '3': 'CHAN3', '4': 'CHAN4' } },
    triggerLevel: { header: ':TRIG:EDGE:LEV' },
    triggerSlope: { header: ':TRIG:EDGE:SLOP', words: { rise: 'POS', fall: 'NEG', either: 'EITH' } },
  },
  prepare: async () => undefined,
  screen: { question: ':DISP:DATA? PNG' },
  start: (port, mode) => port.command({ run: ':RUN', single: ':SING', stop: ':STOP' }[mode]),
  async state(port) {
    const condition = Number(await port.query(':OPER:COND?'));
    if ((condition & RUN_BIT) === 0) return 'stopped';
    return Number(await port.query(':TER?')) === TRIGGERED ? 'running' : 'armed';
  },
  async fetch(port, number, { isDeep, onProgress }) {
    await port.command(`:WAV:SOUR CHAN${number}`);
    await port.command(`:WAV:POIN:MODE ${isDeep ? 'RAW' : 'NORM'}`);
    await port.command(':WAV:FORM WORD');
    await port.command(':WAV:BYT LSBF');
    await port.command(':WAV:UNS ON');
    // not every family takes the last two: what it really sends is what it says
    const byteOrder = /^MSB/i.test((await port.query(':WAV:BYT?')).trim()) ? 'MSBF' : 'LSBF';
    const unsigned = isYes(await port.query(':WAV:UNS?'));
    const preamble = await port.query(':WAV:PRE?');
    const data = await port.queryBytes(':WAV:DATA?');
    const waveform = decodeKeysight(preamble, data, { byteOrder, unsigned });
    onProgress?.(waveform.y.length, waveform.y.length);
    return { channel: `CH${number}`, ...waveform };
  },
};
