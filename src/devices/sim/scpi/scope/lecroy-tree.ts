// Commands that LeCroy and older Siglent scopes share: older than SCPI, without branches; answers carry header and unit
// as COMM_HEADER says.

import type { CommandTable } from '../engine.ts';
import { formsOf } from '../header.ts';
import { ScpiError } from '../status.ts';
import { booleanOf, numberOf, onGrid, requireRange, wordOf } from '../values.ts';
import type { Acquisition } from './acquisition.ts';
import { channelAt, channelIndex, type Figure, measured } from './instrument.ts';

export type HeaderMode = 'OFF' | 'SHORT' | 'LONG';

/** Settings of the dialogue, which `*RST` leaves alone on LeCroy. */
export interface LegacySpeech {
  header: HeaderMode;
  /** `WAVEFORM_SETUP`: every SP-th point from point FP on, NP points (0: all). */
  sparsing: number;
  pointCount: number;
  firstPoint: number;
}

export interface LegacyFamily {
  readonly scope: Acquisition;
  readonly speech: LegacySpeech;
  /** Numbers as the maker writes them. */
  readonly format: (value: number) => string;
  /** Between number and unit. */
  readonly unitGap: string;
}

/** Bits of `INR?`. */
const ACQUIRED = 1;
const TRIGGER_READY = 8192;

const COUPLINGS = ['A1M', 'D1M', 'D50', 'GND'] as const;

const PARAMETERS: Readonly<Record<string, readonly [Figure, string]>> = {
  PKPK: ['peakToPeak', 'V'],
  MAX: ['max', 'V'],
  MIN: ['min', 'V'],
  MEAN: ['mean', 'V'],
  RMS: ['rms', 'V'],
  FREQ: ['frequency', 'HZ'],
  PER: ['period', 'S'],
};

