// Siglent: SDS2000X Plus, HD and later with a binary preamble; the older families speak as LeCroy does (programming
// guides EN11, PG01).

import type { FetchOptions, ScopeDialect, ScopePort, ScopeTrace } from '../dialect.ts';
import { decodeSiglentLegacy, joinSiglentPages, parseSiglentDescriptor, siglentPage } from '../siglent.ts';
import { WaveformError } from '../waveform.ts';
import { LECROY_SETTINGS, lecroyState, startLecroy } from './lecroy-words.ts';
import { channelsOfModel, checkPoints, emptyPage } from './words.ts';

/** SDS1000X-E, SDS2000X, CML+, DL+: model names without `Plus`, `HD` and the later hundreds. */
const isLegacy = (model: string) => /^SDS(1\d{3}(?!.*HD)|2\d{3}X?(?!.*(Plus|HD)))/i.test(model);

export const SIGLENT: ScopeDialect = {
  id: 'siglent',
  label: 'Siglent SDS2000X Plus, HD, 5000X, 6000A, 7000A',
  isOf: ({ vendor, model }) => /siglent/i.test(vendor) && /^SDS/i.test(model) && !isLegacy(model),
  channelCount: ({ model }) => channelsOfModel(model),
  settings: {
    on: { header: ':CHAN#:SWIT', isSwitch: true },
    scale: { header: ':CHAN#:SCAL' },
    offset: { header: ':CHAN#:OFFS' },
    coupling: { header: ':CHAN#:COUP', words: { dc: 'DC', ac: 'AC', ground: 'GND' } },
    probe: { header: ':CHAN#:PROB', before: 'VAL,' },
    timeScale: { header: ':TIM:SCAL' },
    timeDelay: { header: ':TIM:DEL' },
    triggerSource: { header: ':TRIG:EDGE:SOUR', words: { '1': 'C1', '2': 'C2', '3': 'C3', '4': 'C4' } },
    triggerLevel: { header: ':TRIG:EDGE:LEV' },
    triggerSlope: { header: ':TRIG:EDGE:SLOP', words: { rise: 'RIS', fall: 'FALL', either: 'ALT' } },
  },
  screen: { question: ':PRIN? PNG' },
  prepare: (port) => port.command('CHDR OFF'),
  async start(port, mode) {
    if (mode === 'stop') return port.command(':TRIG:STOP');
    await port.command(`:TRIG:MODE ${mode === 'single' ? 'SING' : 'AUTO'}`);
    await port.command(':TRIG:RUN');
  },
  async state(port) {
    const word = (await port.query(':TRIG:STAT?')).trim().toUpperCase();
    return word === 'STOP' ? 'stopped' : /^(ARM|READY)/.test(word) ? 'armed' : 'running';
  },
  fetch: fetchSiglent,
};

async function fetchSiglent(port: ScopePort, number: number, options: FetchOptions): Promise<ScopeTrace> {
  await port.command(`:WAV:SOUR C${number}`);
  await port.command(':WAV:STAR 0');
  await port.command(':WAV:POIN 0');
  await port.command(':WAV:WIDT WORD');
  const descriptor = parseSiglentDescriptor(await port.queryBytes(':WAV:PRE?'));
  const mostPoints = Number(await port.query(':WAV:MAXP?'));
  checkPoints(descriptor.pointCount);
  const pages: Float64Array[] = [];
  for (let got = 0; got < descriptor.pointCount; ) {
    await port.command(`:WAV:STAR ${got}`);
    if (Number.isFinite(mostPoints))
      await port.command(`:WAV:POIN ${Math.min(mostPoints, descriptor.pointCount - got)}`);
    const page = siglentPage(descriptor, await port.queryBytes(':WAV:DATA?'));
    if (page.length === 0) throw emptyPage(got, descriptor.pointCount);
    pages.push(page);
    got += page.length;
    options.onProgress?.(got, descriptor.pointCount);
  }
  return { channel: `C${number}`, ...joinSiglentPages(descriptor, pages) };
}

export const SIGLENT_LEGACY: ScopeDialect = {
  id: 'siglent-legacy',
  label: 'Siglent SDS1000X-E, SDS2000X, CML+, DL+',
  isOf: ({ vendor, model }) => /siglent/i.test(vendor) && isLegacy(model),
  channelCount: ({ model }) => channelsOfModel(model),
  settings: LECROY_SETTINGS,
  screen: { question: 'SCDP' },
  async prepare(port) {
    await port.command('CHDR OFF');
    await port.command('WFSU SP,1,NP,0,FP,0');
  },
  start: startLecroy,
  state: lecroyState,
  async fetch(port, number, { identity, onProgress }) {
    const scales = {
      voltsPerDivision: await port.query(`C${number}:VDIV?`),
      offset: await port.query(`C${number}:OFST?`),
      timePerDivision: await port.query('TDIV?'),
      sampleRate: await port.query('SARA?'),
      triggerDelay: await port.query('TRDL?'),
      // CML+ and DL+ have sixteen and eighteen on their screens, but deliver as the others do
      gridDivisions: /^SDS2\d{3}X/i.test(identity.model) ? 10 : 14,
    };
    const waveform = decodeSiglentLegacy(await port.queryBytes(`C${number}:WF? DAT2`), scales);
    if (waveform.y.length === 0) throw new WaveformError('empty', 'The scope has no data yet. Arm it and try again.');
    onProgress?.(waveform.y.length, waveform.y.length);
    return { channel: `C${number}`, ...waveform };
  },
};
