// Rigol DS1000Z and DHO800 (programming guides): one tree of commands; they differ in converter, screen and memory.

import type { Clock } from '../../../../base/clock.ts';
import { type CommandTable, type Reply, ScpiTalker } from '../engine.ts';
import { ScpiError } from '../status.ts';
import { block, choice, clamp, exponential, flag, numberOf, onGrid, requireRange, setting, wordOf } from '../values.ts';
import type { Wire } from '../wiring.ts';
import { Acquisition, type ScopeRecord } from './acquisition.ts';
import {
  channelAt,
  channelIndex,
  type Figure,
  measured,
  sampleBytes,
  scopeInstrument,
  textBytes,
} from './instrument.ts';
import { screenPicture } from './picture.ts';
import type { RigolModel } from './rigol-models.ts';
import { CommonSettings } from './settings.ts';

/** Offsets and levels are whole steps of an 8-bit converter, so that the origin of a preamble is a whole number. */
const V_STEPS_PER_DIVISION = 25;

const FORMATS = ['BYTE', 'WORD', 'ASCii'] as const;
const MODES = ['NORMal', 'MAXimum', 'RAW'] as const;
/** In the preamble. */
const FORMAT_CODES = { BYTE: 0, WORD: 1, ASCii: 2 } as const;
const MODE_CODES = { NORMal: 0, MAXimum: 1, RAW: 2 } as const;

const nr3 = (value: number) => exponential(value, 6);
const nr3Long = (value: number) => exponential(value, 9);

/** What `:WAV` is set to. */
interface Reading {
  source: number;
  mode: (typeof MODES)[number];
  format: (typeof FORMATS)[number];
  /** First and last point, from 1, both included. */
  start: number;
  stop: number;
}

export function rigolScope(model: RigolModel, wires: readonly Wire[], clock: Clock): ScpiTalker {
  const scope = new Acquisition(model.hardware, wires, clock);
  const reading: Reading = { source: 0, mode: 'NORMal', format: 'BYTE', start: 1, stop: model.screenPoints };
  const commands = {
    ...channelCommands(scope),
    ...timebaseCommands(scope, model),
    ...triggerCommands(scope),
    ...waveformCommands(scope, model, reading),
    ...measureCommands(scope),
    ':DISPlay:DATA?': () => block(screenPicture(scope, model.picture)),
  };
  return new ScpiTalker(scopeInstrument(model.identity, scope, commands), { clock });
}

function channelCommands(scope: Acquisition): CommandTable {
  const common = new CommonSettings(scope, nr3);
  const at = (suffixes: readonly number[]) => channelAt(scope, suffixes);
  return {
    ...flag(':CHANnel<n>:DISPlay', at, 'isOn'),
    ...common.scale(':CHANnel<n>:SCALe'),
    // upwards is positive
    ...setting(
      ':CHANnel<n>:OFFSet',
      (s) => nr3(-at(s).centreV || 0),
      (text, s) => {
        const channel = at(s);
        const value = requireRange(numberOf(text, 'V'), -100 * channel.probe, 100 * channel.probe);
        channel.centreV = -onGrid(value, channel.scaleV / V_STEPS_PER_DIVISION);
      },
    ),
    ...choice(
      ':CHANnel<n>:COUPling',
      ['AC', 'DC', 'GND'],
      (s) => at(s).coupling,
      (word, s) => {
        at(s).coupling = word;
      },
    ),
    ...common.probe(':CHANnel<n>:PROBe', 0.01, 1000),
    ...flag(':CHANnel<n>:INVert', at, 'isInverted'),
    ...choice(
      ':CHANnel<n>:BWLimit',
      ['20M', 'OFF'],
      (s) => (at(s).isBandwidthLimited ? '20M' : 'OFF'),
      (word, s) => {
        at(s).isBandwidthLimited = word === '20M';
      },
    ),
  };
}

