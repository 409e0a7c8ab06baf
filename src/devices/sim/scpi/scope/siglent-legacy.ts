// Siglent SDS1000X-E (programming guide of the older families): LeCroy's commands, its own waveform replies.

import type { Clock } from '../../../../base/clock.ts';
import { type CommandTable, type Reply, ScpiTalker } from '../engine.ts';
import { ScpiError } from '../status.ts';
import { block, exponential, numberOf, wordOf } from '../values.ts';
import type { Wire } from '../wiring.ts';
import { Acquisition, type ScopeHardware } from './acquisition.ts';
import { channelAt, joinedBytes, sampleBytes, scopeInstrument, textBytes } from './instrument.ts';
import { chosenPoints, type LegacySpeech, legacyCommands } from './lecroy-tree.ts';
import { screenPicture } from './picture.ts';
import { DESCRIPTOR_BYTES, stepIndex, waveDescriptor } from './wavedesc.ts';

const IDENTITY = 'Siglent Technologies,SDS1104X-E,SDSMMEBC000006,8.2.6.1.37R9';

const HARDWARE: ScopeHardware = {
  horizontalDivisions: 14,
  verticalDivisions: 8,
  adcBits: 8,
  codesPerDivision: 25,
  minScaleV: 500e-6,
  maxScaleV: 10,
  minTimeS: 1e-9,
  maxTimeS: 100,
  maxRateHz: 1e9,
  depth: 14_000,
};

/** Depths that MSIZ takes. */
const DEPTHS: Readonly<Record<string, number>> = {
  '7K': 7e3,
  '14K': 14e3,
  '70K': 70e3,
  '140K': 140e3,
  '700K': 700e3,
  '1.4M': 1.4e6,
  '7M': 7e6,
  '14M': 14e6,
};

const STATES = { STOP: 'Stop', WAIT: 'Ready', TD: "Trig'd", AUTO: 'Auto' } as const;

export function siglentLegacyScope(wires: readonly Wire[], clock: Clock): ScpiTalker {
  const scope = new Acquisition(HARDWARE, wires, clock);
  const speech: LegacySpeech = { header: 'SHORT', sparsing: 0, pointCount: 0, firstPoint: 0 };
  const format = (value: number) => exponential(value, 2).toUpperCase();
  const say = (name: string, value: string, unit = '') => (speech.header === 'OFF' ? value : `${name} ${value}${unit}`);
  const commands: CommandTable = {
    ...legacyCommands({ scope, speech, unitGap: '', format }),
    'TRDL|TRIG_DELAY?': () => say('TRDL', format(scope.timeCentreS), 'S'),
    'TRDL|TRIG_DELAY': ({ args: [text] }) => {
      scope.timeCentreS = numberOf(text, 'S');
      return undefined;
    },
    'SAST?': () => say('SAST', STATES[scope.state]),
    'SANU?': () => say('SANU', format(scope.record?.length ?? scope.memory.length), 'pts'),
    'MSIZ|MEMORY_SIZE': ({ args: [text = ''] }) => {
      const depth = DEPTHS[text.toUpperCase()];
      if (depth === undefined) throw new ScpiError(-224);
      scope.depth = depth;
      return undefined;
    },
    'MSIZ|MEMORY_SIZE?': () =>
      say(
        'MSIZ',
        Object.keys(DEPTHS).find((name) => DEPTHS[name] === scope.memory.length) ?? format(scope.memory.length),
      ),
    // the digital inputs are there and off
    'DI:SW?': () => say('DI:SW', 'OFF'),
    'DGST|DIGITAL_STATE': () => undefined,
    'C<n>:WF|WAVEFORM?': ({ args, suffixes }) => waveform(suffixes, wordOf(args[0] ?? 'ALL', ['DESC', 'DAT2', 'ALL'])),
    'SCDP|SCREEN_DUMP': () => screenPicture(scope, 'BMP'),
  };
  const waveform = (suffixes: readonly number[], part: 'DESC' | 'DAT2' | 'ALL'): Reply => {
    const channel = channelAt(scope, suffixes);
    const index = scope.channels.indexOf(channel);
    const { record } = scope;
    const points = chosenPoints(speech, record?.length ?? 0);
    const stepS = 1 / (record?.rateHz ?? scope.memory.rateHz);
    const startS = record?.startS ?? 0;
    const { scaleV, centreV, probe } = record?.channels[index] ?? channel;
    const descriptor = () =>
      waveDescriptor(
        {
          DESCRIPTOR_NAME: 'WAVEDESC',
          TEMPLATE_NAME: 'WAVEACE',
          COMM_ORDER: 1,
          WAVE_DESCRIPTOR: DESCRIPTOR_BYTES,
          WAVE_ARRAY_1: points.count,
          INSTRUMENT_NAME: 'Siglent SDS',
          WAVE_ARRAY_COUNT: points.count,
          FIRST_POINT: points.first,
          SPARSING_FACTOR: points.step,
          SUBARRAY_COUNT: 1,
          VERTICAL_GAIN: scaleV,
          VERTICAL_OFFSET: -centreV || 0,
          NOMINAL_BITS: 8,
          HORIZ_INTERVAL: stepS,
          HORIZ_OFFSET: startS,
          VERTUNIT: 'V',
          HORUNIT: 'S',
          TIMEBASE: stepIndex(record?.timeScaleS ?? scope.timeScaleS, 1e-12),
          PROBE_ATT: probe,
          WAVE_SOURCE: index,
        },
        true,
      );
    const samples = () => {
      if (record === undefined) return new Uint8Array(0);
      const steps = { startS: startS + points.first * stepS, stepS: points.step * stepS, count: points.count };
      return sampleBytes(scope.codes(record, index, steps), { itemBytes: 1, isLittleEndian: true });
    };
    const content = { DESC: descriptor, DAT2: samples, ALL: () => joinedBytes(descriptor(), samples()) }[part]();
    // the name of the part stays without header, and two line ends close the answer, of which the link adds one
    const name = speech.header === 'SHORT' ? 'WF' : 'WAVEFORM';
    const before = speech.header === 'OFF' ? `${part},` : `C${index + 1}:${name} ${part},`;
    return joinedBytes(block(content, 9, before), textBytes('\n'));
  };
  return new ScpiTalker(scopeInstrument(IDENTITY, scope, commands), { clock, isScpi: false });
}
