// Names under which functions are built in: mimoCoRB2's prebuilt ones, and the Python functions of its example
// experiments (examples/ of that repository), which a setup names by file and function.

import { PREBUILT } from './catalogue.ts';

/** Needs the maker's software development kit, which no browser and no script of ours can load. */
const NOT_AVAILABLE = new Set(['importers.picoscope.source']);

export const EXAMPLE_NAMES = [
  'functions.py:simulate_osc',
  'functions.py:filter_data',
  'functions.py:calculate_pulse_heights',
  'functions.py:print_pulse_heights',
  'simulate_source.py:simulate_source',
  'lifetime_filter.py:calculate_decay_time',
] as const;

/** The name under which a worker's function is built in; `undefined` when it has to bring its own code. */
export function builtinName(file: string, functionName: string): string | undefined {
  if (file === '') return PREBUILT.has(functionName) && !NOT_AVAILABLE.has(functionName) ? functionName : undefined;
  const name = `${file.slice(file.lastIndexOf('/') + 1)}:${functionName}`;
  return EXAMPLE_NAMES.find((known) => known === name);
}
