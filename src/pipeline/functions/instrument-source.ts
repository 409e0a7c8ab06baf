// A connected instrument as a source of events: looks for a trigger in what it streams and delivers the samples around
// it, like a recorder with a trigger. It stands where mimoCoRB2 has an oscilloscope's driver.

import { LabError } from '../../base/errors.ts';
import { AlignedStreams } from './aligned-streams.ts';
import { chosenInstrument } from './chosen-instrument.ts';
import type { Importer, WorkerContext } from './template.ts';

/** Samples that are searched for the trigger at a time. */
const BLOCK_SAMPLES = 65_536;
/** Seconds between two looks at a stream that has nothing new. */
const POLL_S = 0.005;

/** What happened to an instrument whose channels give nothing more. */
const END_WORDS = { ended: 'was disconnected or set up anew', lost: 'was lost with its worker' };

/**
 * Sink: float fields named after signals of the instrument, such as `current` and `voltage`. Config: `instrument` (by
 * model, serial number or both; default the selected one), `trigger_level` (in the signal's unit), `channel` (the signal to watch, default the sink's first field), `trigger_slope` (`rising` or
 * `falling`), `pre_trigger_samples` (default a tenth of the event). Starts with what comes after the run's start; what
 * the stream forgot before it was read is skipped and said. All signals must have one sample rate. The source goes on when
 * the instrument is stopped and started, or plugged in again; it ends when the instrument is disconnected.
 */
export function instrumentWaveform(context: WorkerContext): Importer {
  const { config } = context;
  const sink = context.sinks[0];
  if (!sink) throw new LabError('setup/invalid', 'Importer must have 1 sink');
  const instrument = chosenInstrument(context.instruments, config);
  const fields = sink.dtype.fields.map(({ name }) => name);
  const streams = new AlignedStreams(instrument, [...fields, config.text('channel', fields[0] ?? '')]);
  const watched = fields.length;
  const level = config.number('trigger_level');
  const isRising = config.text('trigger_slope', 'rising') !== 'falling';
  const before = config.number('pre_trigger_samples', Math.floor(sink.dataLength / 10));
  if (!(before >= 0 && before < sink.dataLength)) {
    throw new LabError(
      'setup/invalid',
      `'pre_trigger_samples' must be from 0 to ${sink.dataLength - 1}, less than an event has, not ${before}.`,
    );
  }
  context.print(`Takes events from ${instrument.label}.`);
  const watchedBlock = new Float32Array(BLOCK_SAMPLES);
  const traces = fields.map(() => new Float32Array(sink.dataLength));
  let position = streams.endSample;
  let skippedCount = 0;
  let eventCount = 0;

  /** Index in the block of the first sample beyond the level after one before it; −1 when there is none. */
  const findTrigger = (block: Float32Array): number => {
    for (let i = 1; i < block.length; i++) {
      const isCrossing = isRising
        ? block[i - 1]! < level && block[i]! >= level
        : block[i - 1]! > level && block[i]! <= level;
      if (isCrossing) return i;
    }
    return -1;
  };

  /** Reads the next event into the traces; false while the stream has not got that far. */
  const advance = (): boolean => {
    for (;;) {
      if (streams.hasRestarted()) position = 0;
      const { startSample, endSample } = streams;
      const from = Math.max(position, startSample);
      const length = Math.min(BLOCK_SAMPLES, endSample - from);
      if (length < sink.dataLength) return false;
      skippedCount += from - position;
      position = from;
      const block = watchedBlock.subarray(0, length);
      if (!streams.read(watched, position, block)) continue;
      const trigger = findTrigger(block);
      if (trigger < 0) {
        position += length - 1;
        continue;
      }
      const start = Math.max(startSample, position + trigger - before);
      if (start + sink.dataLength > endSample) return false;
      if (!traces.every((trace, field) => streams.read(field, start, trace))) continue;
      position = start + sink.dataLength;
      return true;
    }
  };

  return {
    template: 'Importer',
    next: (sleep, isClosing) => {
      for (;;) {
        const { state } = streams;
        if (advance()) {
          eventCount++;
          return true;
        }
        if (state !== 'live') {
          context.print(`${instrument.label} ${END_WORDS[state]} after ${eventCount} events: the source has ended.`);
          return false;
        }
        if (isClosing()) return false;
        sleep(POLL_S);
      }
    },
    write: (event) => {
      for (const [field, trace] of traces.entries()) event.writeChannel(fields[field]!, trace);
    },
    finish: () => {
      if (skippedCount > 0) context.print(`${skippedCount} samples passed before they could be searched.`);
    },
  };
}
