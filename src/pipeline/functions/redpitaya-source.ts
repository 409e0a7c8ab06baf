// Waveforms of a Red Pitaya with the MCPHA server (mimocorb2/functions/importers/redpitaya.py): sets the trigger, then
// fetches sets of records. In a browser the bytes come through the bridge.

import { LabError } from '../../base/errors.ts';
import { encodeMcphaCommand, MCPHA, MCPHA_PORT } from '../../devices/redpitaya/protocol/command.ts';
import { isTriggerEarly, SAMPLE_BYTES, SPARE_SAMPLES } from '../../devices/redpitaya/protocol/oscilloscope.ts';
import type { WorkerConfig } from '../config.ts';
import { REDPITAYA_RATES } from './declared.ts';
import type { Importer, WorkerContext } from './template.ts';

const SLOPES: Readonly<Record<string, number>> = { rising: 0, falling: 1 };
const MODES: Readonly<Record<string, number>> = { normal: 0, auto: 1 };
const INPUTS: Readonly<Record<string, number>> = { IN1: 0, IN2: 1 };
const LEVEL_MIN = -4096;
const LEVEL_MAX = 4095;

/**
 * Sink: IN1 and IN2 as int16. Config: `ip` (with `:port` where the server has another port), `sample_rate` (decimation), `trigger_level`, `number_of_samples_before_trigger`;
 * optional `negator_IN1`, `negator_IN2`, `trigger_slope`, `trigger_mode`, `trigger_source`, `set_size`.
 */
export async function redPitayaWaveform(context: WorkerContext): Promise<Importer> {
  const { config } = context;
  const sink = context.sinks[0];
  if (!sink) throw new LabError('setup/invalid', 'Importer must have 1 sink');
  const commands = startCommands(config, sink.dataLength);
  const setSize = config.number('set_size', 100);
  const isAuto = choice(config, 'trigger_mode', 'normal', MODES) === MODES['auto'];
  const trigger = {
    input: choice(config, 'trigger_source', 'IN1', INPUTS),
    level: config.number('trigger_level'),
    isFalling: choice(config, 'trigger_slope', 'rising', SLOPES) === SLOPES['falling'],
    before: config.number('number_of_samples_before_trigger'),
  };
  const [host = '', port] = config.text('ip').split(':');
  const stream = await context.connect(host, port === undefined ? MCPHA_PORT : Number(port));
  for (const command of commands) stream.write(command);
  const recordBytes = (sink.dataLength + SPARE_SAMPLES) * SAMPLE_BYTES;
  const keptBytes = sink.dataLength * SAMPLE_BYTES;
  let leftInSet = 0;
  let recordCount = 0;
  let earlyCount = 0;
  let record: Uint8Array = new Uint8Array(0);
  return {
    template: 'Importer',
    next: async () => {
      if (leftInSet === 0) {
        stream.write(encodeMcphaCommand(MCPHA.startDaq, 0, setSize));
        leftInSet = setSize;
      }
      const bytes = await stream.read(recordBytes);
      if (!bytes) {
        context.print(`The server at ${host} closed the connection after ${recordCount} events: the source has ended.`);
        return false;
      }
      recordCount++;
      leftInSet--;
      const isEarly = !isAuto && isTriggerEarly(bytes, trigger);
      record = isEarly ? repaired(bytes, keptBytes) : bytes.subarray(0, keptBytes);
      if (isEarly) earlyCount++;
      return true;
    },
    // The record is IN1, IN2 interleaved int16 little-endian: the sink's own layout.
    write: (event) => event.dataBytes.set(record),
    finish: () => {
      if (earlyCount > 0) {
        context.print(
          `${earlyCount} of ${recordCount} records went over the end of the board's memory, where its server leaves out a sample. Those from the trigger on were put back to their places; in front of it they may be one sample late.`,
        );
      }
      stream.close();
    },
  };
}

/**
 * A record without the one sample that was left out in front of its trigger: trigger and all behind it one place later, as
 * they were taken. Integers have no mark for a missing sample, and nobody knows its place: the first one is there twice.
 */
function repaired(bytes: Uint8Array, keptBytes: number): Uint8Array {
  const record = bytes.slice(0, keptBytes);
  record.set(bytes.subarray(0, keptBytes - SAMPLE_BYTES), SAMPLE_BYTES);
  return record;
}

/** What is sent before the first set, in mimoCoRB2's order. */
export function startCommands(config: WorkerConfig, dataLength: number): readonly Uint8Array<ArrayBuffer>[] {
  const sampleRate = config.number('sample_rate');
  if (!REDPITAYA_RATES.includes(sampleRate)) {
    throw new LabError(
      'setup/invalid',
      `'sample_rate' must be one of ${REDPITAYA_RATES.join(', ')}, not ${sampleRate}.`,
    );
  }
  const level = config.number('trigger_level');
  if (!Number.isInteger(level) || level < LEVEL_MIN || level > LEVEL_MAX) {
    throw new LabError(
      'setup/invalid',
      `'trigger_level' must be a whole number from ${LEVEL_MIN} to ${LEVEL_MAX}, not ${level}.`,
    );
  }
  const before = config.number('number_of_samples_before_trigger');
  if (!Number.isInteger(before) || before < 0 || before > dataLength) {
    throw new LabError(
      'setup/invalid',
      `'number_of_samples_before_trigger' must be a whole number from 0 to ${dataLength}, not ${before}.`,
    );
  }
  const words: [code: number, channel: number, value: number][] = [
    [MCPHA.sampleRate, 0, sampleRate],
    [MCPHA.negator, 0, config.boolean('negator_IN1', false) ? 1 : 0],
    [MCPHA.negator, 1, config.boolean('negator_IN2', false) ? 1 : 0],
    [MCPHA.triggerSlope, 0, choice(config, 'trigger_slope', 'rising', SLOPES)],
    [MCPHA.triggerMode, 0, choice(config, 'trigger_mode', 'normal', MODES)],
    [MCPHA.triggerLevel, 0, level],
    [MCPHA.samplesBeforeTrigger, 0, before],
    [MCPHA.triggerSource, choice(config, 'trigger_source', 'IN1', INPUTS), 0],
    [MCPHA.totalSamples, 0, dataLength + SPARE_SAMPLES],
    [MCPHA.resetOscilloscope, 0, 0],
    [MCPHA.startOscilloscope, 0, 0],
  ];
  return words.map(([code, channel, value]) => encodeMcphaCommand(code, channel, value));
}

function choice(config: WorkerConfig, key: string, fallback: string, table: Readonly<Record<string, number>>): number {
  const text = config.text(key, fallback);
  const value = Object.hasOwn(table, text) ? table[text] : undefined;
  if (value !== undefined) return value;
  throw new LabError('setup/invalid', `'${key}' must be ${Object.keys(table).join(' or ')}, not ${text}.`);
}
