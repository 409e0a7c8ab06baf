// Rigol scopes with a preamble: DS1000Z, MSO5000 and 7000, DHO (programming guides, :WAVeform subsystem).

import type { FetchOptions, ScopeDialect, ScopePort, ScopeTrace } from '../dialect.ts';
import { parsePreamble } from '../preamble.ts';
import { joinRigolPages, rigolPage } from '../rigol.ts';
import { WaveformError } from '../waveform.ts';
import { channelsOfModel, checkPoints, emptyPage } from './words.ts';

/** Points of one answer in RAW mode: what a DS1000Z gives at most, in bytes and in words. */
const MOST_PAGE_POINTS = [250_000, 125_000];

export const RIGOL: ScopeDialect = {
  id: 'rigol',
  label: 'Rigol DS1000Z, MSO5000, DHO',
  isOf: ({ vendor, model }) => /rigol/i.test(vendor) && /^(DHO|MSO|DS1\d{3}Z|DS[24-7]\d{3})/i.test(model),
  channelCount: ({ model }) => channelsOfModel(model),
  settings: {
    on: { header: ':CHAN#:DISP', isSwitch: true },
    scale: { header: ':CHAN#:SCAL' },
    offset: { header: ':CHAN#:OFFS' },
    coupling: { header: ':CHAN#:COUP', words: { dc: 'DC', ac: 'AC', ground: 'GND' } },
    probe: { header: ':CHAN#:PROB' },
    timeScale: { header: ':TIM:SCAL' },
    timeDelay: { header: ':TIM:OFFS' },
    triggerSource: { header: ':TRIG:EDG:SOUR', words: { '1': 'CHAN1', '2': 'CHAN2', '3': 'CHAN3', '4': 'CHAN4' } },
    triggerLevel: { header: ':TRIG:EDG:LEV' },
    triggerSlope: { header: ':TRIG:EDG:SLOP', words: { rise: 'POS', fall: 'NEG', either: 'RFAL' } },
  },
  prepare: async () => undefined,
  screen: { question: ':DISP:DATA?' },
  start: (port, mode) => port.command({ run: ':RUN', single: ':SING', stop: ':STOP' }[mode]),
  async state(port) {
    const word = (await port.query(':TRIG:STAT?')).trim().toUpperCase();
    return word === 'STOP' ? 'stopped' : word === 'WAIT' ? 'armed' : 'running';
  },
  fetch: fetchRigol,
};

async function fetchRigol(port: ScopePort, number: number, options: FetchOptions): Promise<ScopeTrace> {
  await port.command(`:WAV:SOUR CHAN${number}`);
  await port.command(`:WAV:MODE ${options.isDeep ? 'RAW' : 'NORM'}`);
  // those of twelve bits give words, the others have no more than a byte in one
  await port.command(`:WAV:FORM ${/^DHO/i.test(options.identity.model) ? 'WORD' : 'BYTE'}`);
  const preamble = parsePreamble(await port.query(':WAV:PRE?'));
  // sent while settings change
  if (preamble.xIncrement === 0) throw new WaveformError('empty', 'The scope changes its settings. Ask it again.');
  checkPoints(preamble.points);
  const pages: Float64Array[] = [];
  // answers may hold fewer points than were asked for: the next page begins where the last one ended
  for (let got = 0; got < preamble.points; ) {
    if (options.isDeep) {
      await port.command(`:WAV:STAR ${got + 1}`);
      await port.command(`:WAV:STOP ${Math.min(preamble.points, got + (MOST_PAGE_POINTS[preamble.format] ?? 15_625))}`);
    }
    const page = rigolPage(preamble, await port.queryBytes(':WAV:DATA?'));
    if (page.length === 0) throw emptyPage(got, preamble.points);
    pages.push(page);
    got += page.length;
    options.onProgress?.(got, preamble.points);
    if (!options.isDeep) break;
  }
  return { channel: `CH${number}`, ...joinRigolPages(preamble, pages) };
}
