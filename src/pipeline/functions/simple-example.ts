// The functions of mimoCoRB2's first example: sine pulses, a threshold filter, pulse heights, and printing them.

import { createNormal, exponentialWait } from './random.ts';
import type { Exporter, Filter, Importer, Processor, WorkerContext } from './template.ts';

const EVENT_COUNT = 50_000;
const MEAN_WAIT_S = 1 / 1000;
const THRESHOLD = 0.5;

/** Sines of random amplitude around 1 over `dataLength` points from 0 to 10. */
export function simulateOsc(context: WorkerContext): Importer {
  const sink = context.sinks[0]!;
  const normal = createNormal(context.random);
  const trace = new Float64Array(sink.dataLength);
  let eventIndex = 0;
  return {
    template: 'Importer',
    isSimulated: true,
    next: (sleep) => {
      if (eventIndex >= EVENT_COUNT) return false;
      const amplitude = 1 + 0.1 * normal();
      for (let i = 0; i < trace.length; i++) {
        trace[i] = Math.sin((10 * i) / (trace.length - 1) + eventIndex) * amplitude;
      }
      eventIndex++;
      sleep(exponentialWait(context.random, MEAN_WAIT_S));
      return true;
    },
    write: (event) => event.writeChannel('ch1', trace),
  };
}

/** Keeps events whose largest value is above one half. */
export function filterData(context: WorkerContext): Filter {
  const trace = new Float64Array(context.sources[0]!.dataLength);
  return {
    template: 'Filter',
    accept: (event) => {
      event.readChannel('ch1', trace);
      return maxOf(trace) > THRESHOLD;
    },
  };
}

/** The largest value of an event as `pulse_height`. */
export function calculatePulseHeights(context: WorkerContext): Processor {
  const trace = new Float64Array(context.sources[0]!.dataLength);
  return {
    template: 'Processor',
    process: (event, outputs, emit) => {
      event.readChannel('ch1', trace);
      outputs[0]!.set('pulse_height', maxOf(trace));
      emit(0);
    },
  };
}

/** Prints every height to the log. */
export function printPulseHeights(context: WorkerContext): Exporter {
  return {
    template: 'Exporter',
    consume: (event) => context.print(String(event.get('pulse_height'))),
  };
}

function maxOf(values: Float64Array): number {
  let max = Number.NEGATIVE_INFINITY;
  for (const value of values) if (value > max) max = value;
  return max;
}
