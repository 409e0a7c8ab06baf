// LeCroy / Teledyne (remote control manual).

import type { ScopeDialect } from '../dialect.ts';
import { decodeLecroy } from '../lecroy.ts';
import { LECROY_SETTINGS, lecroyState, startLecroy } from './lecroy-words.ts';
import { channelsOfModel } from './words.ts';

export const LECROY: ScopeDialect = {
  id: 'lecroy',
  label: 'LeCroy, Teledyne LeCroy',
  isOf: ({ vendor }) => /lecroy/i.test(vendor),
  channelCount: ({ model }) => channelsOfModel(model),
  settings: LECROY_SETTINGS,
  async prepare(port) {
    await port.command('COMM_HEADER OFF');
    await port.command('COMM_FORMAT DEF9,WORD,BIN');
    await port.command('COMM_ORDER LO');
    await port.command('WAVEFORM_SETUP SP,0,NP,0,FP,0,SN,0');
  },
  screen: { before: 'HCSU DEV,PNG,PORT,NET', question: 'SCDP' },
  start: startLecroy,
  state: lecroyState,
  async fetch(port, number, { onProgress }) {
    const { descriptor, segments, x0S, dxS, y } = decodeLecroy(await port.queryBytes(`C${number}:WF? ALL`));
    onProgress?.(y.length, y.length);
    return {
      channel: `C${number}`,
      x0S,
      dxS,
      y,
      yUnit: descriptor.verticalUnit,
      ...(segments.length > 1 && {
        segments: segments.map((segment) => ({
          triggerTimeS: segment.triggerTimeS,
          x0S: segment.x0S,
          firstSample: segment.firstPoint,
          sampleCount: segment.pointCount,
        })),
      }),
    };
  },
};
