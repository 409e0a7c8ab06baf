// A connected instrument as a source of events: looks for a trigger in what it streams and delivers the samples around
// it, like a recorder with a trigger. It stands where mimoCoRB2 has an oscilloscope's driver.

import { LabError } from '../../base/errors.ts';
import { attachChannels } from '../../core/channel-set.ts';
import type { Importer, WorkerContext } from './template.ts';

/** Samples that are searched for the trigger at a time. */
const BLOCK_SAMPLES = 65_536;
/** Seconds between two looks at a stream that has nothing new. */
const POLL_S = 0.005;

/**
 * Sink: float fields named after signals of the instrument, such as `current` and `voltage`. Config: `trigger_level` (in
 * the signal's unit), `channel` (the signal to watch, default the sink's first field), `trigger_slope` (`rising` or
 * `falling`), `pre_trigger_samples` (default a tenth of the event). Starts with what comes after the run's start; what
 * the stream forgot before it was read is skipped and said.
 */
export function instrumentWaveform(context: WorkerContext): Importer {
  const { config } = context;
  const sink = context.sinks[0];
  if (!sink) throw new LabError('setup/invalid', 'Importer must have 1 sink');
  const [stream] = context.streams;
  if (!stream) {
    throw new LabError(
      'setup/invalid',
      'No instrument is connected. Connect one (a simulated one will do), start it, and start the run again.',
    );
  }
  const ring = attachChannels(stream).rings[0]!;
  const signalIndex = (name: string): number => {
    const index = ring.signals.findIndex((signal) => signal.name === name);
    if (index >= 0) return index;
    const known = ring.signals.map((signal) => signal.name).join(', ');
    throw new LabError('setup/invalid', `The instrument has no signal '${name}'. It has ${known}.`);
  };
  const fields = sink.dtype.fields.map(({ name }) => ({ name, signal: signalIndex(name) }));
  const watched = signalIndex(config.text('channel', fields[0]?.name ?? ''));
  const level = config.number('trigger_level');
  const isRising = config.text('trigger_slope', 'rising') !== 'falling';
  const before = config.number('pre_trigger_samples', Math.floor(sink.dataLength / 10));
  const watchedBlock = new Float32Array(BLOCK_SAMPLES);
  const traces = fields.map(() => new Float32Array(sink.dataLength));
  let position = ring.endSample;
  let skippedCount = 0;

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
      const { startSample, endSample } = ring;
      if (endSample < position) position = startSample;
      if (startSample > position) {
        skippedCount += startSample - position;
        position = startSample;
      }
      const length = Math.min(BLOCK_SAMPLES, endSample - position);
      if (length < sink.dataLength) return false;
      const block = ring.readSamples(watched, position, position + length, watchedBlock.subarray(0, length));
      const trigger = findTrigger(block);
      if (trigger < 0) {
        position += length - 1;
        continue;
      }
      const start = Math.max(startSample, position + trigger - before);
      if (start + sink.dataLength > endSample) return false;
      for (const [i, { signal }] of fields.entries())
        ring.readSamples(signal, start, start + sink.dataLength, traces[i]);
      position = start + sink.dataLength;
      return true;
    }
  };

  return {
    template: 'Importer',
    next: (sleep, isClosing) => {
      while (!advance()) {
        if (isClosing()) return false;
        sleep(POLL_S);
      }
      return true;
    },
    write: (event) => {
      for (const [i, { name }] of fields.entries()) event.writeChannel(name, traces[i]!);
    },
    finish: () => {
      if (skippedCount > 0) context.print(`${skippedCount} samples passed before they could be searched.`);
    },
  };
}
