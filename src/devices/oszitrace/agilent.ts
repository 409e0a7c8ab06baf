// Agilent and Keysight, as numbers in text: they come scaled, and old Infiniium scopes send nothing else over some links.

import { LabError } from '../../base/errors.ts';
import { Turns } from '../../base/turns.ts';
import { numberList, requirePoints } from '../scope/samples.ts';
import { WaveformError } from '../scope/waveform.ts';
import { parseNumber } from '../scpi/number.ts';
import type { ScpiSession } from '../scpi/session.ts';
import type { OsziTrace } from './dialogue.ts';
import type { Parameters } from './format-string.ts';
import type { ScopeWords } from './scope-dialogue.ts';

/** Words of `:WAV:XUN?` and `:WAV:YUN?` in their short forms; others are shown as they come. */
const UNITS: readonly (readonly [word: string, unit: string])[] = [
  ['SEC', 's'],
  ['HERT', 'Hz'],
  ['VOLT', 'V'],
  ['AMP', 'A'],
  ['WATT', 'W'],
  ['DEC', 'dB'],
  ['UNKN', ''],
  ['CONS', ''],
];

const AXIS_NAMES: Readonly<Record<string, string>> = { s: 't', Hz: 'f' };

/** Operation status condition register: bit 3 is set while it acquires or waits for its trigger. */
const RUN_BIT = 8;

/** `ch1` is CHAN1; another name, such as `FUNC1`, is the source's own. */
function sourceName(channel: string): string {
  return channel.replace(/^ch(?=\d+$)/i, 'CHAN').toUpperCase();
}

export class AgilentWords implements ScopeWords {
  /** A trace takes several questions; nothing may arm the instrument between them. */
  readonly #turns = new Turns();
  #tellsUnits = true;

  prepare(): Promise<Parameters> {
    return Promise.resolve({});
  }

  async isTriggered(session: ScpiSession): Promise<boolean> {
    return !/^AUTO/i.test((await session.query(':TRIG:SWE?')).trim());
  }

  arm(session: ScpiSession): Promise<void> {
    return this.#turns.take(() => session.command(':SING'));
  }

  async isWaiting(session: ScpiSession): Promise<boolean> {
    return (parseNumber(await session.query(':OPER:COND?')).value & RUN_BIT) !== 0;
  }

  fetch(session: ScpiSession, channel: string): Promise<OsziTrace> {
    return this.#turns.take(async () => {
      await session.command(`:WAV:SOUR ${sourceName(channel)}`);
      await session.command(':WAV:FORM ASC');
      const dx = parseNumber(await session.query(':WAV:XINC?')).value;
      const x0 = parseNumber(await session.query(':WAV:XOR?')).value;
      const axisUnit = await this.#unit(session, ':WAV:XUN?', 's');
      const unit = await this.#unit(session, ':WAV:YUN?', 'V');
      const pointCount = parseNumber(await session.query(':WAV:POIN?')).value;
      const values = numberList(await session.queryBytes(':WAV:DATA?'));
      requirePoints(values.length, pointCount);
      // while settings change there may be no step for a moment
      if (!(dx > 0) || !Number.isFinite(dx) || !Number.isFinite(x0)) {
        throw new WaveformError('length-mismatch', 'The scope states no step between its points. Read again.');
      }
      return { kind: 'trace', values, unit, axisName: AXIS_NAMES[axisUnit] ?? 'x', axisUnit, x0, dx };
    });
  }

  /** InfiniiVision scopes do not know the question: one that was not answered is not asked again. */
  async #unit(session: ScpiSession, question: string, otherwise: string): Promise<string> {
    if (!this.#tellsUnits) return otherwise;
    try {
      return unitOf(await session.query(question));
    } catch (thrown) {
      if (!(thrown instanceof LabError) || thrown.code !== 'device/timeout') throw thrown;
      this.#tellsUnits = false;
      return otherwise;
    }
  }
}

function unitOf(answer: string): string {
  const word = answer.trim().replace(/^"(.*)"$/, '$1');
  return UNITS.find(([short]) => word.toUpperCase().startsWith(short))?.[1] ?? word;
}
