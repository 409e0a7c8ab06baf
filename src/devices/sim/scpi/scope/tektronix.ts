// Tektronix TDS2000 and MSO/DPO (programmer manuals): the older family says WFMPre, the newer WFMOutpre; both are
// understood. Answers carry their header unless HEADer is OFF.

import type { Clock } from '../../../../base/clock.ts';
import { type CommandTable, ScpiTalker } from '../engine.ts';
import { formsOf } from '../header.ts';
import { booleanOf, numberOf, requireRange, wordOf } from '../values.ts';
import type { Wire } from '../wiring.ts';
import { Acquisition, type ScopeChannel, type ScopeHardware } from './acquisition.ts';
import { channelAt, channelIndex, type Figure, measured, scopeInstrument } from './instrument.ts';
import { dataCommands, nr3, transferAtReset } from './tektronix-data.ts';
import { Speaker } from './tektronix-speech.ts';

export interface TektronixModel {
  readonly identity: string;
  readonly hardware: ScopeHardware;
  /** Word of the preamble: WFMPRE or WFMOUTPRE. */
  readonly preambleName: 'WFMPre' | 'WFMOutpre';
}

const HARDWARE: ScopeHardware = {
  horizontalDivisions: 10,
  verticalDivisions: 8,
  adcBits: 8,
  codesPerDivision: 25,
  minScaleV: 2e-3,
  maxScaleV: 5,
  minTimeS: 5e-9,
  maxTimeS: 50,
  maxRateHz: 1e9,
  depth: 2500,
};

export const TDS2024C: TektronixModel = {
  identity: 'TEKTRONIX,TDS 2024C,C000001,CF:91.1CT FV:v24.26',
  // 2500 points at any number of channels
  hardware: HARDWARE,
  preambleName: 'WFMPre',
};

export const MSO2024: TektronixModel = {
  identity: 'TEKTRONIX,MSO2024,C000002,CF:91.1CT FV:v1.56',
  hardware: { ...HARDWARE, depth: 100_000 },
  preambleName: 'WFMOutpre',
};

const FIGURES = {
  PK2pk: 'peakToPeak',
  MAXImum: 'max',
  MINImum: 'min',
  MEAN: 'mean',
  RMS: 'rms',
  FREQuency: 'frequency',
  PERIod: 'period',
} as const satisfies Readonly<Record<string, Figure>>;
const FIGURE_WORDS = Object.keys(FIGURES) as (keyof typeof FIGURES)[];
const NOT_MEASURED = 9.9e37;

export function tektronixScope(model: TektronixModel, wires: readonly Wire[], clock: Clock): ScpiTalker {
  const scope = new Acquisition(model.hardware, wires, clock);
  const positions = wires.map(() => 0);
  const transfer = transferAtReset();
  const speech = { hasHeader: true, isLong: true };
  const say = new Speaker(speech);
  const commands = {
    ...say.commands(),
    ...channelCommands(scope, positions, say),
    ...acquisitionCommands(scope, say),
    ...dataCommands({ ...model.hardware, preambleName: model.preambleName }, scope, { positions, transfer, say }),
    ...measureCommands(scope, say),
  };
  const resetOwn = () => {
    positions.fill(0);
    Object.assign(transfer, transferAtReset());
    Object.assign(speech, { hasHeader: true, isLong: true });
  };
  const isBusy = () => say.isSequence && scope.state !== 'STOP';
  return new ScpiTalker(scopeInstrument(model.identity, scope, commands, { resetOwn, isBusy }), { clock });
}

function channelCommands(scope: Acquisition, positions: number[], say: Speaker): CommandTable {
  const at = (s: readonly number[]) => channelAt(scope, s);
  const index = (s: readonly number[]) => scope.channels.indexOf(at(s));
  const offsetOf = (s: readonly number[]) => at(s).centreV + positions[index(s)]! * at(s).scaleV;
  const place = (channel: ScopeChannel, offsetV: number, position: number) => {
    channel.centreV = Number((offsetV - position * channel.scaleV).toPrecision(9));
  };
  const named = (node: string) => (s: readonly number[]) => `CH${s[0]}:${node}`;
  return {
    ...say.setting(
      ':CH<n>:SCAle|VOLts',
      named('SCAle'),
      (s) => nr3(at(s).scaleV),
      (text, s) => {
        const offsetV = offsetOf(s);
        scope.setScale(at(s), requireRange(numberOf(text, 'V'), 1e-6, 1e5));
        place(at(s), offsetV, positions[index(s)]!);
      },
    ),
    // in divisions, upwards
    ...say.setting(
      ':CH<n>:POSition',
      named('POSition'),
      (s) => nr3(positions[index(s)]!),
      (text, s) => {
        const offsetV = offsetOf(s);
        // in steps of the converter
        positions[index(s)] = Math.round(requireRange(numberOf(text, 'DIV'), -10, 10) * 25) / 25;
        place(at(s), offsetV, positions[index(s)]!);
      },
    ),
    ...say.setting(
      ':CH<n>:OFFSet',
      named('OFFSet'),
      (s) => nr3(offsetOf(s)),
      (text, s) => place(at(s), numberOf(text, 'V'), positions[index(s)]!),
    ),
    ...say.setting(
      ':CH<n>:COUPling',
      named('COUPling'),
      (s) => at(s).coupling,
      (text, s) => {
        at(s).coupling = wordOf(text, ['DC', 'AC', 'GND']);
      },
    ),
    ...say.setting(
      ':CH<n>:PRObe',
      named('PRObe'),
      (s) => nr3(at(s).probe),
      (text, s) => scope.setProbe(at(s), requireRange(numberOf(text, ''), 0.001, 10_000)),
    ),
    ...say.setting(
      ':SELect:CH<n>',
      (s) => `SELect:CH${s[0]}`,
      (s) => (at(s).isOn ? '1' : '0'),
      (text, s) => {
        at(s).isOn = booleanOf(text);
      },
    ),
  };
}