function timebaseCommands(scope: Acquisition, model: RigolModel): CommandTable {
  const common = new CommonSettings(scope, nr3);
  return {
    ...common.timeScale(':TIMebase[:MAIN]:SCALe', nr3Long),
    ...setting(
      ':TIMebase[:MAIN]:OFFSet',
      () => nr3Long(scope.timeCentreS),
      (text) => {
        scope.timeCentreS = onGrid(numberOf(text, 'S'), scope.timeScaleS / 100);
      },
    ),
    ...setting(
      ':ACQuire:MDEPth',
      () => (scope.depth === undefined ? 'AUTO' : String(scope.memory.length)),
      (text) => {
        if (text.toUpperCase() === 'AUTO') scope.depth = undefined;
        else {
          const wanted = numberOf(text, 'PTS');
          scope.depth = model.depths.find((depth) => wanted <= depth) ?? model.depths.at(-1)!;
        }
      },
    ),
    ':ACQuire:SRATe?': () => nr3(scope.memory.rateHz),
  };
}

function triggerCommands(scope: Acquisition): CommandTable {
  const { trigger } = scope;
  return {
    ':RUN': () => void scope.run(),
    ':STOP': () => void scope.stop(),
    ':SINGle': () => void scope.single(),
    ':TFORce': () => void scope.force(),
    ':TRIGger:STATus?': () => scope.state,
    ...choice(
      ':TRIGger:MODE',
      ['EDGE'],
      () => 'EDGE',
      () => {},
    ),
    ...choice(
      ':TRIGger:SWEep',
      ['AUTO', 'NORMal', 'SINGle'],
      () => trigger.sweep,
      (word) => {
        if (word === 'SINGle') scope.single();
        else trigger.sweep = word;
      },
    ),
    ...setting(
      ':TRIGger:EDGe|EDGE:SOURce',
      () => (typeof trigger.source === 'number' ? `CHAN${trigger.source + 1}` : trigger.source),
      (text) => {
        trigger.source = /^(EXT|AC|ACL\w*)$/i.test(text)
          ? text.toUpperCase().startsWith('EXT')
            ? 'EXT'
            : 'LINE'
          : channelIndex(scope, text);
      },
    ),
    ...choice(
      ':TRIGger:EDGe|EDGE:SLOPe',
      ['POSitive', 'NEGative', 'RFALl'],
      () => (trigger.slope === 'EITHer' ? 'RFALl' : trigger.slope),
      (word) => {
        trigger.slope = word === 'RFALl' ? 'EITHer' : word;
      },
    ),
    ...setting(
      ':TRIGger:EDGe|EDGE:LEVel',
      () => nr3(trigger.levelV),
      (text) => {
        const { scaleV, centreV } = scope.channels[typeof trigger.source === 'number' ? trigger.source : 0]!;
        const value = clamp(numberOf(text, 'V'), centreV - 5 * scaleV, centreV + 5 * scaleV);
        trigger.levelV = onGrid(value, scaleV / V_STEPS_PER_DIVISION);
      },
    ),
  };
}

/** Points that the settings of `:WAV` name: the screen, or the memory of a scope that stands. */
function pointsOf(scope: Acquisition, model: RigolModel, reading: Reading) {
  const record = scope.record;
  const isMemory = reading.mode === 'RAW' || (reading.mode === 'MAXimum' && scope.state === 'STOP');
  // the memory cannot be read while it is being written
  if (reading.mode === 'RAW' && scope.state !== 'STOP') throw new ScpiError(-221);
  const timeScaleS = record?.timeScaleS ?? scope.timeScaleS;
  const startS = record?.startS ?? scope.timeCentreS - scope.screenS / 2;
  const stepS = isMemory
    ? 1 / (record?.rateHz ?? scope.memory.rateHz)
    : (timeScaleS * model.hardware.horizontalDivisions) / model.screenPoints;
  return { record, startS, stepS, length: isMemory ? (record?.length ?? 0) : model.screenPoints };
}

