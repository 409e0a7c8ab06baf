// Red Pitaya with its own system: the SCPI server on port 5000 (github.com/RedPitaya/RedPitaya, scpi-server/src). It takes one
// record when it is told to, keeps neither source nor slope of the trigger, has no screen, and answers nothing at all to a
// question that it cannot answer.

import type { ScopeDialect, ScopePort, StartContext } from '../dialect.ts';
import { blockContent, rawCodes, requirePoints } from '../samples.ts';
import { WaveformError } from '../waveform.ts';

/** From sample to sample of the converter, 125 million per second. */
const TICK_S = 8e-9;
/** Of each input in a record, always. */
const RECORD_SAMPLES = 16_384;
/** Samples behind the trigger at a delay of 0: the trigger is in the middle. */
const SAMPLES_BEHIND = RECORD_SAMPLES / 2;
/** The screen is as long as a record. */
const DIVISION_TICKS = RECORD_SAMPLES / 10;
/** Decimations below those that are any whole number. */
const LOW_DECIMATIONS = [1, 2, 4, 8, 16];
const MOST_DECIMATION = 65_536;

export const RED_PITAYA: ScopeDialect = {
  id: 'red-pitaya',
  label: 'Red Pitaya',
  isOf: ({ vendor }) => /^redpitaya$/i.test(vendor),
  // the four of a STEMlab 125-14 4-Input cannot be told by its name
  channelCount: () => 2,
  settings: {
    on: { header: '', isSwitch: true, isHeld: true },
    range: { header: 'ACQ:SOUR#:GAIN', words: { low: 'LV', high: 'HV' } },
    timeScale: {
      header: 'ACQ:DEC:Factor',
      counted: {
        said: (timeScaleS) => decimationOf(timeScaleS / (DIVISION_TICKS * TICK_S)),
        understood: (decimation) => decimation * DIVISION_TICKS * TICK_S,
      },
    },
    timeDelay: {
      header: 'ACQ:TRig:DLY:NS',
      counted: { said: (delayS) => Math.round(delayS * 1e9), understood: (delayNs) => delayNs / 1e9 },
    },
    triggerSource: { header: '', words: { '1': 'CH1', '2': 'CH2' }, isHeld: true },
    triggerLevel: { header: 'ACQ:TRig:LEV' },
    triggerSlope: { header: '', words: { rise: 'PE', fall: 'NE' }, isHeld: true },
  },
  isOneShot: true,
  async prepare(port) {
    await port.command('ACQ:DATA:FORMAT BIN');
    // its own one: systems that do not know this command have no other
    await port.command('ACQ:DATA:BYTE:ORDER BEND');
  },
  async start(port, mode, { said, pause }: StartContext) {
    if (mode === 'stop') {
      await port.command('ACQ:STOP');
      return port.command('ACQ:TRig DISABLED');
    }
    const { stepS, delaySamples } = await layoutOf(port);
    await port.command('ACQ:START');
    // a trigger that comes sooner leaves samples of before in front of it
    await pause(Math.max(0, RECORD_SAMPLES - SAMPLES_BEHIND - delaySamples) * stepS);
    return port.command(`ACQ:TRig ${said('triggerSource')}_${said('triggerSlope')}`);
  },
  async state(port) {
    if ((await port.query('ACQ:TRig:STAT?')).trim() !== 'TD') return 'armed';
    return (await port.query('ACQ:TRig:FILL?')).trim() === '1' ? 'stopped' : 'running';
  },
  async fetch(port, number, { onProgress }) {
    // the unit is one for all clients
    await port.command('ACQ:DATA:Units VOLTS');
    const { stepS, delaySamples } = await layoutOf(port);
    const answer = await port.queryBytes(`ACQ:SOUR${number}:DATA?`);
    const y = rawCodes(blockContent(answer), { kind: 'float', itemBytes: 4, isLittleEndian: false });
    requirePoints(y.length, RECORD_SAMPLES);
    onProgress?.(y.length, y.length);
    return {
      channel: `IN${number}`,
      x0S: (delaySamples + SAMPLES_BEHIND - RECORD_SAMPLES) * stepS,
      dxS: stepS,
      y,
      yUnit: 'V',
    };
  },
};

/** `delaySamples`: from the trigger to the middle of the record. */
async function layoutOf(port: ScopePort): Promise<{ readonly stepS: number; readonly delaySamples: number }> {
  return {
    stepS: (await askWhole(port, 'ACQ:DEC:Factor?')) * TICK_S,
    delaySamples: await askWhole(port, 'ACQ:TRig:DLY?'),
  };
}

async function askWhole(port: ScopePort, question: string): Promise<number> {
  const answer = (await port.query(question)).trim();
  if (/^[+-]?\d+$/.test(answer)) return Number(answer);
  throw new WaveformError('bad-preamble', `The board answered "${answer.slice(0, 40)}" to ${question}.`);
}

/** The nearest that there is. */
function decimationOf(wished: number): number {
  const lastLow = LOW_DECIMATIONS.at(-1)!;
  if (wished >= lastLow) return Math.min(MOST_DECIMATION, Math.round(wished));
  const distance = (decimation: number) => Math.abs(Math.log(decimation / wished));
  return LOW_DECIMATIONS.reduce((best, decimation) => (distance(decimation) < distance(best) ? decimation : best));
}