function acquisitionCommands(scope: Acquisition, say: Speaker): CommandTable {
  const { trigger } = scope;
  const STATES = { STOP: 'SAVE', WAIT: 'READY', TD: 'TRIGGER', AUTO: 'AUTO' } as const;
  const start = () => (say.isSequence ? scope.single() : scope.run());
  return {
    ...say.setting(
      ':HORizontal[:MAIn]:SCAle|SECdiv',
      () => 'HORizontal:MAIn:SCAle',
      () => nr3(scope.timeScaleS),
      (text) => scope.setTimeScale(requireRange(numberOf(text, 'S'), 1e-12, 1e6)),
    ),
    ...say.setting(
      ':HORizontal[:MAIn]:POSition',
      () => 'HORizontal:MAIn:POSition',
      () => nr3(scope.timeCentreS),
      (text) => {
        scope.timeCentreS = numberOf(text, 'S');
      },
    ),
    ...say.setting(
      ':HORizontal:DELay:TIMe',
      () => 'HORizontal:DELay:TIMe',
      () => nr3(scope.timeCentreS),
      (text) => {
        scope.timeCentreS = numberOf(text, 'S');
      },
    ),
    ':HORizontal:RECOrdlength?': () => say.answer('HORizontal:RECOrdlength', String(scope.memory.length)),
    ...say.setting(
      ':ACQuire:STATE',
      () => 'ACQuire:STATE',
      () => (scope.state === 'STOP' ? '0' : '1'),
      (text) => {
        const capitals = text.toUpperCase();
        if (capitals === 'RUN' || (capitals !== 'STOP' && booleanOf(text))) start();
        else scope.stop();
      },
    ),
    ...say.setting(
      ':ACQuire:STOPAfter',
      () => 'ACQuire:STOPAfter',
      () => (say.isSequence ? 'SEQUENCE' : 'RUNSTOP'),
      (text) => {
        say.isSequence = wordOf(text, ['RUNSTop', 'SEQuence']) === 'SEQuence';
      },
    ),
    ':ACQuire:NUMACq?': () => say.answer('ACQuire:NUMACq', String(scope.count)),
    ':BUSY?': () => say.answer('BUSY', say.isSequence && scope.state !== 'STOP' ? '1' : '0'),
    ':TRIGger:STATE?': () => say.answer('TRIGger:STATE', STATES[scope.state]),
    ':TRIGger': ({ args }) => {
      wordOf(args[0], ['FORCe']);
      scope.force();
      return undefined;
    },
    ...say.setting(
      ':TRIGger:MAIn|A:MODe',
      () => 'TRIGger:MAIn:MODe',
      () => trigger.sweep.toUpperCase(),
      (text) => {
        trigger.sweep = wordOf(text, ['AUTO', 'NORMal']);
      },
    ),
    ...say.setting(
      ':TRIGger:MAIn|A:EDGE:SOUrce',
      () => 'TRIGger:MAIn:EDGE:SOUrce',
      () => (typeof trigger.source === 'number' ? `CH${trigger.source + 1}` : trigger.source),
      (text) => {
        const capitals = text.toUpperCase();
        trigger.source = capitals === 'LINE' ? 'LINE' : capitals.startsWith('EXT') ? 'EXT' : channelIndex(scope, text);
      },
    ),
    ...say.setting(
      ':TRIGger:MAIn|A:EDGE:SLOpe',
      () => 'TRIGger:MAIn:EDGE:SLOpe',
      () => (trigger.slope === 'POSitive' ? 'RISE' : 'FALL'),
      (text) => {
        trigger.slope = wordOf(text, ['RISe', 'RISE', 'FALL']) === 'FALL' ? 'NEGative' : 'POSitive';
      },
    ),
    // newer ones name the channel, and keep a level for each: here there is one
    ...say.setting(
      ':TRIGger:MAIn|A:LEVel[:CH<n>]',
      () => 'TRIGger:MAIn:LEVel',
      () => nr3(trigger.levelV),
      (text) => {
        trigger.levelV = numberOf(text, 'V');
      },
    ),
  };
}

function measureCommands(scope: Acquisition, say: Speaker): CommandTable {
  let source = 0;
  let kind: keyof typeof FIGURES = 'PERIod';
  return {
    ...say.setting(
      ':MEASUrement:IMMed:SOUrce[1]',
      () => 'MEASUrement:IMMed:SOUrce',
      () => `CH${source + 1}`,
      (text) => {
        source = channelIndex(scope, text);
      },
    ),
    ...say.setting(
      ':MEASUrement:IMMed:TYPe',
      () => 'MEASUrement:IMMed:TYPe',
      () => formsOf(kind)[1],
      (text) => {
        kind = wordOf(text, FIGURE_WORDS);
      },
    ),
    ':MEASUrement:IMMed:VALue?': () =>
      say.answer('MEASUrement:IMMed:VALue', nr3(measured(scope, source, FIGURES[kind]) ?? NOT_MEASURED)),
  };
}
