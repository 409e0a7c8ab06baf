// LeCroy: one question brings descriptor and samples of the same acquisition. The layout of the descriptor is in tables;
// for a template that they do not have the instrument is asked once (`TMPL?`).

import { LECROY } from '../scope/dialects/lecroy.ts';
import { startLecroy } from '../scope/dialects/lecroy-words.ts';
import { decodeLecroy, type LecroyWaveform, lecroyTemplateName } from '../scope/lecroy.ts';
import { LECROY_LAYOUTS, type LecroyLayouts } from '../scope/lecroy-layout.ts';
import { parseLecroyTemplate } from '../scope/lecroy-template.ts';
import { WaveformError } from '../scope/waveform.ts';
import type { ScpiSession } from '../scpi/session.ts';
import type { OsziTrace } from './dialogue.ts';
import type { ScopeWords } from './scope-dialogue.ts';

/** `ch1` is C1; another name, such as `F1` or `TA`, is the trace's own. */
function traceName(channel: string): string {
  return channel.replace(/^ch(?=\d+$)/i, 'C').toUpperCase();
}

export class LecroyWords implements ScopeWords {
  #templates: LecroyLayouts = new Map();

  async prepare(session: ScpiSession): Promise<{ readonly id: string }> {
    const id = await session.query('*IDN?');
    await LECROY.prepare(session);
    return { id };
  }

  async isTriggered(session: ScpiSession): Promise<boolean> {
    return (await LECROY.state(session)) !== 'running';
  }

  arm(session: ScpiSession): Promise<void> {
    return startLecroy(session, 'single');
  }

  async isWaiting(session: ScpiSession): Promise<boolean> {
    return (await LECROY.state(session)) === 'armed';
  }

  async fetch(session: ScpiSession, channel: string): Promise<OsziTrace> {
    const waveform = await this.#decode(session, await session.queryBytes(`${traceName(channel)}:WF? ALL`));
    const { descriptor, segments, y, x0S, dxS, yUnit } = waveform;
    if (segments.length > 1) {
      const message = `${channel} holds a sequence of ${segments.length} records, and a trace is one. Turn sequence mode off.`;
      throw new WaveformError('bad-preamble', message);
    }
    const axisName = /^hz$/i.test(descriptor.horizontalUnit) ? 'f' : 't';
    return { kind: 'trace', values: y, unit: yUnit, axisName, axisUnit: descriptor.horizontalUnit, x0: x0S, dx: dxS };
  }

  async #decode(session: ScpiSession, answer: Uint8Array): Promise<LecroyWaveform> {
    const name = lecroyTemplateName(answer);
    if (name !== undefined && !LECROY_LAYOUTS.has(name) && !this.#templates.has(name)) {
      const template = parseLecroyTemplate(await session.query('TMPL?'));
      this.#templates = new Map([[template.name, template.layout]]);
    }
    return decodeLecroy(answer, this.#templates);
  }
}