function waveformCommands(scope: Acquisition, model: RigolModel, reading: Reading): CommandTable {
  const width = () => (reading.format === 'WORD' ? 'WORD' : 'BYTE');
  const vertical = (record: ScopeRecord | undefined) => {
    const { scaleV, centreV } = record?.channels[reading.source] ?? scope.channels[reading.source]!;
    const incrementV = scaleV / (model.hardware.codesPerDivision * model.factor[width()]);
    return { incrementV, origin: Math.round(-centreV / incrementV) || 0 };
  };
  const reference = () => model.yReference[width()];
  const preamble = () => {
    const { record, startS, stepS, length } = pointsOf(scope, model, reading);
    const { incrementV, origin } = vertical(record);
    const fields = [FORMAT_CODES[reading.format], MODE_CODES[reading.mode], length, 1, nr3Long(stepS), nr3Long(startS)];
    return [...fields, 0, nr3Long(incrementV), origin, reference()].join(',');
  };
  const data = (): Reply => {
    const { record, startS, stepS, length } = pointsOf(scope, model, reading);
    const first = reading.start - 1;
    const count = Math.min(reading.stop, length) - first;
    // nothing acquired: a block without content
    if (record === undefined) return block(new Uint8Array(0));
    if (count <= 0 || count > model.maxPoints[reading.format]) throw new ScpiError(-222);
    const codes = scope.codes(record, reading.source, { startS: startS + first * stepS, stepS, count });
    if (reading.format !== 'ASCii') {
      const factor = model.factor[reading.format];
      const max = reading.format === 'BYTE' ? 255 : 65_535;
      const raw = Array.from(codes, (code) => clamp(Math.round(code * factor) + reference(), 0, max));
      return block(sampleBytes(raw, { itemBytes: reading.format === 'BYTE' ? 1 : 2, isLittleEndian: true }));
    }
    const { scaleV, centreV } = record.channels[reading.source]!;
    const text = Array.from(codes, (code) => nr3((code * scaleV) / model.hardware.codesPerDivision + centreV)).join(
      ',',
    );
    return block(textBytes(text));
  };
  return {
    ...setting(
      ':WAVeform:SOURce',
      () => `CHAN${reading.source + 1}`,
      (text) => {
        reading.source = channelIndex(scope, text);
      },
    ),
    ':WAVeform:MODE?': () => wordOf(reading.mode, MODES).replace(/[a-z]/g, ''),
    ':WAVeform:MODE': ({ args }) => {
      reading.mode = wordOf(args[0], MODES);
      reading.start = 1;
      reading.stop = model.screenPoints;
      return undefined;
    },
    ...choice(
      ':WAVeform:FORMat',
      FORMATS,
      () => reading.format,
      (word) => {
        reading.format = word;
      },
    ),
    ...setting(
      ':WAVeform:STARt',
      () => String(reading.start),
      (text) => {
        reading.start = Math.max(Math.round(numberOf(text, '')), 1);
      },
    ),
    ...setting(
      ':WAVeform:STOP',
      () => String(reading.stop),
      (text) => {
        reading.stop = Math.max(Math.round(numberOf(text, '')), 1);
      },
    ),
    ':WAVeform:PREamble?': preamble,
    ':WAVeform:XINCrement?': () => nr3(pointsOf(scope, model, reading).stepS),
    ':WAVeform:XORigin?': () => nr3(pointsOf(scope, model, reading).startS),
    ':WAVeform:XREFerence?': () => '0',
    ':WAVeform:YINCrement?': () => nr3(vertical(scope.record).incrementV),
    ':WAVeform:YORigin?': () => String(vertical(scope.record).origin),
    ':WAVeform:YREFerence?': () => String(reference()),
    ':WAVeform:DATA?': data,
    // what older families of the maker need before a transfer; these take them without effect
    ':WAVeform:BEGin': () => undefined,
    ':WAVeform:END': () => undefined,
    ':WAVeform:RESet': () => undefined,
  };
}

const ITEMS = ['VMAX', 'VMIN', 'VPP', 'VAVG', 'VRMS', 'FREQuency', 'PERiod'] as const;
const FIGURES: Readonly<Record<(typeof ITEMS)[number], Figure>> = {
  VMAX: 'max',
  VMIN: 'min',
  VPP: 'peakToPeak',
  VAVG: 'mean',
  VRMS: 'rms',
  FREQuency: 'frequency',
  PERiod: 'period',
};

/** What cannot be measured reads as 9.9E37. */
const NOT_MEASURED = 9.9e37;

function measureCommands(scope: Acquisition): CommandTable {
  let source = 0;
  return {
    ...setting(
      ':MEASure:SOURce',
      () => `CHAN${source + 1}`,
      (text) => {
        source = channelIndex(scope, text);
      },
    ),
    ':MEASure:ITEM?': ({ args: [item, channel] }) => {
      const index = channel === undefined ? source : channelIndex(scope, channel);
      return nr3(measured(scope, index, FIGURES[wordOf(item, ITEMS)]) ?? NOT_MEASURED);
    },
  };
}
