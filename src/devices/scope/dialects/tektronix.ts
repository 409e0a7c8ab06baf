// Tektronix TDS, DPO, MSO, MDO (programmer manuals, DATa, WFMOutpre and CURVe).

import type { ScopeDialect, ScopePort } from '../dialect.ts';
import { decodeTektronix } from '../tektronix.ts';
import { channelsOfModel } from './words.ts';

/** More points than any record has: the instrument takes its own length for it. */
const LAST_POINT = 1_000_000_000;

/** Series of the TDS scopes, whose words are older. */
const isOld = (model: string) => /^TDS/i.test(model);

function tektronix(id: string, label: string, isOf: (model: string) => boolean, words: Words): ScopeDialect {
  return {
    id,
    label,
    isOf: ({ vendor, model }) => /tektronix/i.test(vendor) && isOf(model),
    channelCount: ({ model }) => channelsOfModel(model),
    settings: {
      on: { header: 'SEL:CH#', isSwitch: true },
      scale: { header: 'CH#:SCA' },
      offset: { header: words.offset, offsetIs: words.offsetIs },
      coupling: { header: 'CH#:COUP', words: { dc: 'DC', ac: 'AC', ground: 'GND' } },
      probe: { header: 'CH#:PRO' },
      timeScale: { header: words.timeScale },
      timeDelay: { header: words.timeDelay },
      triggerSource: { header: `${words.edge}:SOU`, words: { '1': 'CH1', '2': 'CH2', '3': 'CH3', '4': 'CH4' } },
      triggerLevel: { header: words.level },
      triggerSlope: { header: `${words.edge}:SLO`, words: { rise: 'RIS', fall: 'FALL' } },
    },
    prepare: (port) => port.command('HEAD OFF'),
    async start(port, mode) {
      if (mode === 'stop') return port.command('ACQ:STATE OFF');
      await port.command(`ACQ:STOPA ${mode === 'single' ? 'SEQ' : 'RUNST'}`);
      await port.command('ACQ:STATE ON');
    },
    async state(port) {
      if (Number(await port.query('ACQ:STATE?')) === 0) return 'stopped';
      return /^(REA|ARM)/i.test((await port.query('TRIG:STATE?')).trim()) ? 'armed' : 'running';
    },
    async fetch(port, number, { onProgress }) {
      await prepareCurve(port, number);
      const preamble = await port.query(words.preamble);
      const { x0S, dxS, y, yUnit } = decodeTektronix(preamble, await port.queryBytes('CURV?'));
      onProgress?.(y.length, y.length);
      return { channel: `CH${number}`, x0S, dxS, y, yUnit };
    },
  };
}

/** Two bytes also of eight bits: averages and high resolution have more. The preamble says what really comes. */
async function prepareCurve(port: ScopePort, number: number): Promise<void> {
  await port.command(`DAT:SOU CH${number}`);
  await port.command('DAT:ENC RIB');
  await port.command('DAT:WID 2');
  await port.command('DAT:STAR 1');
  await port.command(`DAT:STOP ${LAST_POINT}`);
}

interface Words {
  readonly offset: string;
  readonly offsetIs: 'middle' | 'divisions';
  readonly timeScale: string;
  readonly timeDelay: string;
  readonly edge: string;
  readonly level: string;
  readonly preamble: string;
}

export const TEKTRONIX_TDS = tektronix('tektronix-tds', 'Tektronix TDS', isOld, {
  offset: 'CH#:POS',
  offsetIs: 'divisions',
  timeScale: 'HOR:MAI:SCA',
  timeDelay: 'HOR:MAI:POS',
  edge: 'TRIG:MAI:EDGE',
  level: 'TRIG:MAI:LEV',
  preamble: 'WFMP?',
});

export const TEKTRONIX = tektronix('tektronix', 'Tektronix DPO, MSO, MDO', (model) => !isOld(model), {
  offset: 'CH#:OFFS',
  offsetIs: 'middle',
  timeScale: 'HOR:SCA',
  timeDelay: 'HOR:DEL:TIM',
  edge: 'TRIG:A:EDGE',
  level: 'TRIG:A:LEV',
  preamble: 'WFMO?',
});
