// What LeCroy scopes and Siglent's older ones have in common: the remote commands of the nineties.

import type { AcquisitionState, RunMode, ScopePort, SettingWords } from '../dialect.ts';

export const LECROY_SETTINGS = {
  on: { header: 'C#:TRA', isSwitch: true },
  scale: { header: 'C#:VDIV', unit: 'V' },
  offset: { header: 'C#:OFST', unit: 'V' },
  coupling: { header: 'C#:CPL', words: { dc: 'D1M', ac: 'A1M', ground: 'GND' } },
  probe: { header: 'C#:ATTN' },
  timeScale: { header: 'TDIV', unit: 'S' },
  timeDelay: { header: 'TRDL', unit: 'S' },
  triggerLevel: { header: 'C#:TRLV', unit: 'V', isOfTriggerSource: true },
  triggerSlope: { header: 'C#:TRSL', words: { rise: 'POS', fall: 'NEG' }, isOfTriggerSource: true },
} as const satisfies Record<string, SettingWords>;

export async function startLecroy(port: ScopePort, mode: RunMode): Promise<void> {
  if (mode === 'stop') return port.command('STOP');
  await port.command(`TRMD ${mode === 'single' ? 'SINGLE' : 'AUTO'}`);
  if (mode === 'single') await port.command('ARM');
}

export async function lecroyState(port: ScopePort): Promise<AcquisitionState> {
  const word = (await port.query('TRMD?')).trim().split(/\s+/).at(-1)!.toUpperCase();
  return word === 'STOP' ? 'stopped' : word === 'SINGLE' ? 'armed' : 'running';
}
