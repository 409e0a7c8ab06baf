// What a setup names to be seen: copy, oscilloscope and the two visualizers (mimocorb2/functions/misc.py,
// observers.py, visualizers.py). The drawing is the screen's; without one the pictures are dropped.

import type { Filter, IsAlive, Observer, WorkerContext } from './template.ts';

const DEFAULT_INTERVAL_S = 1;

/** Every event to every sink. */
export function copy(): Filter {
  return { template: 'Filter', accept: () => true };
}

/** Shows the newest event's channels every `update_interval` seconds (default 1). */
export function oscilloscope(context: WorkerContext): Observer {
  const buffer = context.observes[0]!;
  const wanted = context.config.raw('channels');
  const channels = buffer.dtype.fields
    .map(({ name }) => name)
    .filter((name) => !Array.isArray(wanted) || wanted.includes(name));
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

/** Keeps a view open while its buffer lives; the counts come from the exporter that it names. */
export function visualizer(context: WorkerContext): IsAlive {
  return {
    template: 'IsAlive',
    intervalS: context.config.number('update_interval', DEFAULT_INTERVAL_S),
    poll: () => {},
  };
}
