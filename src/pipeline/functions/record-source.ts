// A connected oscilloscope as a source of events: each record of its trigger is one. It triggers by itself, where
// `instrument-source.ts` looks for a trigger in a stream.

import { LabError } from '../../base/errors.ts';
import { utcToUnixMs } from '../../base/time.ts';
import { attachChannels } from '../../core/channel-set.ts';
import { skippedRecords } from '../../core/trace-feed.ts';
import { isSameRecord, type TraceRecord } from '../../model/live-traces.ts';
import { chosenInstrument, meantScopes } from './chosen-instrument.ts';
import type { Importer, WorkerContext } from './template.ts';

/** Seconds between two looks while nothing has come. */
const POLL_S = 0.005;

/** What happened to a scope whose records give nothing more. */
const END_WORDS = {
  ended: 'was disconnected, or set so that its records are others,',
  lost: 'was lost with its worker',
};

/**
 * Sink: float fields named after channels of the oscilloscope, such as `CH1`, with as many samples as its records have.
 * Config: `instrument` (by model, serial number or both; default the selected one, or the first that brings records). Takes
 * the records that come after the run's start; one that is the one before it again, bit for bit, is no event. It ends when the scope is disconnected or set so that its records are of other
 * channels or longer, and fails with `setup/invalid` at a record of another length than the sink's events.
 */
export function instrumentRecords(context: WorkerContext): Importer {
  const { config, instruments, processIndex } = context;
  const sink = context.sinks[0];
  if (!sink) throw new LabError('setup/invalid', 'Importer must have 1 sink');
  if (processIndex > 0) {
    throw new LabError('setup/invalid', 'A source of records takes one process: each would bring every record again.');
  }
  const meant = meantScopes(instruments, config, ({ records }) => records !== undefined);
  const { label, records } = chosenInstrument(instruments, config, meant);
  if (!records) {
    throw new LabError(
      'setup/invalid',
      `${label} has not brought a record of a trigger. If it is an oscilloscope, let it run until the Scope view shows a record, and start the run again.`,
    );
  }
  const ring = attachChannels(records.channels).traces[0]!;
  const { signals } = ring.descriptor.channel;
  const fields = sink.dtype.fields.map(({ name }) => name);
  const places = fields.map((field) => signals.findIndex(({ name }) => name === field));
  const missing = fields.filter((_, index) => places[index]! < 0);
  if (missing.length > 0) {
    throw new LabError(
      'setup/invalid',
      `${label} has no channel ${missing.join(', ')}. Its records have ${signals.map(({ name }) => name).join(', ')}: name the sink's fields so, or switch the channels on and take a record.`,
    );
  }
  const leftOut = signals.filter(({ name }) => !fields.includes(name)).map(({ name }) => name);
  context.print(
    `Takes records from ${label}. While it runs, channels of one record may be of neighbouring triggers: take single ones where that matters.`,
  );
  if (leftOut.length > 0) context.print(`No field of ${sink.name} takes ${leftOut.join(', ')}.`);
  let record: TraceRecord | undefined;
  let eventCount = 0;
  let repeatedCount = 0;
  return {
    template: 'Importer',
    next: (sleep, isClosing) => {
      for (;;) {
        const taken = ring.tryTake((length) => new Float32Array(length));
        if (taken === 'end') {
          const { state } = ring;
          context.print(
            `${label} ${END_WORDS[state === 'lost' ? 'lost' : 'ended']} after ${eventCount} events: the source has ended.`,
          );
          return false;
        }
        if (taken !== 'would-block') {
          requireLength(taken, sink.dataLength, label);
          // a scope is asked again whether or not it had a trigger
          if (record && isSameRecord(taken, record)) {
            repeatedCount++;
            continue;
          }
          record = taken;
          eventCount++;
          return true;
        }
        if (isClosing()) return false;
        sleep(POLL_S);
      }
    },
    eventTimeS: () => utcToUnixMs(record!.triggerUtc) / 1000,
    write: (event) => {
      for (const [index, field] of fields.entries()) event.writeChannel(field, record!.samples[places[index]!]!);
    },
    finish: () => {
      const skippedCount = skippedRecords(records);
      if (repeatedCount > 0) context.print(`${repeatedCount} records were the one before them again: no events.`);
      if (skippedCount > 0) context.print(`${skippedCount} records passed before there was room for them.`);
    },
  };
}

function requireLength({ samples }: TraceRecord, wanted: number, label: string): void {
  const count = samples[0]!.length;
  if (count === wanted) return;
  throw new LabError(
    'setup/invalid',
    `${label} brought a record of ${count} samples, and an event of the sink has ${wanted}. Set data_length: ${count}, or the record length of the scope.`,
  );
}
