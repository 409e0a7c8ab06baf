// What a setup names to be seen: copy, oscilloscope and the two visualizers (mimocorb2/functions/misc.py,
// observers.py, visualizers.py). The drawing is the screen's; without one the pictures are dropped.

import { LabError } from '../../base/errors.ts';
import { isPythonList, pythonText } from '../../base/yaml/python-value.ts';
import { HISTOGRAM_TYPES } from './declared.ts';
import { histogramBins } from './exporters.ts';
import type { BufferInfo, Filter, IsAlive, Observer, WorkerContext } from './template.ts';

const DEFAULT_INTERVAL_S = 1;

/** Every event to every sink. */
export function copy(): Filter {
  return { template: 'Filter', accept: () => true };
}

/** Shows the newest event's `channels` (default: all) every `update_interval` seconds (default 1). */
export function oscilloscope(context: WorkerContext): Observer {
  const buffer = context.observes[0]!;
  const names = buffer.dtype.fields.map(({ name }) => name);
  const wanted = context.config.raw('channels');
  const channels = isPythonList(wanted) ? wanted.map((channel) => knownChannel(channel, names)) : names;
  return {
    template: 'Observer',
    intervalS: context.config.number('update_interval', DEFAULT_INTERVAL_S),
    observe: (event) => {
      const traces = channels
        .filter((name) => event.hasChannel(name))
        .map((name) => {
          const values = new Float32Array(buffer.dataLength);
          event.readChannel(name, values);
          return { name, values };
        });
      context.publish({ kind: 'trace', channels: traces, counter: event.counter });
    },
  };
}

function knownChannel(channel: unknown, names: readonly string[]): string {
  if (typeof channel === 'string' && names.includes(channel)) return channel;
  throw new LabError(
    'setup/invalid',
    `Channel '${String(channel)}' not found in the data. It has ${names.join(', ')}.`,
  );
}

/** Keeps a view open while its buffer lives; the counts come from the exporter of the same buffer. */
export function histogramVisualizer(context: WorkerContext): IsAlive {
  const type = context.config.raw('plot_type') ?? 'line';
  if (typeof type !== 'string' || !HISTOGRAM_TYPES.includes(type)) {
    throw new LabError('setup/invalid', "plot_type must be 'line', 'bar', or 'step'.");
  }
  return untilBufferEnds(context);
}

/** Names the table of the csv exporter (`filename`, default: the buffer) and the `bins` that its columns are counted into. */
export function csvVisualizer(context: WorkerContext): IsAlive {
  const buffer = context.observes[0]!;
  const edges = new Map(
    histogramBins(context).flatMap(({ channel, bins }) => (hasField(buffer, channel) ? [[channel, bins.edges()]] : [])),
  );
  for (const channel of context.config.map('bins').keys()) {
    if (!hasField(buffer, pythonText(channel))) context.print(`Channel '${pythonText(channel)}' not found in the data`);
  }
  if (edges.size === 0) context.print('No valid channels found in the data.');
  else {
    context.publish({
      kind: 'table',
      path: `${context.config.text('filename', buffer.name)}.csv`,
      edges,
      intervalS: context.config.number('update_interval', DEFAULT_INTERVAL_S),
    });
  }
  return untilBufferEnds(context);
}

function hasField(buffer: BufferInfo, name: string): boolean {
  return buffer.dtype.fields.some((field) => field.name === name);
}

function untilBufferEnds(context: WorkerContext): IsAlive {
  return {
    template: 'IsAlive',
    intervalS: context.config.number('update_interval', DEFAULT_INTERVAL_S),
    poll: () => {},
  };
}