export function legacyCommands(family: LegacyFamily): CommandTable {
  const { scope, speech, format, unitGap } = family;
  const at = (s: readonly number[]) => channelAt(scope, s);
  /** `name` is short and long, as `VDIV|VOLT_DIV`. */
  const answer = (prefix: string, name: string, value: string, unit = ''): string => {
    if (speech.header === 'OFF') return value;
    const names = name.split('|');
    const header = speech.header === 'SHORT' ? names[0]! : names.at(-1)!;
    return `${prefix}${header} ${value}${unit === '' ? '' : unitGap + unit}`;
  };
  const channelPrefix = (s: readonly number[]) => `C${s[0]}:`;
  const entry = (
    name: string,
    isOfChannel: boolean,
    get: (s: readonly number[]) => readonly [string, string?],
    set: (args: readonly string[], s: readonly number[]) => void,
  ): CommandTable => {
    const pattern = isOfChannel ? `C<n>:${name}` : name;
    return {
      [`${pattern}?`]: ({ suffixes }) => answer(isOfChannel ? channelPrefix(suffixes) : '', name, ...get(suffixes)),
      [pattern]: ({ args, suffixes }) => {
        if (args[0] === undefined) throw new ScpiError(-109);
        set(args, suffixes);
        return undefined;
      },
    };
  };
  const { trigger } = scope;
  /** Events that `INR?` has not told yet. */
  let seenCount = 0;
  let wasArmed = false;
  const mode = () => {
    if (scope.state === 'STOP') return 'STOP';
    if (isSingle) return 'SINGLE';
    return trigger.sweep === 'AUTO' ? 'AUTO' : 'NORM';
  };
  let isSingle = false;
  const setMode = (word: 'AUTO' | 'NORM' | 'SINGLE' | 'STOP') => {
    isSingle = word === 'SINGLE';
    if (word === 'STOP') scope.stop();
    else if (word === 'SINGLE') {
      wasArmed = true;
      scope.single();
    } else {
      trigger.sweep = word === 'AUTO' ? 'AUTO' : 'NORMal';
      scope.run();
    }
  };
  return {
    ...entry(
      'CHDR|COMM_HEADER',
      false,
      () => [speech.header],
      ([word]) => {
        speech.header = wordOf(word, ['OFF', 'SHORT', 'LONG']);
      },
    ),
    ...entry(
      'TRA|TRACE',
      true,
      (s) => [at(s).isOn ? 'ON' : 'OFF'],
      ([word], s) => {
        at(s).isOn = booleanOf(word);
      },
    ),
    ...entry(
      'VDIV|VOLT_DIV',
      true,
      (s) => [format(at(s).scaleV), 'V'],
      ([text], s) => {
        scope.setScale(at(s), requireRange(numberOf(text, 'V'), 1e-6, 1e5));
      },
    ),
    // upwards is positive
    ...entry(
      'OFST|OFFSET',
      true,
      (s) => [format(-at(s).centreV || 0), 'V'],
      ([text], s) => {
        at(s).centreV = -onGrid(numberOf(text, 'V'), at(s).scaleV / scope.hardware.codesPerDivision) || 0;
      },
    ),
    ...entry(
      'CPL|COUPLING',
      true,
      (s) => [{ AC: 'A1M', DC: 'D1M', GND: 'GND' }[at(s).coupling]],
      ([word], s) => {
        const coupling = wordOf(word, COUPLINGS);
        at(s).coupling = coupling === 'A1M' ? 'AC' : coupling === 'GND' ? 'GND' : 'DC';
      },
    ),
    ...entry(
      'ATTN|ATTENUATION',
      true,
      (s) => [String(at(s).probe)],
      ([text], s) => {
        scope.setProbe(at(s), requireRange(numberOf(text, ''), 0.1, 10_000));
      },
    ),
    ...entry(
      'TDIV|TIME_DIV',
      false,
      () => [format(scope.timeScaleS), 'S'],
      ([text]) => {
        scope.setTimeScale(requireRange(numberOf(text, 'S'), 1e-12, 1e6));
      },
    ),
    ':SARA|SAMPLE_RATE?': () => answer('', 'SARA|SAMPLE_RATE', format(scope.memory.rateHz), 'Sa/s'),
    ...entry(
      'TRMD|TRIG_MODE',
      false,
      () => [mode()],
      ([word]) => {
        setMode(wordOf(word, ['AUTO', 'NORM', 'SINGLE', 'STOP']));
      },
    ),
    ...entry(
      'TRSE|TRIG_SELECT',
      false,
      () => [`EDGE,SR,${sourceName(scope)},HT,OFF`],
      (args) => {
        wordOf(args[0], ['EDGE']);
        const place = args.findIndex((arg) => arg.toUpperCase() === 'SR');
        const source = place < 0 ? undefined : args[place + 1]?.toUpperCase();
        if (source === 'LINE') trigger.source = 'LINE';
        else if (source?.startsWith('EX')) trigger.source = 'EXT';
        else if (source !== undefined) trigger.source = channelIndex(scope, source);
      },
    ),
    ...entry(
      'TRSL|TRIG_SLOPE',
      true,
      () => [formsOf(trigger.slope)[0]],
      ([word]) => {
        const slope = wordOf(word, ['POS', 'NEG', 'WINDOW']);
        trigger.slope = slope === 'POS' ? 'POSitive' : slope === 'NEG' ? 'NEGative' : 'EITHer';
      },
    ),
    ...entry(
      'TRLV|TRIG_LEVEL',
      true,
      () => [format(trigger.levelV), 'V'],
      ([text]) => {
        trigger.levelV = numberOf(text, 'V');
      },
    ),
    'ARM|ARM_ACQUISITION': () => void setMode('SINGLE'),
    STOP: () => void setMode('STOP'),
    'FRTR|FORCE_TRIGGER': () => void scope.force(),
    // waits for the end of what was armed
    WAIT: function wait() {
      return isSingle && scope.state !== 'STOP' ? { afterMs: 5, next: () => wait() } : undefined;
    },
    'INR?': () => {
      const { count, state } = scope;
      const bits = (count > seenCount ? ACQUIRED : 0) + (wasArmed || state === 'WAIT' ? TRIGGER_READY : 0);
      seenCount = count;
      wasArmed = false;
      return answer('', 'INR', String(bits));
    },
    'WFSU|WAVEFORM_SETUP?': () =>
      answer('', 'WFSU|WAVEFORM_SETUP', `SP,${speech.sparsing},NP,${speech.pointCount},FP,${speech.firstPoint}`),
    'WFSU|WAVEFORM_SETUP': ({ args }) => {
      for (let i = 0; i + 1 < args.length; i += 2) {
        const value = Math.max(Math.round(numberOf(args[i + 1], '')), 0);
        const key = args[i]!.toUpperCase();
        if (key === 'SP') speech.sparsing = value;
        else if (key === 'NP') speech.pointCount = value;
        else if (key === 'FP') speech.firstPoint = value;
      }
      return undefined;
    },
    'C<n>:PAVA|PARAMETER_VALUE?': ({ args, suffixes }) => {
      const name = args[0]?.toUpperCase() ?? 'PKPK';
      const [figure, unit] = PARAMETERS[name] ?? [];
      if (figure === undefined) throw new ScpiError(-224);
      const value = measured(scope, scope.channels.indexOf(at(suffixes)), figure);
      const text = value === undefined ? '****' : format(value);
      return answer(
        channelPrefix(suffixes),
        'PAVA|PARAMETER_VALUE',
        `${name},${text}`,
        value === undefined ? '' : unit,
      );
    },
  };
}

function sourceName({ trigger: { source } }: Acquisition): string {
  if (typeof source === 'number') return `C${source + 1}`;
  return source === 'EXT' ? 'EX' : source;
}

/** Points of a record that WAVEFORM_SETUP names: first, step and how many. */
export function chosenPoints({ sparsing, pointCount, firstPoint }: LegacySpeech, length: number) {
  const step = Math.max(sparsing, 1);
  const available = Math.max(Math.ceil((length - firstPoint) / step), 0);
  return { first: firstPoint, step, count: pointCount === 0 ? available : Math.min(pointCount, available) };
}

/** What stands before the block of `WF? <part>`. */
export function waveHeader({ header }: LegacySpeech, channel: number, part: string): string {
  if (header === 'OFF') return '';
  return `C${channel}:${header === 'SHORT' ? 'WF' : 'WAVEFORM'} ${part},`;
}
