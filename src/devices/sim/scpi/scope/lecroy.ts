// LeCroy WaveRunner (remote control manual of the X-Stream scopes): WAVEFORM?, TEMPLATE?, COMM_FORMAT and COMM_ORDER.

import type { Clock } from '../../../../base/clock.ts';
import { type CommandTable, type Reply, ScpiTalker } from '../engine.ts';
import { ScpiError } from '../status.ts';
import { block, exponential, wordOf } from '../values.ts';
import type { Wire } from '../wiring.ts';
import { Acquisition, type ScopeHardware } from './acquisition.ts';
import { channelAt, joinedBytes, sampleBytes, scopeInstrument } from './instrument.ts';
import { chosenPoints, type LegacySpeech, legacyCommands, waveHeader } from './lecroy-tree.ts';
import { screenPicture } from './picture.ts';
import { DESCRIPTOR_BYTES, stepIndex, waveDescriptor, waveTemplate } from './wavedesc.ts';

const MODEL = 'WAVERUNNER64XI';
const IDENTITY = `LECROY,${MODEL},LCRY0000N00005,8.2.0`;

const HARDWARE: ScopeHardware = {
  horizontalDivisions: 10,
  verticalDivisions: 8,
  adcBits: 8,
  codesPerDivision: 25,
  minScaleV: 2e-3,
  maxScaleV: 10,
  minTimeS: 20e-12,
  maxTimeS: 1000,
  maxRateHz: 10e9,
  depth: 20_000,
};

/** Points beside the screen that every record has (real captures have 502 for a screen of 500). */
const EXTRA_POINTS = 2;

export function lecroyScope(wires: readonly Wire[], clock: Clock): ScpiTalker {
  const scope = new Acquisition(HARDWARE, wires, clock);
  const speech: LegacySpeech = { header: 'SHORT', sparsing: 0, pointCount: 0, firstPoint: 0 };
  // X-Stream scopes begin with the low byte first
  const form = { isWord: false, isLittleEndian: true };
  const say = (text: string, name: string) => (speech.header === 'OFF' ? text : `${name} ${text}`);
  const commands: CommandTable = {
    ...legacyCommands({ scope, speech, unitGap: ' ', format: (value) => exponential(value, 2).toUpperCase() }),
    'CFMT|COMM_FORMAT': ({ args: [blocks, type, encoding] }) => {
      wordOf(blocks, ['DEF9']);
      const isWord = wordOf(type, ['BYTE', 'WORD']) === 'WORD';
      wordOf(encoding, ['BIN']);
      form.isWord = isWord;
      return undefined;
    },
    'CFMT|COMM_FORMAT?': () => say(`DEF9,${form.isWord ? 'WORD' : 'BYTE'},BIN`, 'CFMT'),
    'CORD|COMM_ORDER': ({ args: [order] }) => {
      form.isLittleEndian = wordOf(order, ['HI', 'LO']) === 'LO';
      return undefined;
    },
    'CORD|COMM_ORDER?': () => say(form.isLittleEndian ? 'LO' : 'HI', 'CORD'),
    // negative: the screen lies behind the trigger
    'TRDL|TRIG_DELAY?': () => say(exponential(-scope.timeCentreS || 0, 4).toUpperCase(), 'TRDL'),
    'TRDL|TRIG_DELAY': ({ args: [text] }) => {
      const seconds = Number(text?.replace(/\s*S$/i, ''));
      if (!Number.isFinite(seconds)) throw new ScpiError(-104);
      scope.timeCentreS = -seconds || 0;
      return undefined;
    },
    'TMPL|TEMPLATE?': () => say(`"${waveTemplate()}"`, 'TMPL'),
    'C<n>:WF|WAVEFORM?': ({ args, suffixes }) => waveform(suffixes, wordOf(args[0] ?? 'ALL', ['DESC', 'DAT1', 'ALL'])),
    'HCSU|HARDCOPY_SETUP': () => undefined,
    'SCDP|SCREEN_DUMP': () => screenPicture(scope, 'PNG'),
  };
  const waveform = (suffixes: readonly number[], part: 'DESC' | 'DAT1' | 'ALL'): Reply => {
    const channel = channelAt(scope, suffixes);
    const index = scope.channels.indexOf(channel);
    const { record } = scope;
    const itemBytes = form.isWord ? 2 : 1;
    const { isLittleEndian } = form;
    const points = chosenPoints(speech, record === undefined ? 0 : record.length + EXTRA_POINTS);
    const stepS = 1 / (record?.rateHz ?? scope.memory.rateHz);
    const startS = record?.startS ?? 0;
    const { scaleV, centreV, coupling, probe } = record?.channels[index] ?? channel;
    const wide = form.isWord ? 256 : 1;
    const descriptor = waveDescriptor(
      {
        DESCRIPTOR_NAME: 'WAVEDESC',
        TEMPLATE_NAME: 'LECROY_2_3',
        COMM_TYPE: form.isWord ? 1 : 0,
        COMM_ORDER: isLittleEndian ? 1 : 0,
        WAVE_DESCRIPTOR: DESCRIPTOR_BYTES,
        WAVE_ARRAY_1: points.count * itemBytes,
        INSTRUMENT_NAME: `LECROY${MODEL.slice(0, 9)}`,
        INSTRUMENT_NUMBER: 5,
        WAVE_ARRAY_COUNT: points.count,
        PNTS_PER_SCREEN: record?.length ?? 0,
        FIRST_VALID_PNT: 0,
        LAST_VALID_PNT: Math.max(points.count - 1, 0),
        FIRST_POINT: points.first,
        SPARSING_FACTOR: points.step,
        SUBARRAY_COUNT: 1,
        SWEEPS_PER_ACQ: 1,
        VERTICAL_GAIN: scaleV / HARDWARE.codesPerDivision / wide,
        VERTICAL_OFFSET: -centreV || 0,
        MAX_VALUE: 4 * HARDWARE.codesPerDivision * wide,
        MIN_VALUE: -4 * HARDWARE.codesPerDivision * wide,
        NOMINAL_BITS: 8,
        NOM_SUBARRAY_COUNT: 1,
        HORIZ_INTERVAL: stepS,
        HORIZ_OFFSET: startS,
        PIXEL_OFFSET: startS,
        VERTUNIT: 'V',
        HORUNIT: 'S',
        TRIGGER_TIME: clock.unixMs() - clock.nowMs() + (record?.triggerS ?? 0) * 1e3,
        TIMEBASE: stepIndex(record?.timeScaleS ?? scope.timeScaleS, 1e-12),
        VERT_COUPLING: { DC: 2, AC: 4, GND: 1 }[coupling],
        PROBE_ATT: probe,
        FIXED_VERT_GAIN: stepIndex(scaleV / probe, 1e-6),
        VERTICAL_VERNIER: 1,
        WAVE_SOURCE: index,
      },
      isLittleEndian,
    );
    const samples = () => {
      if (record === undefined) return new Uint8Array(0);
      const steps = { startS: startS + points.first * stepS, stepS: points.step * stepS, count: points.count };
      const codes = scope.codes(record, index, steps);
      return sampleBytes(
        Array.from(codes, (code) => code * wide),
        { itemBytes, isLittleEndian },
      );
    };
    const content = { DESC: () => descriptor, DAT1: samples, ALL: () => joinedBytes(descriptor, samples()) }[part]();
    return block(content, 9, waveHeader(speech, index + 1, part));
  };
  return new ScpiTalker(scopeInstrument(IDENTITY, scope, commands), { clock, isScpi: false });
}
